package atomic

import "unstuck/machine"

type Bool struct{ v bool }

func NewBool(v bool) *Bool { return &Bool{v} }

func (x *Bool) Load() bool {
	machine.Yield()
	return x.v
}

func (x *Bool) Store(v bool) {
	machine.Yield()
	x.v = v
}

func (x *Bool) Swap(v bool) bool {
	machine.Yield()
	old := x.v
	x.v = v
	return old
}

func (x *Bool) CompareAndSwap(old, new bool) bool {
	machine.Yield()
	if x.v != old {
		return false
	}
	x.v = new
	return true
}

func (x *Bool) CAS(old, new bool) bool { return x.CompareAndSwap(old, new) }

func (x *Bool) Toggle() bool {
	machine.Yield()
	x.v = !x.v
	return !x.v
}

type Int32 struct{ v int32 }

func NewInt32(v int32) *Int32 { return &Int32{v} }

func (x *Int32) Load() int32 {
	machine.Yield()
	return x.v
}

func (x *Int32) Store(v int32) {
	machine.Yield()
	x.v = v
}

func (x *Int32) Swap(v int32) int32 {
	machine.Yield()
	old := x.v
	x.v = v
	return old
}

func (x *Int32) CompareAndSwap(old, new int32) bool {
	machine.Yield()
	if x.v != old {
		return false
	}
	x.v = new
	return true
}

func (x *Int32) CAS(old, new int32) bool { return x.CompareAndSwap(old, new) }

func (x *Int32) Add(delta int32) int32 {
	machine.Yield()
	x.v += delta
	return x.v
}

func (x *Int32) Sub(delta int32) int32 {
	machine.Yield()
	x.v -= delta
	return x.v
}

func (x *Int32) Inc() int32 { return x.Add(1) }

func (x *Int32) Dec() int32 { return x.Sub(1) }

type Int64 struct{ v int64 }

func NewInt64(v int64) *Int64 { return &Int64{v} }

func (x *Int64) Load() int64 {
	machine.Yield()
	return x.v
}

func (x *Int64) Store(v int64) {
	machine.Yield()
	x.v = v
}

func (x *Int64) Swap(v int64) int64 {
	machine.Yield()
	old := x.v
	x.v = v
	return old
}

func (x *Int64) CompareAndSwap(old, new int64) bool {
	machine.Yield()
	if x.v != old {
		return false
	}
	x.v = new
	return true
}

func (x *Int64) CAS(old, new int64) bool { return x.CompareAndSwap(old, new) }

func (x *Int64) Add(delta int64) int64 {
	machine.Yield()
	x.v += delta
	return x.v
}

func (x *Int64) Sub(delta int64) int64 {
	machine.Yield()
	x.v -= delta
	return x.v
}

func (x *Int64) Inc() int64 { return x.Add(1) }

func (x *Int64) Dec() int64 { return x.Sub(1) }

type Uint32 struct{ v uint32 }

func NewUint32(v uint32) *Uint32 { return &Uint32{v} }

func (x *Uint32) Load() uint32 {
	machine.Yield()
	return x.v
}

func (x *Uint32) Store(v uint32) {
	machine.Yield()
	x.v = v
}

func (x *Uint32) Swap(v uint32) uint32 {
	machine.Yield()
	old := x.v
	x.v = v
	return old
}

func (x *Uint32) CompareAndSwap(old, new uint32) bool {
	machine.Yield()
	if x.v != old {
		return false
	}
	x.v = new
	return true
}

func (x *Uint32) CAS(old, new uint32) bool { return x.CompareAndSwap(old, new) }

func (x *Uint32) Add(delta uint32) uint32 {
	machine.Yield()
	x.v += delta
	return x.v
}

func (x *Uint32) Sub(delta uint32) uint32 {
	machine.Yield()
	x.v -= delta
	return x.v
}

func (x *Uint32) Inc() uint32 { return x.Add(1) }

func (x *Uint32) Dec() uint32 { return x.Sub(1) }

type Uint64 struct{ v uint64 }

func NewUint64(v uint64) *Uint64 { return &Uint64{v} }

func (x *Uint64) Load() uint64 {
	machine.Yield()
	return x.v
}

func (x *Uint64) Store(v uint64) {
	machine.Yield()
	x.v = v
}

func (x *Uint64) Swap(v uint64) uint64 {
	machine.Yield()
	old := x.v
	x.v = v
	return old
}

func (x *Uint64) CompareAndSwap(old, new uint64) bool {
	machine.Yield()
	if x.v != old {
		return false
	}
	x.v = new
	return true
}

func (x *Uint64) CAS(old, new uint64) bool { return x.CompareAndSwap(old, new) }

func (x *Uint64) Add(delta uint64) uint64 {
	machine.Yield()
	x.v += delta
	return x.v
}

func (x *Uint64) Sub(delta uint64) uint64 {
	machine.Yield()
	x.v -= delta
	return x.v
}

func (x *Uint64) Inc() uint64 { return x.Add(1) }

func (x *Uint64) Dec() uint64 { return x.Sub(1) }
