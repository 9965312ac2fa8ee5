/** A WebSocket whose other end is the test. */
export class FakeWebSocket {
  static made = []
  sent = []
  isClosed = false

  constructor(url, protocols) {
    Object.assign(this, { url, protocols })
    FakeWebSocket.made.push(this)
  }

  static get last() {
    return FakeWebSocket.made.at(-1)
  }

  send(text) {
    this.sent.push(JSON.parse(text))
  }

  close() {
    this.isClosed = true
  }

  /** The server sends a frame. */
  hear(cmd_type, payload = {}, msg_id = "") {
    this.onmessage?.({ data: JSON.stringify({ msg_id, cmd_type, payload }) })
  }

  /** The server closes. */
  end(code, reason = "") {
    this.onclose?.({ code, reason })
  }
}
