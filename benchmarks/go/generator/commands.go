package main

import (
	"encoding/json"
	"math/rand"
	"os"
)

// command is one line of standard input; `do` says which, and which of the other members count.
type command struct {
	Do string `json:"do"`

	// people: reads the file, sets where and how to speak, and forgets what was
	File    string  `json:"file"`
	Port    int     `json:"port"`
	Dialect string  `json:"dialect"`
	Path    string  `json:"path"`
	Beats   float64 `json:"beats"`

	// connect: people from `first`, each on one socket; deaf: the first `count` sockets read no more
	First    int     `json:"first"`
	Count    int     `json:"count"`
	Parallel int     `json:"parallel"`
	Patience float64 `json:"patience"`
	Follow   bool    `json:"follow"` // keeps cursors, for a storm
	Deaf     bool    `json:"deaf"`   // the kernel holds little for them; they are deafened later

	// talk, and storm
	Rate    float64   `json:"rate"`
	Window  int       `json:"window"`
	Spacing float64   `json:"spacing"`
	Warmup  float64   `json:"warmup"`
	Seconds float64   `json:"seconds"`
	Asking  []*asking `json:"asking"`
}

type object map[string]interface{}

// do obeys one command; its answer.
func (g *generator) do(line []byte) object {
	var c command
	if err := json.Unmarshal(line, &c); err != nil {
		return object{"error": err.Error()}
	}
	switch c.Do {
	case "people":
		return g.meet(&c)
	case "connect":
		return g.connect(&c)
	case "deaf":
		return g.deafen(&c)
	case "talk":
		return g.converse(&c)
	case "storm":
		return g.storm(&c)
	case "idle":
		return g.idle(&c)
	case "close":
		g.leave()
		return object{"ok": true}
	}
	return object{"error": "unknown command " + c.Do}
}

func (g *generator) meet(c *command) object {
	data, err := os.ReadFile(c.File)
	if err == nil {
		err = json.Unmarshal(data, &g.people)
	}
	if err != nil {
		return object{"error": err.Error()}
	}
	g.port, g.beats = c.Port, int64(c.Beats*float64(seconds))
	switch c.Dialect {
	case "chat":
		g.dialect = chat{}
	case "proto":
		g.dialect = proto{}
	case "plain":
		g.dialect = plain{c.Path}
	case "socketio":
		g.dialect = socketIO{plain{c.Path}}
	case "centrifuge":
		g.dialect = centrifuge{c.Path}
	default:
		return object{"error": "unknown dialect " + c.Dialect}
	}
	return object{"people": len(g.people)}
}

// connect opens sockets, `parallel` at a time, and returns when all are greeted or `patience` is over.
func (g *generator) connect(c *command) object {
	began, to, there, under := now(), c.First, 0, 0
	end := began + int64(c.Patience*float64(seconds))
	g.forget()
	g.arrival = func(*device) { there++; under-- }
	g.errand = func(d *device, before int, _ string) {
		if before == coming || before == greeted {
			under--
			g.loop.at(now()+seconds/10+rand.Int63n(seconds/2), func() {
				if d.state == away && now() < end {
					under++
					d.connect()
				}
			})
		}
	}
	g.loop.run(func() bool {
		for under < c.Parallel && to < c.First+c.Count {
			d := &device{g: g, person: to, rooms: g.people[to].Rooms, state: away, isDeaf: c.Deaf}
			if c.Follow {
				d.sync = &cursors{g: g, at: map[int]int64{}}
			}
			g.devices = append(g.devices, d)
			under++
			to++
			d.connect()
		}
		return there >= c.Count || now() > end
	})
	g.arrival, g.errand = nil, nil
	return object{"connected": there, "seconds": float64(now()-began) / 1e9, "losses": g.losses}
}

// deafen lets the first sockets read no more; their kernel buffers are small from the next connection on.
func (g *generator) deafen(c *command) object {
	for _, d := range g.devices[:c.Count] {
		d.isDeaf = true
		d.hear(false)
		for _, room := range d.rooms {
			g.inRoom[room]--
		}
		d.rooms = nil
	}
	return object{"deaf": c.Count}
}

func (g *generator) leave() {
	for _, d := range g.devices {
		if d.line != nil {
			d.line.close()
		}
		d.state = away
	}
	g.devices, g.inRoom = nil, map[int]int{}
}

func (g *generator) idle(c *command) object {
	g.forget()
	end := now() + int64(c.Seconds*float64(seconds))
	g.loop.at(end, func() {})
	g.loop.run(func() bool { return now() >= end })
	return object{"present": g.present(), "losses": g.losses, "bytes_in": g.traffic.in, "bytes_out": g.traffic.out}
}

func (g *generator) present() int {
	count := 0
	for _, d := range g.devices {
		if d.state == present {
			count++
		}
	}
	return count
}

// converse lets people talk, and programs ask, for a time. It says "open" and "close" where it begins and ends to count, so that
// others can measure between.
func (g *generator) converse(c *command) object {
	opens := now() + int64(c.Warmup*float64(seconds))
	closes := opens + int64(c.Seconds*float64(seconds))
	t := &talk{
		g: g, rate: c.Rate, window: c.Window, spacing: int64(c.Spacing * float64(seconds)), opens: opens, closes: closes,
		intended: now(), first: g.next, speakers: append([]*device(nil), g.devices...),
	}
	rand.Shuffle(len(t.speakers), func(i, j int) { t.speakers[i], t.speakers[j] = t.speakers[j], t.speakers[i] })
	var before traffic
	t.whenOpens = func() { g.forget(); answer(object{"event": "open"}) }
	t.whenCloses = func() { before = g.traffic; answer(object{"event": "close"}) }
	g.talk = t
	hooks := g.loop.hooks
	for _, a := range c.Asking {
		a.start(g, opens, closes)
		g.loop.hooks = append(g.loop.hooks, a.hook)
	}
	patience := closes + giveUp
	g.loop.run(func() bool { return t.isOver && (t.underWay <= 0 || now() > patience) })
	g.loop.hooks, g.talk = hooks, nil
	unanswered, unheard := t.missing()
	found := object{
		"seconds": c.Seconds, "deliveries": t.deliveries, "acked": t.ackedIn, "begun": t.begun, "unsent": t.unsent,
		"ack": t.acks.spread(), "last": t.lasts.spread(), "delivery": t.delays.spread(), "unanswered": unanswered, "unheard": unheard,
		"codes": g.codes, "losses": g.losses, "present": g.present(), "bytes_in": before.in, "bytes_out": before.out,
	}
	asked := []object{}
	for _, a := range c.Asking {
		a.stop()
		asked = append(asked, object{
			"done": a.done, "begun": a.begun, "unsent": a.unsent, "statuses": a.statuses, "times": a.times.spread(), "bytes": a.size,
		})
	}
	found["asked"] = asked
	return found
}

func max(a, b int) int {
	if a > b {
		return a
	}
	return b
}
