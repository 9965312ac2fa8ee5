import { backoff } from "./backoff.js"
import { clock } from "./clock.js"
import { Commands } from "./commands.js"
import { newId } from "./ids.js"
import { askedWait, meaningOf } from "./lifetimes.js"

const PING_EVERY = 30_000
const PATIENCE = 10_000
const PEACE = 60_000

/**
 * The one socket of a page and its life (protocol, section 7). Calls `heard(cmd_type, payload)` for every event and
 * `changed(state, code)` for every state: initial, connecting, connected (from `hello` on), disconnected, closed.
 */
export class Socket {
  state = "initial"
  /** Disconnected as announced: the server has said when to come again, and nobody need worry until then. */
  isPaused = false
  #ws = null
  #commands = null
  #tries = 0
  #goaway = null
  #timers = new Map()
  #frames = 0

  constructor({ url, protocol, heard, changed, timers = clock, WebSocket = globalThis.WebSocket }) {
    Object.assign(this, { url, protocol, heard, changed, timers, WebSocket })
  }

  /** Connects now, if it is not connected or on the way already. */
  connect() {
    if (this.#ws || this.state === "closed") return
    this.#cancel("reconnect")
    this.isPaused = false
    this.#set("connecting")
    const ws = (this.#ws = new this.WebSocket(this.url, [this.protocol]))
    this.#commands = new Commands({ timers: this.timers, patience: PATIENCE, late: () => this.#lose(ws, 1006) })
    ws.onmessage = ({ data }) => ws === this.#ws && this.#frame(data)
    ws.onclose = ({ code, reason }) => this.#lose(ws, code, reason)
    this.#after("hello", PATIENCE, () => this.#lose(ws, 1006))
  }

  /** Sends a command; the promise of its ack's payload fails with a Refusal. */
  command(cmd_type, payload, msg_id) {
    if (this.state !== "connected") return Commands.unsent()
    const { frame, answer } = this.#commands.make(cmd_type, payload, msg_id)
    this.#ws.send(frame)
    return answer
  }

  /** Sends a command that only a refusal is answered to, which nobody waits for; without a connection it is not sent. */
  tell(cmd_type, payload) {
    if (this.state === "connected") this.#ws.send(JSON.stringify({ msg_id: newId(), cmd_type, payload }))
  }

  /** A hint that the network is back, or that somebody looks again: asks for a sign of life, or connects at once. */
  wake() {
    if (this.state === "connected") this.#ping()
    else if (this.state === "disconnected") this.connect()
  }

  /** A hint that the network is gone. */
  sleep() {
    if (this.#ws) this.#lose(this.#ws, 1006)
  }

  /** Closes for good. */
  close() {
    const ws = this.#ws
    this.#set("closed", 1000)
    if (ws) this.#lose(ws, 1000)
  }

  #frame(data) {
    this.#frames += 1
    const frame = JSON.parse(data)
    if (frame.cmd_type === "hello") this.#greeted()
    if (frame.cmd_type === "goaway") this.#goaway = frame.payload.reconnect_ms
    if (frame.msg_id !== "") this.#commands.settle(frame)
    else this.heard(frame.cmd_type, frame.payload)
  }

  #greeted() {
    this.#cancel("hello")
    this.#after("peace", PEACE, () => (this.#tries = 0))
    this.#schedulePing()
    this.#set("connected")
  }

  #schedulePing() {
    this.#after("ping", PING_EVERY, () => this.#ping())
  }

  #ping() {
    const ws = this.#ws
    const frames = this.#frames
    ws.send(JSON.stringify({ msg_id: `ping-${frames}`, cmd_type: "ping", payload: {} }))
    this.#schedulePing()
    this.#after("pong", PATIENCE, () => this.#frames === frames && this.#lose(ws, 1006))
  }

  #lose(ws, code, reason) {
    if (ws !== this.#ws) return
    this.#ws = null
    ws.onmessage = ws.onclose = null
    ws.close()
    for (const name of [...this.#timers.keys()]) this.#cancel(name)
    // First the state, so that nobody who hears of a lost command sends it again into the void.
    const meaning = meaningOf(code)
    this.isPaused = meaning === "reconnect" && this.#goaway !== null
    if (this.state !== "closed") this.#set(meaning === "reconnect" ? "disconnected" : "closed", code)
    this.#commands.close(code)
    if (this.state === "disconnected") this.#after("reconnect", this.#wait(code, reason), () => this.connect())
  }

  #wait(code, reason) {
    const asked = askedWait(code, reason) ?? this.#goaway
    this.#goaway = null
    return asked ?? backoff(this.#tries++, this.timers.random)
  }

  #set(state, code = null) {
    this.state = state
    this.changed(state, code)
  }

  #after(name, milliseconds, act) {
    this.#cancel(name)
    this.#timers.set(name, this.timers.after(milliseconds, () => {
      this.#timers.delete(name)
      act()
    }))
  }

  #cancel(name) {
    this.timers.cancel(this.#timers.get(name))
    this.#timers.delete(name)
  }
}
