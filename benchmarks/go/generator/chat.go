package main

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// --- chat: the protocol of this project (docs/protocol.md), chat.v1.json ---

type chat struct{}

func (chat) door(d *device) (string, []string) { return chatDoor(d, "chat.v1.json") }
func (chat) upgraded(*device)                  {}
func (chat) answers() bool                     { return true }
func (chat) kind() byte                        { return text }
func (chat) beat() []byte                      { return []byte(`{"msg_id":"ping","cmd_type":"ping","payload":{}}`) }

func chatDoor(d *device, subprotocol string) (string, []string) {
	return "/ws/", []string{"Authorization: Bearer " + d.g.people[d.person].Token, "Sec-WebSocket-Protocol: " + subprotocol}
}

func (c chat) message(_ *device, n, room int) []byte {
	return []byte(fmt.Sprintf(`{"msg_id":"%s","cmd_type":"message.send","payload":{"room":%d,"body":"%s"}}`, msgID(n), room, body(n)))
}

var events, changes = []byte(`{"msg_id":"","cmd_type":"`), []byte(`changes"`)

func (c chat) frame(d *device, payload []byte) {
	if bytes.HasPrefix(payload, events) {
		kind := payload[len(events):]
		if bytes.HasPrefix(kind, changes) {
			hearAll(d, payload)
			if d.sync != nil {
				d.sync.changed(payload)
			}
		} else if d.state == greeted && bytes.HasPrefix(kind, []byte(`hello"`)) {
			if d.sync != nil {
				d.sync.hello(d, payload)
			}
			d.arrive()
			d.g.beat(d)
		}
		return
	}
	c.answer(d, payload)
}

func (c chat) answer(d *device, payload []byte) {
	var read struct {
		MsgID   string `json:"msg_id"`
		CmdType string `json:"cmd_type"`
		Payload struct {
			Code       string  `json:"code"`
			RetryAfter float64 `json:"retry_after"`
		} `json:"payload"`
	}
	if json.Unmarshal(payload, &read) != nil || read.CmdType == "pong" {
		return
	}
	if read.MsgID == syncID {
		if d.sync != nil {
			d.sync.answered(d, payload)
		}
		return
	}
	if n := numberOf(read.MsgID); n > 0 && read.CmdType == "ack" {
		d.g.acked(d, n)
	} else {
		d.g.refused(d, n, read.Payload.Code, read.Payload.RetryAfter)
	}
}
