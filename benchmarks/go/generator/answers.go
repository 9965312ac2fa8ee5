package main

import (
	"bytes"
	"strconv"
)

// wholeBody is how many bytes the body has on the wire; -1 while some are missing.
func wholeBody(head, rest []byte) int {
	if at := bytes.Index(head, []byte("\r\ncontent-length:")); at >= 0 {
		line := head[at+17:]
		n, _ := strconv.Atoi(string(bytes.TrimSpace(line[:bytes.IndexByte(line, '\r')])))
		if len(rest) < n {
			return -1
		}
		return n
	}
	if !bytes.Contains(head, []byte("transfer-encoding: chunked")) {
		return 0
	}
	size := 0
	for {
		end := bytes.Index(rest[size:], []byte("\r\n"))
		if end < 0 {
			return -1
		}
		n, _ := strconv.ParseInt(string(rest[size:size+end]), 16, 64)
		size += end + 2 + int(n) + 2
		if size > len(rest) {
			return -1
		}
		if n == 0 {
			return size
		}
	}
}
