import { Ranges } from "./ranges.js"

/**
 * One room as the client knows it (protocol, section 6): a cursor over its changes, and the rows of its loaded ranges.
 * Knows neither socket nor page. What a call changed comes back as `heard`: `rows`, every row that was applied (for the
 * counts), and `touched`, the `seq`s whose place in the log is new.
 */
export class RoomLog {
  rows = new Map()
  ranges = new Ranges()
  #held = []
  #loose = new Map()
  #loading = 0
  #generation = {}

  constructor({ cursor, joined = null }) {
    this.cursor = cursor
    this.joined = joined
  }

  /** Whether changes wait for others that are missing: time for a `sync`. */
  get hasGap() {
    return this.#held.length > 0
  }

  get isLoading() {
    return this.#loading > 0
  }

  /** The rows in order. */
  get sorted() {
    return [...this.rows.values()].sort((a, b) => a.seq - b.seq)
  }

  /** Takes a `changes` or an entry of a `sync`'s answer: applies it, holds it, or drops what is known already. */
  offer(change) {
    const heard = { rows: [], touched: new Set() }
    if (change.to > this.cursor) {
      this.#held.push(change)
      this.#held.sort((a, b) => a.from - b.from)
    }
    this.#drain(heard)
    return heard
  }

  /** Begins a `history`: rows that have no place yet are kept until its answer. Give the ticket back to `close`. */
  open(bounds) {
    this.#loading += 1
    return { bounds, generation: this.#generation }
  }

  /** Ends a `history` with its answer, or with null when there was none. */
  close(ticket, answer) {
    const heard = { rows: [], touched: new Set() }
    if (ticket.generation !== this.#generation) return heard
    this.#loading -= 1
    if (answer) this.#load(ticket.bounds, answer, heard.touched)
    for (const row of this.#loose.values()) this.#place(row, heard.touched)
    if (this.#loading === 0) this.#loose.clear()
    return heard
  }

  /** Forgets all rows and goes on from `head`. Changes held back stay; `offer` tries them again behind the next `open`. */
  reset(head) {
    this.#forget()
    this.cursor = head
  }

  /** Applies what is held and has become possible. */
  settle() {
    const heard = { rows: [], touched: new Set() }
    this.#drain(heard)
    return heard
  }

  /** The connection went: what was held or asked for will be told anew; cursor and rows stay. */
  disconnect() {
    this.#held = []
    this.#loose.clear()
    this.#loading = 0
    this.#generation = {}
  }

  #drain(heard) {
    while (this.#held.length && this.#held[0].from <= this.cursor) {
      const change = this.#held.shift()
      if (change.to <= this.cursor) continue
      for (const row of change.messages) {
        heard.rows.push(row)
        this.#place(row, heard.touched)
      }
      this.cursor = change.to
    }
    this.#held = this.#held.filter((change) => change.to > this.cursor)
  }

  #load(bounds, { messages, has_before, has_after }, touched) {
    const low = bounds.after != null ? bounds.after + 1 : has_before ? messages[0]?.seq : 1
    const high = bounds.before != null ? bounds.before - 1 : has_after ? messages.at(-1)?.seq : Infinity
    // An empty answer that promises more, or that names a place beyond the end, says nothing about what lies between.
    if (low === undefined || high === undefined || (bounds.around != null && !messages.length)) return
    this.ranges.add(low, high)
    for (const row of messages) this.#place(row, touched)
  }

  #place(row, touched) {
    const known = this.rows.get(row.seq)
    if (known ? row.event_seq > known.event_seq : this.ranges.has(row.seq)) {
      this.rows.set(row.seq, row)
      touched.add(row.seq)
    } else if (!known && this.#loading > 0) {
      const kept = this.#loose.get(row.seq)
      if (!kept || row.event_seq > kept.event_seq) this.#loose.set(row.seq, row)
    }
  }

  #forget() {
    this.rows.clear()
    this.ranges.clear()
    this.#loose.clear()
    this.#loading = 0
    this.#generation = {}
  }
}
