package main

import "encoding/binary"

// proto is the same protocol in Protocol Buffers, chat.v1.proto (chatsite/realtime/chat.proto), read by hand: of a frame only its
// kind counts, its msg_id, and the number of the message in it.
type proto struct{}

const (
	ack, failed          = 1, 2
	sending, ask         = 11, 10
	greeting, whatChange = 40, 41
)

func (proto) door(d *device) (string, []string) { return chatDoor(d, "chat.v1.proto") }
func (proto) upgraded(*device)                  {}
func (proto) answers() bool                     { return true }
func (proto) kind() byte                        { return binaryFrame }
func (proto) beat() []byte                      { return envelope("ping", ask, nil) }

func (proto) message(_ *device, n, room int) []byte {
	payload := binary.AppendUvarint([]byte{1 << 3}, uint64(room))
	said := body(n)
	payload = append(binary.AppendUvarint(append(payload, 2<<3|2), uint64(len(said))), said...)
	return envelope(msgID(n), sending, payload)
}

// envelope is `Envelope {string msg_id = 1; int32 cmd_type = 2; bytes payload = 3;}`.
func envelope(id string, kind int, payload []byte) []byte {
	made := append(binary.AppendUvarint([]byte{1<<3 | 2}, uint64(len(id))), id...)
	made = binary.AppendUvarint(append(made, 2<<3), uint64(kind))
	if len(payload) == 0 {
		return made // nothing longer than it need be is taken
	}
	return append(binary.AppendUvarint(append(made, 3<<3|2), uint64(len(payload))), payload...)
}

// fields tells of each field of a message: its number, and its bytes where it has any, else its value.
func fields(data []byte, told func(field int, value uint64, bytes []byte)) {
	for len(data) > 0 {
		key, n := binary.Uvarint(data)
		value, m := binary.Uvarint(data[max(n, 0):])
		if n <= 0 || m <= 0 {
			return
		}
		data = data[n+m:]
		if key&7 != 2 {
			told(int(key>>3), value, nil)
			continue
		}
		if value > uint64(len(data)) {
			return
		}
		told(int(key>>3), 0, data[:value])
		data = data[value:]
	}
}

func (proto) frame(d *device, data []byte) {
	var id, payload []byte
	kind := 0
	fields(data, func(field int, value uint64, bytes []byte) {
		switch field {
		case 1:
			id = bytes
		case 2:
			kind = int(value)
		case 3:
			payload = bytes
		}
	})
	switch {
	case kind == whatChange:
		hearAll(d, payload)
	case kind == ack:
		d.g.acked(d, numberOf(string(id)))
	case kind == failed:
		code, after := "", uint64(0)
		fields(payload, func(field int, value uint64, bytes []byte) {
			if field == 1 {
				code = string(bytes)
			} else if field == 4 {
				after = value
			}
		})
		d.g.refused(d, numberOf(string(id)), code, float64(after))
	case kind == greeting && d.state == greeted:
		d.arrive()
		d.g.beat(d)
	}
}
