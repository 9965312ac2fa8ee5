// Command generator plays many people at once against one server: it opens sockets, says things at random moments, and
// counts what arrives where, and when. One thread and one epoll do all of it, so that it costs one core at most.
//
// It is driven by lines of JSON on standard input, and answers each with one line on standard output (see commands.go).
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"runtime"
	"syscall"
)

func main() {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) == nil {
		limit.Cur = limit.Max
		_ = syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
	}
	runtime.LockOSThread()
	rand.Seed(int64(os.Getpid()))
	g := newGenerator()
	lines := make(chan []byte, 16)
	go read(lines, g.loop.wake)
	for {
		var line []byte
		isOpen := true
		g.loop.run(func() bool {
			select {
			case line, isOpen = <-lines:
				return true
			default:
				return false
			}
		})
		if !isOpen {
			return
		}
		answer(g.do(line))
	}
}

// read hands over the lines of standard input; the loop is woken for each.
func read(lines chan<- []byte, wake func()) {
	scanner := bufio.NewScanner(os.Stdin)
	scanner.Buffer(make([]byte, 1<<20), 1<<20)
	for scanner.Scan() {
		lines <- append([]byte(nil), scanner.Bytes()...)
		wake()
	}
	close(lines)
	wake()
}

// answer writes one line of JSON.
func answer(what interface{}) {
	encoded, err := json.Marshal(what)
	if err != nil {
		encoded, _ = json.Marshal(map[string]string{"error": err.Error()})
	}
	fmt.Printf("%s\n", encoded)
}
