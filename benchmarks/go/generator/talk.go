package main

import (
	"math/rand"
)

const (
	giveUp = 10 * seconds // a message without its ack, or not everywhere by then, is lost
)

// message is what became of one: moments in nanoseconds, 0 where it did not happen.
type message struct {
	intended, sent, acked int64
	last                  int64
	left                  int // sockets that have not heard it yet
	byHTTP, isOver        bool
	isRefused             bool
}

// talk is one stretch of people saying things: either at random moments, `rate` a second, whatever the server does; or with
// `window` messages under way at any time. Between `opens` and `closes` it counts.
type talk struct {
	g              *generator
	rate           float64
	window         int
	spacing        int64 // nanoseconds between two messages of one person: what the server's limits grant
	opens, closes  int64
	intended       int64 // when the next is to be said
	owed           []int64
	speakers       []*device // in the order in which they may speak again
	first          int
	messages       []message
	underWay       int
	deliveries     int64
	stale          int64
	ackedIn        int64 // acks within the window of counting
	begun          int64 // messages that were meant in it
	acks, lasts    histogram
	delays         histogram
	unsent         int
	whenOpens      func()
	whenCloses     func()
	isOpen, isOver bool
	sweptAt        int64
	oldest         int
}

func (t *talk) hook(at int64) int64 {
	if !t.isOpen && at >= t.opens {
		t.isOpen = true
		t.whenOpens()
	}
	if !t.isOver && at >= t.closes {
		t.isOver = true
		t.unsent += len(t.owed)
		t.whenCloses()
	}
	if at > t.sweptAt+seconds/10 {
		t.sweep(at)
	}
	if t.isOver {
		return at + seconds/10
	}
	next := min(t.closes, at+seconds/10)
	if !t.isOpen {
		next = min(next, t.opens)
	}
	if t.window > 0 {
		for t.underWay < t.window {
			wait := t.speak(at, at)
			if wait > 0 {
				return min(next, wait)
			}
		}
		return next
	}
	for t.rate > 0 && t.intended <= at {
		t.owed = append(t.owed, t.intended)
		if t.intended >= t.opens {
			t.begun++
		}
		t.intended += int64(rand.ExpFloat64() / t.rate * float64(seconds))
	}
	for len(t.owed) > 0 {
		wait := t.speak(at, t.owed[0])
		if wait > 0 {
			return min(next, min(wait, t.intended))
		}
		t.owed = t.owed[1:]
	}
	if t.rate > 0 {
		next = min(next, t.intended)
	}
	return next
}

func min(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}

// speak lets the next speaker say something that was meant to be said at `intended`; else when to ask again.
func (t *talk) speak(at, intended int64) int64 {
	for tried := 0; tried < len(t.speakers); tried++ {
		d := t.speakers[0]
		if d.state == present && d.waiting == 0 && d.ready > at {
			return d.ready
		}
		t.speakers = append(t.speakers[1:], d)
		if d.state != present || d.waiting != 0 || d.isDeaf {
			continue
		}
		room := d.rooms[rand.Intn(len(d.rooms))]
		n := t.add(room, intended, at)
		d.waiting, d.ready = n, at+t.spacing
		d.say(t.g.dialect.message(d, n, room))
		return 0
	}
	return at + seconds/1000
}

// add notes a message to a room; its number.
func (t *talk) add(room int, intended, at int64) int {
	t.messages = append(t.messages, message{intended: intended, sent: at, left: t.g.inRoom[room]})
	t.underWay++
	t.g.next++
	return t.g.next - 1
}

// of is the message with this number; nil for one of another stretch.
func (t *talk) of(n int) *message {
	at := n - t.first
	if at < 0 || at >= len(t.messages) {
		t.stale++
		return nil
	}
	return &t.messages[at]
}

func (t *talk) counts(m *message) bool { return m.intended >= t.opens && m.intended < t.closes }

func (t *talk) heard(d *device, n int) {
	m := t.of(n)
	if m == nil {
		return
	}
	at := t.g.loop.moment
	if t.isOpen && !t.isOver {
		t.deliveries++
	}
	if d.waiting == n && !t.g.dialect.answers() {
		t.g.acked(d, n)
	}
	m.left--
	if t.counts(m) {
		t.delays.add(at - m.intended)
	}
	if m.left == 0 {
		m.last = at
		if t.counts(m) {
			t.lasts.add(at - m.intended)
		}
		t.finish(m)
	}
}

func (t *talk) acked(_ *device, n int) {
	m := t.of(n)
	if m == nil || m.acked > 0 {
		return
	}
	m.acked = t.g.loop.moment
	if t.isOpen && !t.isOver && !m.byHTTP {
		t.ackedIn++
	}
	if t.counts(m) && !m.byHTTP {
		t.acks.add(m.acked - m.intended)
	}
	t.finish(m)
}

func (t *talk) refused(_ *device, n int) {
	if m := t.of(n); m != nil && !m.isOver {
		m.isOver, m.isRefused = true, true
		t.underWay--
	}
}

func (t *talk) finish(m *message) {
	if !m.isOver && m.acked > 0 && m.left <= 0 {
		m.isOver = true
		t.underWay--
	}
}

// missing counts messages that were not acked, and those that were and did not come to everybody.
func (t *talk) missing() (unanswered, unheard int) {
	for n := range t.messages {
		m := &t.messages[n]
		if m.acked > 0 && m.left > 0 {
			unheard++
		} else if m.acked == 0 && !m.isRefused {
			unanswered++
		}
	}
	return
}

// sweep gives up messages that are too old, so that the window does not fill with them.
func (t *talk) sweep(at int64) {
	t.sweptAt = at
	for t.oldest < len(t.messages) {
		m := &t.messages[t.oldest]
		if !m.isOver {
			if at-m.sent < giveUp {
				return
			}
			m.isOver = true
			t.underWay--
		}
		t.oldest++
	}
}
