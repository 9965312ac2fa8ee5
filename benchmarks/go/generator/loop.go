package main

import (
	"container/heap"
	"os"
	"runtime"
	"syscall"
	"time"
	"unsafe"
)

const (
	in      = syscall.EPOLLIN
	out     = syscall.EPOLLOUT
	seconds = int64(time.Second)
)

// loop is one epoll with timers. All times are nanoseconds of CLOCK_MONOTONIC, which other processes can compare.
type loop struct {
	epoll  int
	clock  int // a timerfd: epoll itself knows only milliseconds
	pipe   [2]int
	watch  []handler // by file descriptor
	timers timers
	hooks  []func(now int64) int64
	events [512]syscall.EpollEvent
	moment int64 // when what is handled now was read
}

// handler is told that its file descriptor is ready.
type handler interface{ ready(events uint32) }

func newLoop() *loop {
	l := &loop{watch: make([]handler, 1<<17)}
	l.epoll = must(syscall.EpollCreate1(syscall.EPOLL_CLOEXEC))
	clock, _, errno := syscall.Syscall(syscall.SYS_TIMERFD_CREATE, 1, syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if errno != 0 {
		panic(errno)
	}
	l.clock = int(clock)
	if err := syscall.Pipe2(l.pipe[:], syscall.O_NONBLOCK|syscall.O_CLOEXEC); err != nil {
		panic(err)
	}
	for _, fd := range []int{l.clock, l.pipe[0]} {
		l.add(fd, in, drain(fd))
	}
	return l
}

func must(fd int, err error) int {
	if err != nil {
		panic(err)
	}
	return fd
}

var began, base = time.Now(), monotonic()

func monotonic() int64 {
	var at syscall.Timespec
	_, _, _ = syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, 1, uintptr(unsafe.Pointer(&at)), 0)
	return at.Nano()
}

// now is the present moment. Go's own clock asks no kernel, which counts at a million times a second.
func now() int64 { return base + int64(time.Since(began)) }

type drain int

func (fd drain) ready(uint32) {
	var bin [64]byte
	_, _ = syscall.Read(int(fd), bin[:])
}

func (l *loop) wake() { _, _ = syscall.Write(l.pipe[1], []byte{1}) }

func (l *loop) add(fd int, events uint32, who handler) {
	l.watch[fd] = who
	l.control(syscall.EPOLL_CTL_ADD, fd, events)
}

func (l *loop) change(fd int, events uint32) { l.control(syscall.EPOLL_CTL_MOD, fd, events) }

func (l *loop) remove(fd int) {
	l.watch[fd] = nil
	_ = syscall.EpollCtl(l.epoll, syscall.EPOLL_CTL_DEL, fd, nil)
}

func (l *loop) control(what, fd int, events uint32) {
	event := syscall.EpollEvent{Events: events, Fd: int32(fd)}
	if err := syscall.EpollCtl(l.epoll, what, fd, &event); err != nil {
		panic(os.NewSyscallError("epoll_ctl", err))
	}
}

// run handles what comes until `until` is true. Hooks are asked in each round, and say when they want to be asked again.
func (l *loop) run(until func() bool) {
	for !until() {
		next := l.fire()
		for _, hook := range l.hooks {
			if at := hook(now()); at < next {
				next = at
			}
		}
		timeout := -1
		if next <= now() {
			timeout = 0
		} else if next < never {
			l.arm(next)
		}
		l.wait(timeout)
	}
}

const never = int64(1) << 62

func (l *loop) wait(timeout int) {
	n, err := syscall.EpollWait(l.epoll, l.events[:], timeout)
	if err != nil && err != syscall.EINTR {
		panic(os.NewSyscallError("epoll_wait", err))
	}
	for i := 0; i < n; i++ {
		if who := l.watch[l.events[i].Fd]; who != nil {
			who.ready(l.events[i].Events)
		}
	}
	if n == len(l.events) {
		runtime.Gosched() // the reader of standard input
	}
}

func (l *loop) arm(at int64) {
	when := [4]int64{0, 0, at / seconds, at % seconds}
	_, _, _ = syscall.RawSyscall6(syscall.SYS_TIMERFD_SETTIME, uintptr(l.clock), 1, uintptr(unsafe.Pointer(&when)), 0, 0, 0)
}

// --- timers ---

type timer struct {
	at int64
	do func()
}

type timers []timer

func (t timers) Len() int            { return len(t) }
func (t timers) Less(i, j int) bool  { return t[i].at < t[j].at }
func (t timers) Swap(i, j int)       { t[i], t[j] = t[j], t[i] }
func (t *timers) Push(x interface{}) { *t = append(*t, x.(timer)) }
func (t *timers) Pop() interface{} {
	last := (*t)[len(*t)-1]
	*t = (*t)[:len(*t)-1]
	return last
}

func (l *loop) at(when int64, do func()) { heap.Push(&l.timers, timer{when, do}) }

// fire does what is due; when the next is.
func (l *loop) fire() int64 {
	for len(l.timers) > 0 {
		if l.timers[0].at > now() {
			return l.timers[0].at
		}
		heap.Pop(&l.timers).(timer).do()
	}
	return never
}
