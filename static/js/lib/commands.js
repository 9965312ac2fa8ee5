import { newId } from "./ids.js"
import { Refusal } from "./refusal.js"

const closed = () => new Refusal({ code: "closed" })

/** The commands that wait for their answer on one connection, by `msg_id`. */
export class Commands {
  #waiting = new Map()

  /** `late()` is called when an answer has not come within `patience` milliseconds. */
  constructor({ timers, patience, late }) {
    Object.assign(this, { timers, patience, late })
  }

  /** Makes a command: its frame, and the promise of its ack's payload, which fails with a Refusal. */
  make(cmd_type, payload, msg_id = newId()) {
    const frame = JSON.stringify({ msg_id, cmd_type, payload })
    const answer = new Promise((resolve, reject) => {
      const timer = this.timers.after(this.patience, this.late)
      this.#waiting.set(msg_id, { resolve, reject, timer, size: frame.length })
    })
    return { frame, answer }
  }

  /** Takes an `ack` or `error`. */
  settle({ msg_id, cmd_type, payload }) {
    const command = this.#waiting.get(msg_id)
    if (!command) return
    this.#waiting.delete(msg_id)
    this.timers.cancel(command.timer)
    if (cmd_type === "ack") command.resolve(payload)
    else command.reject(new Refusal(payload))
  }

  /** The connection went. After a frame that was too big (1009) the biggest one that waits is refused for good. */
  close(code) {
    const waiting = [...this.#waiting.values()].sort((a, b) => b.size - a.size)
    this.#waiting.clear()
    for (const command of waiting) this.timers.cancel(command.timer)
    if (code === 1009) waiting.shift()?.reject(new Refusal({ code: "too_large" }))
    for (const command of waiting) command.reject(closed())
  }

  /** The promise of a command that cannot even be sent. */
  static unsent() {
    return Promise.reject(closed())
  }
}
