package atomic

import "unstuck/machine"

type Int32 struct{ v int32 }

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

func (x *Int32) Add(delta int32) int32 {
	machine.Yield()
	x.v += delta
	return x.v
}

func LoadInt32(p *int32) int32 {
	machine.Yield()
	return *p
}

func StoreInt32(p *int32, v int32) {
	machine.Yield()
	*p = v
}

func AddInt32(p *int32, delta int32) int32 {
	machine.Yield()
	*p += delta
	return *p
}

func SwapInt32(p *int32, v int32) int32 {
	machine.Yield()
	old := *p
	*p = v
	return old
}

func CompareAndSwapInt32(p *int32, old, new int32) bool {
	machine.Yield()
	if *p != old {
		return false
	}
	*p = new
	return true
}

type Int64 struct{ v int64 }

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

func (x *Int64) Add(delta int64) int64 {
	machine.Yield()
	x.v += delta
	return x.v
}

func LoadInt64(p *int64) int64 {
	machine.Yield()
	return *p
}

func StoreInt64(p *int64, v int64) {
	machine.Yield()
	*p = v
}

func AddInt64(p *int64, delta int64) int64 {
	machine.Yield()
	*p += delta
	return *p
}

func SwapInt64(p *int64, v int64) int64 {
	machine.Yield()
	old := *p
	*p = v
	return old
}

func CompareAndSwapInt64(p *int64, old, new int64) bool {
	machine.Yield()
	if *p != old {
		return false
	}
	*p = new
	return true
}

type Uint32 struct{ v uint32 }

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

func (x *Uint32) Add(delta uint32) uint32 {
	machine.Yield()
	x.v += delta
	return x.v
}

func LoadUint32(p *uint32) uint32 {
	machine.Yield()
	return *p
}

func StoreUint32(p *uint32, v uint32) {
	machine.Yield()
	*p = v
}

func AddUint32(p *uint32, delta uint32) uint32 {
	machine.Yield()
	*p += delta
	return *p
}

func SwapUint32(p *uint32, v uint32) uint32 {
	machine.Yield()
	old := *p
	*p = v
	return old
}

func CompareAndSwapUint32(p *uint32, old, new uint32) bool {
	machine.Yield()
	if *p != old {
		return false
	}
	*p = new
	return true
}

type Uint64 struct{ v uint64 }

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

func (x *Uint64) Add(delta uint64) uint64 {
	machine.Yield()
	x.v += delta
	return x.v
}

func LoadUint64(p *uint64) uint64 {
	machine.Yield()
	return *p
}

func StoreUint64(p *uint64, v uint64) {
	machine.Yield()
	*p = v
}

func AddUint64(p *uint64, delta uint64) uint64 {
	machine.Yield()
	*p += delta
	return *p
}

func SwapUint64(p *uint64, v uint64) uint64 {
	machine.Yield()
	old := *p
	*p = v
	return old
}

func CompareAndSwapUint64(p *uint64, old, new uint64) bool {
	machine.Yield()
	if *p != old {
		return false
	}
	*p = new
	return true
}

type Uintptr struct{ v uintptr }

func (x *Uintptr) Load() uintptr {
	machine.Yield()
	return x.v
}

func (x *Uintptr) Store(v uintptr) {
	machine.Yield()
	x.v = v
}

func (x *Uintptr) Swap(v uintptr) uintptr {
	machine.Yield()
	old := x.v
	x.v = v
	return old
}

func (x *Uintptr) CompareAndSwap(old, new uintptr) bool {
	machine.Yield()
	if x.v != old {
		return false
	}
	x.v = new
	return true
}

func (x *Uintptr) Add(delta uintptr) uintptr {
	machine.Yield()
	x.v += delta
	return x.v
}

func LoadUintptr(p *uintptr) uintptr {
	machine.Yield()
	return *p
}

func StoreUintptr(p *uintptr, v uintptr) {
	machine.Yield()
	*p = v
}

func AddUintptr(p *uintptr, delta uintptr) uintptr {
	machine.Yield()
	*p += delta
	return *p
}

func SwapUintptr(p *uintptr, v uintptr) uintptr {
	machine.Yield()
	old := *p
	*p = v
	return old
}

func CompareAndSwapUintptr(p *uintptr, old, new uintptr) bool {
	machine.Yield()
	if *p != old {
		return false
	}
	*p = new
	return true
}

type Bool struct{ v bool }

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

type Pointer[T any] struct{ v *T }

func (x *Pointer[T]) Load() *T {
	machine.Yield()
	return x.v
}

func (x *Pointer[T]) Store(v *T) {
	machine.Yield()
	x.v = v
}

func (x *Pointer[T]) Swap(v *T) *T {
	machine.Yield()
	old := x.v
	x.v = v
	return old
}

func (x *Pointer[T]) CompareAndSwap(old, new *T) bool {
	machine.Yield()
	if x.v != old {
		return false
	}
	x.v = new
	return true
}

type Value struct{ v any }

func (x *Value) Load() any {
	machine.Yield()
	return x.v
}

func (x *Value) Store(v any) {
	machine.Yield()
	x.v = v
}
