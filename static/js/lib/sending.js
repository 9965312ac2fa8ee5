import { chat } from "./page.js"
import { Pending } from "./pending.js"

/** What a room's page shows of the outbox: messages on their way, and what becomes of those that were refused. */
export class Sending {
  /** `row(seq)` is the loaded row or undefined; `written()` is called when the person has just sent something. `thread` is a root's id; it ends with `signal`. */
  constructor({ room, thread = null, log, scroll, composer, row, written, signal }) {
    Object.assign(this, { room, thread, log, scroll, composer, row, written })
    this.pending = new Pending({ log, act: (name, msg_id) => this.#answer(name, msg_id) })
    chat.outbox.addEventListener("change", ({ detail }) => this.#isHere(detail.entry) && this.#changed(detail), { signal })
  }

  show() {
    // Sent by a page that was left before the ack came: it is there already.
    const isThere = ({ msg_id }) => this.log.querySelector(`[data-seq][data-msg-id="${CSS.escape(msg_id)}"]`)
    const entries = chat.outbox.entries(this.room).filter((entry) => this.#isHere(entry) && !isThere(entry))
    this.scroll.keep(() => this.pending.show(entries, chat.isConnected))
  }

  /** A message of one's own is drawn: its pending likeness goes. */
  arrived(msg_id) {
    this.pending.remove(msg_id)
  }

  clear() {
    this.pending.clear()
  }

  // What is written in a thread is shown there.
  #isHere(entry) {
    return entry.room === this.room && (entry.thread ?? null) === this.thread
  }

  #changed({ entry, what, ack }) {
    if (what === "gone" || ack?.duplicate || (ack && this.row(ack.seq))) this.pending.remove(entry.msg_id)
    if (what === "added") this.written()
    if (what !== "acked") this.show()
    if (what === "added") this.scroll.toEnd()
  }

  #answer(name, msg_id) {
    const entry = chat.outbox.entries(this.room).find((one) => one.msg_id === msg_id)
    if (!entry) return
    if (name === "copy") navigator.clipboard?.writeText(entry.body)
    else chat.outbox.discard(msg_id)
    if (name === "edit_again") this.composer?.write(entry.body, entry.attachments)
  }
}
