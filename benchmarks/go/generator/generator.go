package main

import (
	"fmt"
	"math/rand"
	"os"
	"strconv"
)

// someone is a row of the file of people: a person of the server, and the rooms that they are in.
type someone struct {
	ID     int    `json:"id"`
	Token  string `json:"token"`
	Cookie string `json:"cookie"`
	Rooms  []int  `json:"rooms"`
}

type generator struct {
	loop    *loop
	dialect dialect
	port    int
	people  []someone
	devices []*device
	inRoom  map[int]int // sockets that hear a room
	traffic traffic
	losses  map[string]int // sockets that ended by themselves, by their reason
	codes   map[string]int // refusals of commands
	beats   int64          // nanoseconds between the pings of one socket, 0 for none
	talk    *talk          // what is being said now
	errand  func(d *device, before int, why string)
	arrival func(d *device)
	next    int // the number of the next message
}

var salt = os.Getpid()

const syncID = "sync"

// msgID is the idempotency key of a message: a UUID, as the protocol has it.
func msgID(n int) string { return fmt.Sprintf("%08x-0000-4000-8000-%012x", salt, n) }

func numberOf(id string) int {
	if len(id) != 36 {
		return 0
	}
	n, _ := strconv.ParseInt(id[24:], 16, 64)
	return int(n)
}

func newGenerator() *generator {
	g := &generator{loop: newLoop(), inRoom: map[int]int{}, next: 1}
	g.forget()
	g.loop.hooks = append(g.loop.hooks, g.hook)
	return g
}

// forget begins to count losses and refusals anew.
func (g *generator) forget() {
	g.losses, g.codes, g.traffic = map[string]int{}, map[string]int{}, traffic{}
}

func (g *generator) hook(at int64) int64 {
	if g.talk == nil {
		return never
	}
	return g.talk.hook(at)
}

// --- what devices tell ---

func (g *generator) arrived(d *device) {
	for _, room := range d.rooms {
		g.inRoom[room]++
	}
	if g.arrival != nil {
		g.arrival(d)
	}
}

func (g *generator) lost(d *device, before int, why string) {
	if before == present {
		for _, room := range d.rooms {
			g.inRoom[room]--
		}
	}
	g.losses[why]++
	if g.errand != nil {
		g.errand(d, before, why)
	}
}

func (g *generator) heard(d *device, n int) {
	if g.talk != nil {
		g.talk.heard(d, n)
	}
}

func (g *generator) acked(d *device, n int) {
	if d.waiting == n {
		d.waiting = 0
	}
	if g.talk != nil {
		g.talk.acked(d, n)
	}
}

func (g *generator) refused(d *device, n int, code string, after float64) {
	if n == d.waiting {
		d.waiting = 0
	}
	g.codes[code]++
	if after < 1 {
		after = 1
	}
	d.ready = now() + int64(after*float64(seconds))
	if g.talk != nil {
		g.talk.refused(d, n)
	}
}

// beat sends the protocol's ping every 30 s, from a random moment on, whatever else is sent.
func (g *generator) beat(d *device) {
	if g.beats == 0 {
		return
	}
	mine := d.line
	var tick func()
	tick = func() {
		if d.line != mine || d.state != present {
			return
		}
		if !d.isDeaf {
			d.say(g.dialect.beat())
		}
		g.loop.at(now()+g.beats, tick)
	}
	g.loop.at(now()+rand.Int63n(g.beats), tick)
}
