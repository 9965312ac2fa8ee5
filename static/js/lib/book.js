import { Mine } from "./mine.js"
import { Roster } from "./roster.js"
import { Syncing } from "./syncing.js"

/**
 * All rooms of one person on one page: the client's algorithm of the protocol, section 6, without socket and page.
 * `ask(cmd_type, payload)` returns a promise of the answer. What happened is told by events with a `detail`:
 * `rows` {room, touched}, `stale` {room} (all its rows went; load it), `rooms` (a room or a count is new),
 * `gone` {room, reason}, `user` {user}.
 */
export class Book extends EventTarget {
  epoch = null
  mine = new Mine()

  constructor({ me, ask, timers }) {
    super()
    this.ask = ask
    this.me = me
    this.roster = new Roster({ me, ask, timers, on: {
      stale: ({ id }) => this.#tell("stale", { room: id }),
      behind: ({ id }) => this.syncing.want(id),
      gone: (room, reason) => this.#gone(room, reason),
      changed: () => this.#tell("rooms", {}),
    } })
    this.syncing = new Syncing({ ask: (rooms) => this.#sync(rooms), apply: (entry) => this.#entry(entry), timers })
  }

  /** The place of a room, or undefined when the person has it not. */
  place(room) {
    return this.roster.get(room)
  }

  get places() {
    return [...this.roster.places.values()]
  }

  /** A room whose rows the page brought along: {epoch, cursor, joined, watch}. */
  seed(room, { epoch, ...standing }) {
    this.epoch = epoch
    return this.roster.seed(room, standing)
  }

  /** Takes one event of the server; unknown ones are ignored. */
  hear(type, payload) {
    const takes = {
      hello: () => this.#hello(payload),
      changes: () => this.#changes(payload),
      heads: () => this.#heads(payload),
      "room.changed": () => this.#roomChanged(payload.room),
      "rooms.changed": () => this.roster.change(payload),
      "me.changed": () => this.roster.told(payload.user_seq),
      "room.left": () => this.roster.left(payload),
      "user.changed": () => this.#tell("user", payload),
    }
    if (Object.hasOwn(takes, type)) takes[type]()
  }

  /** The connection went: logs keep their rows and cursors. */
  disconnect() {
    this.syncing.disconnect()
    this.roster.disconnect()
  }

  /** Asks for a piece of a room's history and takes it into the log. Throws the Refusal when there is no answer. */
  async load(room, bounds = {}) {
    const { log } = this.place(room)
    const ticket = log.open(bounds)
    let answer = null
    try {
      return (answer = this.mine.take(await this.ask("history", { room, ...bounds })))
    } finally {
      // An answer of another epoch belongs to a log that the next `hello` will bring.
      this.#told(room, log, log.close(ticket, answer?.epoch === this.epoch ? answer : null))
    }
  }

  /** Moves the read mark to `seq`. */
  async read(room, seq) {
    const answer = await this.ask("read", { room, seq })
    if (this.place(room)?.counts.state(answer) === false) this.roster.want()
    this.roster.told(answer.user_seq)
    this.#tell("rooms", {})
  }

  #hello(payload) {
    const isSameEpoch = payload.epoch === this.epoch
    this.epoch = payload.epoch
    this.roster.hello(payload, isSameEpoch)
  }

  #changes(payload) {
    const place = this.place(payload.room)
    if (!place) return
    if (payload.reset) return this.#reset(place, payload.head)
    this.#told(place.id, place.log, place.log.offer(payload))
    if (place.log.hasGap) this.syncing.want(place.id)
  }

  #reset(place, head) {
    place.log.reset(head)
    this.#tell("stale", { room: place.id })
    this.#told(place.id, place.log, place.log.settle())
    if (place.log.hasGap) this.syncing.want(place.id)
    this.roster.want()
  }

  #told(room, log, { rows, touched }) {
    const place = this.place(room)
    if (place?.log !== log) return
    const doubts = rows.filter((row) => place.counts.see(row))
    if (doubts.length) this.roster.want()
    if (touched.size) this.#tell("rows", { room, touched: [...touched] })
    if (rows.length) this.#tell("rooms", {})
  }

  #heads({ user_seq, rooms }) {
    for (const [id, head] of Object.entries(rooms)) {
      if (this.place(Number(id))?.log.cursor < head) this.syncing.want(Number(id))
    }
    if (user_seq > this.roster.userSeq) this.roster.want()
  }

  #roomChanged(room) {
    this.place(room.id)?.share(room)
    this.#tell("rooms", {})
  }

  #gone(room, reason) {
    this.syncing.forget(room)
    this.#tell("gone", { room, reason })
  }

  async #sync(rooms) {
    const held = rooms.filter((room) => this.place(room))
    if (!held.length) return { rooms: [] }
    const cursors = held.map((room) => ({ room, after: this.place(room).log.cursor }))
    return this.mine.take(await this.ask("sync", { epoch: this.epoch, rooms: cursors }))
  }

  #entry(entry) {
    if (entry.error) this.roster.want() // Final: no longer ours to read, which `rooms` will say.
    else this.#changes(entry)
    return !entry.error && !entry.reset && Boolean(entry.more || this.place(entry.room)?.log.hasGap)
  }

  #tell(type, detail) {
    this.dispatchEvent(Object.assign(new Event(type), { detail }))
  }
}
