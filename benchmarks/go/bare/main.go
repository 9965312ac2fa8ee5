// Command bare is what this machine can do at most: one thread and one epoll that write each message to every socket of its room,
// with a frame made once and nothing else. With "joined" what came in one round goes to each socket in one write.
//
//	bare PORT [joined]
package main

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

type socket struct {
	fd, place int
	room      *room
	in, out   []byte
	isOpen    bool
	isBusy    bool
}

type room struct {
	sockets []*socket
	waiting []byte
}

var (
	epoll    int
	sockets  [1 << 17]*socket
	rooms    = map[string]*room{}
	isJoined = len(os.Args) > 2
	buffer   [1 << 16]byte
)

func main() {
	runtime.LockOSThread()
	var limit syscall.Rlimit
	check(syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit))
	limit.Cur = limit.Max
	_ = syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
	port, err := strconv.Atoi(os.Args[1])
	check(err)
	door, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_NONBLOCK, 0)
	check(err)
	check(syscall.SetsockoptInt(door, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1))
	check(syscall.Bind(door, &syscall.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}))
	check(syscall.Listen(door, 4096))
	epoll, err = syscall.EpollCreate1(0)
	check(err)
	watch(syscall.EPOLL_CTL_ADD, door, syscall.EPOLLIN)
	var events [512]syscall.EpollEvent
	for {
		n, err := syscall.EpollWait(epoll, events[:], -1)
		if err != nil && err != syscall.EINTR {
			panic(err)
		}
		for _, event := range events[:max(n, 0)] {
			fd := int(event.Fd)
			if fd == door {
				accept(door)
			} else if s := sockets[fd]; s != nil {
				s.ready(event.Events)
			}
		}
		for _, r := range rooms {
			if len(r.waiting) > 0 {
				r.send(r.waiting)
				r.waiting = r.waiting[:0]
			}
		}
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func max(a, b int) int {
	if a > b {
		return a
	}
	return b
}

func watch(what, fd int, events uint32) {
	check(syscall.EpollCtl(epoll, what, fd, &syscall.EpollEvent{Events: events, Fd: int32(fd)}))
}

func accept(door int) {
	for {
		fd, _, err := syscall.Accept4(door, syscall.SOCK_NONBLOCK)
		if err != nil {
			return
		}
		_ = syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1)
		sockets[fd] = &socket{fd: fd}
		watch(syscall.EPOLL_CTL_ADD, fd, syscall.EPOLLIN)
	}
}

func (s *socket) ready(events uint32) {
	if events&syscall.EPOLLOUT != 0 {
		s.write(nil)
	}
	if events&^syscall.EPOLLOUT == 0 || sockets[s.fd] == nil {
		return
	}
	n, err := syscall.Read(s.fd, buffer[:])
	if err == syscall.EAGAIN {
		return
	}
	if err != nil || n == 0 {
		s.close()
		return
	}
	s.in = append(s.in, buffer[:n]...)
	if !s.isOpen {
		s.greet()
	}
	for s.isOpen && s.take() {
	}
}

func (s *socket) close() {
	if sockets[s.fd] == nil {
		return
	}
	sockets[s.fd] = nil
	_ = syscall.Close(s.fd)
	if s.room != nil {
		last := len(s.room.sockets) - 1
		s.room.sockets[last].place = s.place
		s.room.sockets[s.place] = s.room.sockets[last]
		s.room.sockets = s.room.sockets[:last]
	}
}

// greet answers the handshake; the whole path is the room.
func (s *socket) greet() {
	end := bytes.Index(s.in, []byte("\r\n\r\n"))
	if end < 0 {
		return
	}
	head := string(s.in[:end])
	s.in = append(s.in[:0], s.in[end+4:]...)
	key := head[strings.Index(head, "Sec-WebSocket-Key: ")+19:]
	if at := strings.Index(key, "\r\n"); at >= 0 {
		key = key[:at]
	}
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	path := strings.Fields(head)[1]
	if rooms[path] == nil {
		rooms[path] = &room{}
	}
	s.room, s.isOpen, s.place = rooms[path], true, len(rooms[path].sockets)
	s.room.sockets = append(s.room.sockets, s)
	s.write([]byte("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
		base64.StdEncoding.EncodeToString(sum[:]) + "\r\n\r\n"))
}

// take handles one frame of a client, of up to 64 KiB; false where there is none yet.
func (s *socket) take() bool {
	if len(s.in) < 6 {
		return false
	}
	head, n := 2, int(s.in[1]&127)
	if n == 126 {
		if len(s.in) < 8 {
			return false
		}
		head, n = 4, int(binary.BigEndian.Uint16(s.in[2:]))
	}
	if len(s.in) < head+4+n {
		return false
	}
	mask, payload := s.in[head:head+4], s.in[head+4:head+4+n]
	for i := range payload {
		payload[i] ^= mask[i&3]
	}
	if s.in[0]&15 == 1 {
		made := append([]byte{0x81}, s.in[1:head]...)
		made[1] &= 127
		made = append(made, payload...)
		if isJoined {
			s.room.waiting = append(s.room.waiting, made...)
		} else {
			s.room.send(made)
		}
	}
	s.in = append(s.in[:0], s.in[head+4+n:]...)
	return true
}

func (r *room) send(bytes []byte) {
	for _, s := range append([]*socket(nil), r.sockets...) {
		s.write(bytes)
	}
}

func (s *socket) write(more []byte) {
	if len(s.out) > 0 {
		s.out = append(s.out, more...)
		more = s.out
	}
	for len(more) > 0 {
		n, err := syscall.Write(s.fd, more)
		if err == syscall.EAGAIN {
			break
		}
		if err != nil {
			s.close()
			return
		}
		more = more[n:]
	}
	s.out = append(s.out[:0], more...)
	if isBusy := len(s.out) > 0; isBusy != s.isBusy {
		s.isBusy = isBusy
		events := uint32(syscall.EPOLLIN)
		if isBusy {
			events |= syscall.EPOLLOUT
		}
		watch(syscall.EPOLL_CTL_MOD, s.fd, events)
	}
}
