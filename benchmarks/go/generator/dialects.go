package main

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// dialect is how a server wants to be spoken to.
type dialect interface {
	door(d *device) (path string, headers []string)
	upgraded(d *device)
	frame(d *device, payload []byte)
	message(d *device, number, room int) []byte
	beat() []byte
	kind() byte // of its frames
	// answers says whether the server acks a message; else it counts as acked when its own sender hears it.
	answers() bool
}

// body is what somebody types: found again by its number, and as long as most of what people say.
func body(number int) string {
	return fmt.Sprintf("%%#%010d shall we meet at the harbour after lunch?", number)
}

var mark = []byte("%#")

// number is that of the first message in `payload`, and what stands behind it; 0 for none.
func number(payload []byte) (int, []byte) {
	at := bytes.Index(payload, mark)
	if at < 0 || at+12 > len(payload) {
		return 0, nil
	}
	found := 0
	for _, digit := range payload[at+2 : at+12] {
		found = found*10 + int(digit-'0')
	}
	return found, payload[at+12:]
}

// hearAll notes every message in `payload`: a repair brings many in one frame. Body and HTML of one bear the same number.
func hearAll(d *device, payload []byte) {
	before := 0
	for n, rest := number(payload); n > 0; n, rest = number(rest) {
		if n != before {
			d.g.heard(d, n)
		}
		before = n
	}
}

func inPath(path string, d *device) string {
	room := 0
	if len(d.rooms) > 0 {
		room = d.rooms[0]
	}
	return strings.ReplaceAll(path, "{room}", strconv.Itoa(room))
}

// --- plain: what one says goes to everybody in the room of one's address, as in Channels' tutorial ---

type plain struct{ path string }

func (p plain) door(d *device) (string, []string) { return inPath(p.path, d), nil }
func (p plain) upgraded(d *device)                { d.arrive() }
func (p plain) answers() bool                     { return false }
func (p plain) kind() byte                        { return text }
func (p plain) beat() []byte                      { return nil }

const plainBytes = 150

func (p plain) message(_ *device, n, _ int) []byte {
	said := `{"message":"` + body(n)
	return []byte(said + strings.Repeat(".", plainBytes-len(said)-2) + `"}`)
}

func (p plain) frame(d *device, payload []byte) {
	if n, _ := number(payload); n > 0 {
		d.g.heard(d, n)
	}
}

// --- socket.io: the same in Engine.IO's envelope ---

type socketIO struct{ plain }

func (s socketIO) door(d *device) (string, []string) {
	return inPath(s.path, d), nil
}
func (s socketIO) upgraded(*device) {}
func (s socketIO) message(d *device, n, room int) []byte {
	return append(append([]byte(`42["message",`), s.plain.message(d, n, room)...), ']')
}

func (s socketIO) frame(d *device, payload []byte) {
	switch {
	case len(payload) == 0:
	case payload[0] == '0':
		d.say([]byte("40"))
	case payload[0] == '2':
		d.say([]byte("3"))
	case bytes.HasPrefix(payload, []byte("40")):
		d.arrive()
	default:
		s.plain.frame(d, payload)
	}
}

// --- Centrifuge: several messages may come in one frame ---

type centrifuge struct{ path string }

func (c centrifuge) door(d *device) (string, []string) { return inPath(c.path, d), nil }
func (c centrifuge) upgraded(d *device)                { d.say([]byte(`{"id":1,"params":{}}`)) }
func (c centrifuge) answers() bool                     { return false }
func (c centrifuge) kind() byte                        { return text }
func (c centrifuge) beat() []byte                      { return nil }

func (c centrifuge) message(d *device, n, room int) []byte {
	return []byte(fmt.Sprintf(`{"id":%d,"method":3,"params":{"channel":"room%d","data":%s}}`, n, d.rooms[0], plain{}.message(d, n, room)))
}

func (c centrifuge) frame(d *device, payload []byte) {
	if d.state == greeted {
		d.step++
		if d.step == 1 {
			d.say([]byte(fmt.Sprintf(`{"id":2,"method":1,"params":{"channel":"room%d"}}`, d.rooms[0])))
		} else if d.step == 2 {
			d.arrive()
		}
	}
	hearAll(d, payload)
}
