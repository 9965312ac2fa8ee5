package main

import (
	"bytes"
	"fmt"
	"math/rand"
	"strconv"
	"strings"
)

// asking is HTTP over connections that are kept: at random moments, `rate` a second, or each connection always busy.
type asking struct {
	Path    string   `json:"path"` // with {room}, {number} and {word}
	Post    bool     `json:"post"` // says something in {room}, by the API
	Bearer  bool     `json:"bearer"`
	Lines   int      `json:"lines"`
	Rate    float64  `json:"rate"`
	Spacing float64  `json:"spacing"` // seconds between two requests of one person
	Low     int      `json:"low"`     // of {number}
	High    int      `json:"high"`
	Words   []string `json:"words"`
	Room    int      `json:"room"` // asked by its members alone; else one of the person's own

	g             *generator
	opens, closes int64
	intended      int64
	owed          []int64
	free          []*browser
	all           []*browser
	people        []int // by whom, in turn
	readyAt       []int64
	turn          int
	done          int64 // answers of 2xx within the window of counting
	begun         int64
	unsent        int
	size          int64
	statuses      map[string]int
	times         histogram
	isOver        bool
}

// browser is one kept connection.
type browser struct {
	a        *asking
	line     *line
	asked    int64 // when it was meant; 0 while nothing is asked
	number   int   // of the message that it says
	isOpened bool
}

func (a *asking) start(g *generator, opens, closes int64) {
	a.g, a.opens, a.closes, a.statuses = g, opens, closes, map[string]int{}
	for n, person := range g.people {
		if a.Room == 0 || contains(person.Rooms, a.Room) {
			a.people = append(a.people, n)
		}
	}
	a.readyAt = make([]int64, len(a.people))
	a.intended = now()
	for n := 0; n < a.Lines; n++ {
		b := &browser{a: a}
		a.all = append(a.all, b)
		b.connect()
	}
}

func (a *asking) stop() {
	for _, b := range a.all {
		if b.line != nil {
			b.line.close()
		}
	}
}

func (a *asking) hook(at int64) int64 {
	if at >= a.closes {
		if !a.isOver {
			a.isOver = true
			a.unsent = len(a.owed)
		}
		return never
	}
	for a.Rate > 0 && a.intended <= at {
		a.owed = append(a.owed, a.intended)
		a.intended += int64(rand.ExpFloat64() / a.Rate * float64(seconds))
	}
	for len(a.free) > 0 && (a.Rate == 0 || len(a.owed) > 0) {
		who, wait := a.next(at)
		if wait > 0 {
			return min(wait, a.closes)
		}
		intended := at
		if a.Rate > 0 {
			intended, a.owed = a.owed[0], a.owed[1:]
		}
		b := a.free[0]
		a.free = a.free[1:]
		b.ask(who, intended, at)
	}
	if a.Rate > 0 {
		return min(a.intended, a.closes)
	}
	return a.closes
}

// next is whose turn it is; else when somebody may.
func (a *asking) next(at int64) (int, int64) {
	if a.readyAt[a.turn] > at {
		return 0, a.readyAt[a.turn]
	}
	who := a.people[a.turn]
	a.readyAt[a.turn] = at + int64(a.Spacing*float64(seconds))
	a.turn = (a.turn + 1) % len(a.people)
	return who, 0
}

func contains(rooms []int, room int) bool {
	for _, each := range rooms {
		if each == room {
			return true
		}
	}
	return false
}

func (b *browser) connect() {
	b.isOpened = false
	made, err := dial(b.a.g.loop, b.a.g.port, false, &b.a.g.traffic, b)
	if err == nil {
		b.line = made
	}
}

func (b *browser) opened() {
	b.isOpened = true
	b.a.free = append(b.a.free, b)
}

func (b *browser) ask(who int, intended, at int64) {
	a := b.a
	person := a.g.people[who]
	room := a.Room
	if room == 0 {
		room = person.Rooms[rand.Intn(len(person.Rooms))]
	}
	path := strings.ReplaceAll(a.Path, "{room}", strconv.Itoa(room))
	if a.High > 0 {
		path = strings.ReplaceAll(path, "{number}", strconv.Itoa(a.Low+rand.Intn(a.High-a.Low+1)))
	}
	if len(a.Words) > 0 {
		path = strings.ReplaceAll(path, "{word}", a.Words[rand.Intn(len(a.Words))])
	}
	method, more := "GET", ""
	b.asked, b.number = intended, 0
	if a.Post {
		b.number = a.g.next
		if a.g.talk != nil {
			m := a.g.talk
			m.messages[m.add(room, intended, at)-m.first].byHTTP = true
		} else {
			a.g.next++
		}
		said := fmt.Sprintf(`{"body":"%s","msg_id":"%s"}`, body(b.number), msgID(b.number))
		method, more = "POST", fmt.Sprintf("Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(said), said)
	}
	proof := "Cookie: sessionid=" + person.Cookie
	if a.Bearer {
		proof = "Authorization: Bearer " + person.Token
	}
	if more == "" {
		more = "\r\n"
	}
	if intended >= a.opens {
		a.begun++
	}
	b.line.write([]byte(fmt.Sprintf("%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAccept-Encoding: identity\r\n%s\r\n%s", method, path, a.g.port, proof, more)))
}

func (b *browser) bytes(data []byte) []byte {
	head := bytes.Index(data, []byte("\r\n\r\n"))
	if head < 0 || b.asked == 0 {
		return data
	}
	size := wholeBody(bytes.ToLower(data[:head+2]), data[head+4:])
	if size < 0 {
		return data
	}
	b.answered(string(data[9:12]), int64(size))
	if bytes.Contains(bytes.ToLower(data[:head]), []byte("connection: close")) {
		b.line.close()
		b.connect()
		return nil
	}
	b.a.free = append(b.a.free, b)
	return data[head+4+size:]
}

func (b *browser) answered(status string, size int64) {
	a, at := b.a, b.a.g.loop.moment
	if at >= a.opens && at < a.closes {
		a.statuses[status]++
		if status[0] == '2' {
			a.done++
			a.size += size
		}
	}
	if b.asked >= a.opens && b.asked < a.closes {
		a.times.add(at - b.asked)
	}
	if t := a.g.talk; t != nil && b.number > 0 {
		if status[0] == '2' {
			t.acked(nil, b.number)
		} else {
			t.refused(nil, b.number)
		}
	}
	b.asked = 0
}

func (b *browser) ended(why string) {
	if b.asked > 0 {
		b.a.statuses[why]++
	}
	b.asked = 0
	if b.isOpened && now() < b.a.closes {
		b.connect()
	} else if !b.isOpened {
		b.a.statuses[why]++
	}
}
