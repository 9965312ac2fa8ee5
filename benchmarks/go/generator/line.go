package main

import "syscall"

// line is one TCP connection to the server. Its owner takes the bytes, and is told of its opening and its end.
type line struct {
	loop    *loop
	fd      int
	isOpen  bool
	isBusy  bool // what waits in `rest` is to be written
	in, out []byte
	owner   owner
	traffic *traffic
}

// owner of a line. `bytes` returns what it has no use for yet.
type owner interface {
	opened()
	bytes(data []byte) []byte
	ended(why string)
}

// traffic counts bytes of all lines.
type traffic struct{ in, out int64 }

var scratch [1 << 18]byte

// dial begins to connect to an address of this machine. `small` leaves the kernel little room for what is not read.
func dial(l *loop, port int, small bool, t *traffic, who owner) (*line, error) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	_ = syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1)
	if small {
		_ = syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_RCVBUF, 4096)
	}
	err = syscall.Connect(fd, &syscall.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}})
	if err != nil && err != syscall.EINPROGRESS {
		_ = syscall.Close(fd)
		return nil, err
	}
	x := &line{loop: l, fd: fd, isBusy: true, owner: who, traffic: t}
	l.add(fd, in|out, x)
	return x, nil
}

func (x *line) ready(events uint32) {
	if !x.isOpen {
		failed, err := syscall.GetsockoptInt(x.fd, syscall.SOL_SOCKET, syscall.SO_ERROR)
		if err != nil || failed != 0 {
			x.end("refused: " + syscall.Errno(failed).Error())
			return
		}
		x.isOpen = true
		x.owner.opened()
		x.flush()
	} else if events&out != 0 {
		x.flush()
	}
	if x.fd >= 0 && events&(in|syscall.EPOLLHUP|syscall.EPOLLERR) != 0 {
		x.read()
	}
}

func (x *line) read() {
	n, err := syscall.Read(x.fd, scratch[:])
	switch {
	case err == syscall.EAGAIN || err == syscall.EINTR:
		return
	case err != nil:
		x.end("reset")
		return
	case n == 0:
		x.end("closed")
		return
	}
	x.loop.moment = now()
	x.traffic.in += int64(n)
	data := scratch[:n]
	if len(x.in) > 0 {
		x.in = append(x.in, data...)
		data = x.in
	}
	rest := x.owner.bytes(data)
	if len(rest) == 0 {
		x.in = nil
	} else {
		x.in = append(x.in[:0], rest...)
	}
}

// write sends `data` now, as far as the kernel takes it, the rest as soon as it does.
func (x *line) write(data []byte) {
	if x.fd < 0 {
		return
	}
	x.out = append(x.out, data...)
	if x.isOpen {
		x.flush()
	}
}

func (x *line) flush() {
	for len(x.out) > 0 {
		n, err := syscall.Write(x.fd, x.out)
		if err == syscall.EAGAIN {
			break
		}
		if err != nil {
			x.end("reset")
			return
		}
		x.traffic.out += int64(n)
		x.out = x.out[n:]
	}
	if len(x.out) == 0 {
		x.out = nil
	}
	if isBusy := len(x.out) > 0; isBusy != x.isBusy && x.fd >= 0 {
		x.isBusy = isBusy
		x.listen(true)
	}
}

// listen says whether what comes is read.
func (x *line) listen(reads bool) {
	events := uint32(0)
	if reads {
		events |= in
	}
	if x.isBusy {
		events |= out
	}
	x.loop.change(x.fd, events)
}

// end closes it and tells its owner.
func (x *line) end(why string) {
	if x.fd < 0 {
		return
	}
	x.close()
	x.owner.ended(why)
}

// close closes it without a word.
func (x *line) close() {
	if x.fd >= 0 {
		x.loop.remove(x.fd)
		_ = syscall.Close(x.fd)
		x.fd = -1
		x.out, x.in = nil, nil
	}
}
