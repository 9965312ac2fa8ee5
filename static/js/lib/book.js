import { namesMe } from "./counts.js"
import { Mine } from "./mine.js"
import { Roster } from "./roster.js"
import { Syncing } from "./syncing.js"
import { isReply, Threads } from "./threads.js"

const PERSONAL = ["drafts", "saved", "sidebar", "settings", "notifications"]

/**
 * All rooms of one person on one page: the client's algorithm of the protocol, section 6, without socket and page.
 * `ask(cmd_type, payload)` returns a promise of the answer. What happened is told by events with a `detail`:
 * `rows` {room, touched}, `stale` {room} (all its rows went; load it), `rooms` (a room or a count is new),
 * `gone` {room, reason}, `user` {user}, `mine` {kinds} (what else is the person's own changed elsewhere), `called` (a
 * notification, as the server tells it), `read` {room} (its mark moved from here), `thread` {root, touched} (of one that
 * the page shows), `replies` {room, rows}.
 */
export class Book extends EventTarget {
  epoch = null
  mine = new Mine()
  threads = new Threads()
  /** The connection's id, as the server gave it. */
  connection = ""

  constructor({ me, userSeq = 0, ask, timers }) {
    super()
    this.ask = ask
    this.me = me
    this.roster = new Roster({ me, userSeq, ask, timers, on: {
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
      "me.changed": () => this.#meChanged(payload),
      notification: () => this.#tell("called", payload),
      "room.left": () => this.roster.left(payload),
      "user.changed": () => this.#tell("user", payload),
    }
    if (Object.hasOwn(takes, type)) takes[type]()
  }

  /** The connection went: logs keep their rows and cursors. */
  disconnect() {
    this.syncing.disconnect()
    this.roster.disconnect()
    this.threads.disconnect()
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

  /** As `load`, of a thread that is open. */
  async loadThread(root, bounds = {}) {
    const { room, log } = this.threads.get(root)
    const ticket = log.open(bounds)
    let answer = null
    try {
      return (answer = this.mine.take(await this.ask("history", { room, thread: root, ...bounds })))
    } finally {
      const { touched } = log.close(ticket, answer?.epoch === this.epoch ? answer : null)
      if (this.threads.get(root)?.log === log) this.#tell("thread", { root, touched: [...touched] })
    }
  }

  /** Whether replies in `room` are news to the person, as far as the page knows; the server tells who follows of the rest. */
  concerned(room, rows) {
    const own = new Set([...(this.place(room)?.log.rows.values() ?? [])].filter(({ author }) => author.id === this.me).map(({ id }) => id))
    const { followed } = this.threads
    for (const row of rows) if (row.author.id === this.me) followed.add(row.thread.root)
    const isNews = (row) => followed.has(row.thread.root) || own.has(row.thread.root) || namesMe(row, this.me)
    return rows.some((row) => row.author.id !== this.me && isNews(row))
  }

  /** The room's rows were loaded by another rule than the one that holds now: it begins anew. */
  restart(room) {
    const place = this.place(room)
    if (place) this.#reset(place, place.log.cursor)
  }

  /** Follows a room that is only looked at, as long as the connection lives. Throws the Refusal. */
  async watch(room) {
    const { room: stated } = await this.ask("watch", { room })
    this.roster.watch(stated)
  }

  /** Moves the read mark to `seq`. */
  async read(room, seq) {
    const answer = await this.ask("read", { room, seq })
    if (this.place(room)?.counts.state(answer) === false) this.roster.want()
    this.roster.told(answer.user_seq)
    this.#tell("rooms", {})
    this.#tell("read", { room })
  }

  #meChanged({ user_seq, kinds }) {
    if (user_seq < this.roster.userSeq) return
    const isNext = user_seq <= this.roster.userSeq + 1
    this.roster.told(user_seq)
    this.#tell("mine", { kinds: isNext ? (kinds ?? []) : PERSONAL })
  }

  #hello(payload) {
    const isSameEpoch = payload.epoch === this.epoch
    const isBehind = this.roster.userSeq > 0 && payload.user_seq !== this.roster.userSeq
    this.connection = payload.connection_id ?? ""
    this.epoch = payload.epoch
    this.roster.hello(payload, isSameEpoch)
    if (isBehind) this.#tell("mine", { kinds: PERSONAL })
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
    for (const changed of this.threads.hear(room, rows)) this.#tell("thread", changed)
    const replies = rows.filter(isReply)
    if (replies.length) this.#tell("replies", { room, rows: replies })
    if (touched.size) this.#tell("rows", { room, touched: [...touched] })
    if (rows.length) this.#tell("rooms", {})
  }

  #heads({ user_seq, rooms }) {
    for (const [id, head] of Object.entries(rooms)) {
      if (this.place(Number(id))?.log.cursor < head) this.syncing.want(Number(id))
    }
    if (user_seq <= this.roster.userSeq) return
    this.roster.want()
    this.#tell("mine", { kinds: PERSONAL })
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
