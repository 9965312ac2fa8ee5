// Command gin is a chat server of gin and gorilla/websocket, after gorilla's own chat example (a goroutine to read and one to
// write for each socket), with its fast path: a message is framed once for everybody by PreparedMessage. It stores nothing.
//
//	gin PORT
package main

import (
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/gorilla/websocket"
)

const (
	writeWait = 10 * time.Second
	waiting   = 256 // messages for one socket; beyond them it is dropped, as in the example
)

var upgrader = websocket.Upgrader{
	ReadBufferSize: 1024, WriteBufferSize: 1024,
	CheckOrigin: func(*http.Request) bool { return true },
}

// room holds the sockets that hear one another.
type room struct {
	mutex   sync.RWMutex
	clients map[*client]bool
}

type client struct {
	room *room
	conn *websocket.Conn
	send chan *websocket.PreparedMessage
}

var (
	rooms = map[string]*room{}
	guard sync.Mutex
)

func roomOf(name string) *room {
	guard.Lock()
	defer guard.Unlock()
	if rooms[name] == nil {
		rooms[name] = &room{clients: map[*client]bool{}}
	}
	return rooms[name]
}

func (r *room) enter(c *client) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.clients[c] = true
}

func (r *room) leave(c *client) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.clients[c] {
		delete(r.clients, c)
		close(c.send)
	}
}

func (r *room) say(text []byte) {
	prepared, err := websocket.NewPreparedMessage(websocket.TextMessage, text)
	if err != nil {
		return
	}
	var slow []*client
	r.mutex.RLock()
	for c := range r.clients {
		select {
		case c.send <- prepared:
		default:
			slow = append(slow, c)
		}
	}
	r.mutex.RUnlock()
	for _, c := range slow {
		r.leave(c)
	}
}

func (c *client) read() {
	defer func() {
		c.room.leave(c)
		_ = c.conn.Close()
	}()
	c.conn.SetReadLimit(65536)
	for {
		_, text, err := c.conn.ReadMessage()
		if err != nil {
			return
		}
		c.room.say(text)
	}
}

func (c *client) write() {
	defer func() { _ = c.conn.Close() }()
	for prepared := range c.send {
		_ = c.conn.SetWriteDeadline(time.Now().Add(writeWait))
		if c.conn.WritePreparedMessage(prepared) != nil {
			return
		}
	}
}

func main() {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.GET("/ws/chat/:room/", func(context *gin.Context) {
		conn, err := upgrader.Upgrade(context.Writer, context.Request, nil)
		if err != nil {
			return
		}
		c := &client{room: roomOf(context.Param("room")), conn: conn, send: make(chan *websocket.PreparedMessage, waiting)}
		c.room.enter(c)
		go c.write()
		go c.read()
	})
	if err := engine.Run("127.0.0.1:" + os.Args[1]); err != nil {
		panic(err)
	}
}
