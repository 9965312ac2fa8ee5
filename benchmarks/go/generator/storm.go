package main

import (
	"bytes"
	"encoding/json"
	"math/rand"
	"sort"
	"strconv"
)

// cursors are how far one device knows its rooms (docs/protocol.md, "The client's algorithm").
type cursors struct {
	g      *generator
	at     map[int]int64
	goal   map[int]int64 // heads of the last hello that it does not know yet
	epoch  string
	since  int64 // when it had all that its hello stated; 0 while it has not
	synced int
}

// changed moves the cursor of one room, by a frame `changes` whose members come in the order of the protocol's page.
func (c *cursors) changed(payload []byte) {
	room, to := member(payload, `"room":`), member(payload, `"to":`)
	if c.at[int(room)] < to {
		c.at[int(room)] = to
	}
	c.look()
}

func member(payload []byte, name string) int64 {
	at := bytes.Index(payload, []byte(name))
	if at < 0 {
		return 0
	}
	rest := payload[at+len(name):]
	end := bytes.IndexAny(rest, ",}")
	if end < 0 {
		return 0
	}
	n, _ := strconv.ParseInt(string(bytes.TrimSpace(rest[:end])), 10, 64)
	return n
}

type stated struct {
	Payload struct {
		Epoch string `json:"epoch"`
		Rooms []struct {
			ID    int   `json:"id"`
			Head  int64 `json:"head"`
			Room  int   `json:"room"`
			To    int64 `json:"to"`
			More  bool  `json:"more"`
			Reset bool  `json:"reset"`
		} `json:"rooms"`
	} `json:"payload"`
}

func (c *cursors) hello(d *device, payload []byte) {
	var told stated
	if json.Unmarshal(payload, &told) != nil {
		return
	}
	isFirst := c.epoch == ""
	c.epoch, c.goal = told.Payload.Epoch, map[int]int64{}
	for _, room := range told.Payload.Rooms {
		if isFirst {
			c.at[room.ID] = room.Head
		} else if c.at[room.ID] < room.Head {
			c.goal[room.ID] = room.Head
		}
	}
	c.ask(d)
	c.look()
}

// ask sends one `sync` for every room that is behind.
func (c *cursors) ask(d *device) {
	type from struct {
		Room  int   `json:"room"`
		After int64 `json:"after"`
	}
	rooms := []from{}
	for room := range c.goal {
		rooms = append(rooms, from{room, c.at[room]})
	}
	if len(rooms) == 0 {
		return
	}
	c.synced++
	said, _ := json.Marshal(object{"msg_id": syncID, "cmd_type": "sync", "payload": object{"epoch": c.epoch, "rooms": rooms}})
	d.say(said)
}

func (c *cursors) answered(d *device, payload []byte) {
	var told stated
	if json.Unmarshal(payload, &told) != nil {
		return
	}
	more := false
	for _, room := range told.Payload.Rooms {
		if room.Reset {
			room.To = room.Head
		}
		if c.at[room.Room] < room.To {
			c.at[room.Room] = room.To
		}
		more = more || room.More
	}
	c.look()
	if c.since == 0 && (more || len(told.Payload.Rooms) == 0) { // an error has no rooms: it is tried again
		c.g.loop.at(now()+seconds/4, func() {
			if d.state == present {
				c.ask(d)
			}
		})
	}
}

func (c *cursors) look() {
	for room, head := range c.goal {
		if c.at[room] < head {
			return
		}
		delete(c.goal, room)
	}
	if c.since == 0 && c.epoch != "" {
		c.since = now()
	}
}

// storm waits for the loss of all sockets and brings each back as the protocol's page says; it returns when all are in sync again,
// or after `seconds`. "open" says that it waits. Answers with the moments (CLOCK_MONOTONIC, seconds) of each.
func (g *generator) storm(c *command) object {
	g.forget()
	lost := map[*device]bool{}
	for _, d := range g.devices {
		d.sync.since = 0
	}
	var again func(d *device, wait int64)
	again = func(d *device, wait int64) {
		g.loop.at(now()+wait, func() {
			if d.state == away {
				d.connect()
			}
		})
	}
	g.errand = func(d *device, before int, why string) {
		if before == present {
			lost[d], d.tries = true, 0
		} else {
			d.tries++
		}
		d.sync.since = 0
		if why == "HTTP 503" {
			again(d, seconds+rand.Int63n(seconds))
			return
		}
		most := seconds / 2 << uint(min(int64(d.tries), 6))
		again(d, rand.Int63n(min(most, 30*seconds)))
	}
	answer(object{"event": "open"})
	end, looked := now()+int64(c.Seconds*float64(seconds)), int64(0)
	g.loop.hooks = append(g.loop.hooks, func(at int64) int64 { return at + seconds/20 })
	g.loop.run(func() bool {
		at := now()
		if at < looked+seconds/20 {
			return false
		}
		looked = at
		return at > end || len(lost) == len(g.devices) && g.inSync() == len(g.devices)
	})
	g.errand, g.loop.hooks = nil, g.loop.hooks[:len(g.loop.hooks)-1]
	moments, syncs := []float64{}, 0
	for _, d := range g.devices {
		if d.sync.since > 0 && lost[d] {
			moments = append(moments, float64(d.sync.since)/1e9)
		}
		syncs += d.sync.synced
	}
	sort.Float64s(moments)
	return object{"devices": len(g.devices), "lost": len(lost), "in_sync": moments, "syncs": syncs, "losses": g.losses}
}

func (g *generator) inSync() int {
	count := 0
	for _, d := range g.devices {
		if d.state == present && d.sync.since > 0 {
			count++
		}
	}
	return count
}
