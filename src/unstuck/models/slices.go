package slices

import "iter"

// What goes through a whole sequence, on the goroutine of its caller. The rest of the package is known by its types.

func Collect[E any](seq iter.Seq[E]) []E {
	var s []E
	for v := range seq {
		s = append(s, v)
	}
	return s
}

func AppendSeq[S ~[]E, E any](s S, seq iter.Seq[E]) S {
	for v := range seq {
		s = append(s, v)
	}
	return s
}

func Sorted[E any](seq iter.Seq[E]) []E {
	s := Collect(seq)
	Sort(s)
	return s
}

func SortedFunc[E any](seq iter.Seq[E], cmp func(E, E) int) []E {
	s := Collect(seq)
	SortFunc(s, cmp)
	return s
}

func SortedStableFunc[E any](seq iter.Seq[E], cmp func(E, E) int) []E {
	return SortedFunc(seq, cmp)
}

func Sort[S ~[]E, E any](x S)
func SortFunc[S ~[]E, E any](x S, cmp func(a, b E) int)
