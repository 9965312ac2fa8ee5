package main

import (
	"bytes"
	"strconv"
	"strings"
)

const (
	coming  = iota // the TCP connection, then the handshake
	greeted        // the server's first frames are awaited
	present        // may speak, and hears
	away           // no connection
)

// device is one socket of one person.
type device struct {
	g       *generator
	person  int
	rooms   []int
	state   int
	line    *line
	isDeaf  bool
	waiting int   // number of the message that is not answered yet, 0 for none
	ready   int64 // when it may speak again
	step    int   // of a dialect's greeting
	tries   int
	since   int64 // when it began to connect
	sync    *cursors
}

func (d *device) connect() {
	d.state, d.step, d.waiting, d.since = coming, 0, 0, now()
	made, err := dial(d.g.loop, d.g.port, d.isDeaf, &d.g.traffic, d)
	if err != nil {
		d.ended(err.Error())
		return
	}
	d.line = made
}

func (d *device) opened() {
	path, headers := d.g.dialect.door(d)
	var head strings.Builder
	head.WriteString("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + strconv.Itoa(d.g.port) +
		"\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")
	for _, header := range headers {
		head.WriteString(header + "\r\n")
	}
	head.WriteString("\r\n")
	d.line.write([]byte(head.String()))
}

func (d *device) bytes(data []byte) []byte {
	if d.state == coming {
		end := bytes.Index(data, []byte("\r\n\r\n"))
		if end < 0 {
			return data
		}
		if !bytes.HasPrefix(data, []byte("HTTP/1.1 101")) {
			d.line.end("HTTP " + string(data[9:12]))
			return nil
		}
		data = data[end+4:]
		d.state = greeted
		d.g.dialect.upgraded(d)
	}
	for d.state != away {
		kind, payload, size := unframe(data)
		if size == 0 {
			break
		}
		data = data[size:]
		switch kind {
		case ping:
			d.line.write(frame(pong, payload))
		case bye:
			code := "without a code"
			if len(payload) >= 2 {
				code = strconv.Itoa(int(payload[0])<<8 | int(payload[1]))
			}
			d.line.end("close " + code)
		case pong:
		default:
			d.g.dialect.frame(d, payload)
		}
	}
	if d.state == away {
		return nil
	}
	return data
}

// arrive marks the device as present: it may speak from now on.
func (d *device) arrive() {
	d.state = present
	d.g.arrived(d)
}

func (d *device) ended(why string) {
	before := d.state
	d.state = away
	d.g.lost(d, before, why)
}

// say sends one frame.
func (d *device) say(payload []byte) { d.line.write(frame(d.g.dialect.kind(), payload)) }

// hear starts or stops to read what comes.
func (d *device) hear(reads bool) {
	if d.state != away {
		d.line.listen(reads)
	}
}
