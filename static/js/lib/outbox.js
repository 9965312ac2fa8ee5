import { backoff } from "./backoff.js"
import { clock } from "./clock.js"
import { newId } from "./ids.js"

/**
 * The unsent messages of one person, on disk: each with the `msg_id` that it got when Enter was pressed, sent in order,
 * one unanswered per room, until an ack. A refusal that is not final pauses its room; a final one marks the message.
 * `change` events carry {room, entry, what}: `added`, `acked` (with `ack`), `paused` (with `refusal`), `failed`, `gone`.
 */
export class Outbox extends EventTarget {
  #rooms = new Map()
  #isConnected = false

  /** `send(entry)` returns the promise of the ack. `shelf` keeps the entries (see `Shelf`). */
  constructor({ shelf, send, timers = clock }) {
    super()
    Object.assign(this, { shelf, send, timers })
  }

  /** This tab's entries of the room in the order of writing, waiting and failed. */
  entries(room) {
    return this.shelf.mine().filter((entry) => entry.room === room)
  }

  /** How many messages wait to be sent, in all rooms. */
  get waiting() {
    return this.shelf.mine().filter((entry) => !entry.refusal).length
  }

  /** Takes a message: {room, body, thread?, reply_to?, quote?, attachments?}. Returns its entry. */
  add(message) {
    const entry = { msg_id: newId(), at: this.timers.now(), refusal: null, ...message }
    this.shelf.put(entry)
    this.#tell(entry, "added")
    this.#pump(entry.room)
    return entry
  }

  /** Throws an entry away. */
  discard(msg_id) {
    const entry = this.shelf.take(msg_id)
    if (entry) this.#tell(entry, "gone")
    return entry
  }

  /** Sends a failed message once more as a new one: a new `msg_id`, at the end of the queue. */
  again(msg_id) {
    const entry = this.discard(msg_id)
    if (!entry) return null
    const { room, thread, body, reply_to, quote, attachments } = entry
    return this.add({ room, thread, body, reply_to, quote, attachments })
  }

  /** Takes over what tabs that are no longer `alive` have left. */
  adopt(alive) {
    for (const entry of this.shelf.adopt(alive)) {
      this.#tell(entry, entry.refusal ? "failed" : "added")
      this.#pump(entry.room)
    }
  }

  connect() {
    this.#isConnected = true
    for (const room of new Set(this.shelf.mine().map((entry) => entry.room))) this.#pump(room)
  }

  disconnect() {
    this.#isConnected = false
  }

  #queue(room) {
    if (!this.#rooms.has(room)) this.#rooms.set(room, { isSending: false, timer: null, tries: 0 })
    return this.#rooms.get(room)
  }

  async #pump(room) {
    const queue = this.#queue(room)
    if (queue.isSending || queue.timer || !this.#isConnected) return
    const entry = this.shelf.mine().find((one) => one.room === room && !one.refusal)
    if (!entry) return
    queue.isSending = true
    try {
      const ack = await this.send(entry)
      queue.tries = 0
      this.shelf.take(entry.msg_id)
      this.#tell(entry, "acked", ack)
    } catch (refusal) {
      this.#refused(queue, entry, refusal)
    }
    queue.isSending = false
    this.#pump(room)
  }

  #refused(queue, entry, refusal) {
    if (refusal.isClosed) return
    if (refusal.isFinal) {
      if (!this.shelf.has(entry.msg_id)) return
      const failed = { ...entry, refusal: { code: refusal.code, sentence: refusal.sentence } }
      this.shelf.put(failed)
      this.#tell(failed, "failed")
      return
    }
    const wait = refusal.retryAfter == null ? backoff(queue.tries++, this.timers.random) : refusal.retryAfter * 1000
    queue.timer = this.timers.after(wait, () => {
      queue.timer = null
      this.#pump(entry.room)
    })
    this.#tell(entry, "paused", null, refusal)
  }

  #tell(entry, what, ack = null, refusal = null) {
    this.dispatchEvent(Object.assign(new Event("change"), { detail: { room: entry.room, entry, what, ack, refusal } }))
  }
}
