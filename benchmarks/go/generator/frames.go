package main

import (
	"encoding/binary"
	"math/rand"
)

const (
	text        = 1
	binaryFrame = 2
	bye         = 8
	ping        = 9
	pong        = 10
)

// frame is one masked frame of a client.
func frame(kind byte, payload []byte) []byte {
	made := append(make([]byte, 0, len(payload)+14), 0x80|kind)
	switch n := len(payload); {
	case n < 126:
		made = append(made, 0x80|byte(n))
	case n < 1<<16:
		made = append(made, 0x80|126, byte(n>>8), byte(n))
	default:
		made = append(made, 0x80|127)
		made = append(made, make([]byte, 8)...)
		binary.BigEndian.PutUint64(made[len(made)-8:], uint64(n))
	}
	mask := rand.Uint32()
	keys := [4]byte{byte(mask >> 24), byte(mask >> 16), byte(mask >> 8), byte(mask)}
	made = append(made, keys[:]...)
	for n, each := range payload {
		made = append(made, each^keys[n&3])
	}
	return made
}

// unframe is the first frame of a server in `data`; size 0 where it is not whole yet.
func unframe(data []byte) (kind byte, payload []byte, size int) {
	if len(data) < 2 {
		return 0, nil, 0
	}
	head, n := 2, int(data[1]&127)
	switch n {
	case 126:
		if len(data) < 4 {
			return 0, nil, 0
		}
		head, n = 4, int(binary.BigEndian.Uint16(data[2:]))
	case 127:
		if len(data) < 10 {
			return 0, nil, 0
		}
		head, n = 10, int(binary.BigEndian.Uint64(data[2:]))
	}
	if len(data) < head+n {
		return 0, nil, 0
	}
	return data[0] & 15, data[head : head+n], head + n
}
