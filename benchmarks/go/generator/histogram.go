package main

import "math/bits"

const (
	fine   = 5 // bits: a value is known to 3 %
	blocks = 40
)

// histogram holds times by their microseconds.
type histogram struct {
	counts [blocks << fine]uint32
	total  uint64
	most   int64
}

func (h *histogram) add(nanoseconds int64) {
	value := nanoseconds / 1000
	if value < 0 {
		value = 0
	}
	if value > h.most {
		h.most = value
	}
	h.counts[bucket(uint64(value))]++
	h.total++
}

func bucket(value uint64) int {
	length := bits.Len64(value)
	if length <= fine+1 {
		return int(value)
	}
	shift := uint(length - fine - 1)
	return int(uint64(shift)<<fine + value>>shift)
}

// floor is the lowest value of a bucket.
func floor(at int) int64 {
	shift := at>>fine - 1
	if shift <= 0 {
		return int64(at)
	}
	return int64(at&(1<<fine-1)|1<<fine) << uint(shift)
}

// at is the value, in milliseconds, below which `share` of them lie.
func (h *histogram) at(share float64) float64 {
	rest := uint64(share * float64(h.total))
	for n, count := range h.counts {
		if uint64(count) > rest {
			return float64(floor(n)) / 1000
		}
		rest -= uint64(count)
	}
	return float64(h.most) / 1000
}

// spread is what a report says of it, in milliseconds.
func (h *histogram) spread() map[string]float64 {
	if h.total == 0 {
		return map[string]float64{"count": 0}
	}
	return map[string]float64{
		"count": float64(h.total), "p50": h.at(0.5), "p90": h.at(0.9), "p99": h.at(0.99), "p999": h.at(0.999),
		"most": float64(h.most) / 1000,
	}
}
