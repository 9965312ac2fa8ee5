import { chat } from "./page.js"
import { text } from "./texts.js"

const QUIET = 1500

/** Says the new messages of others to screen readers: one by its words, many that come at once by their number. */
export class Announcer {
  #waiting = []
  #timer = null
  #last = Infinity

  /** `spoken(row)` gives who speaks and what. */
  constructor({ region, spoken }) {
    Object.assign(this, { region, spoken })
  }

  /** Takes the rows just drawn; what stands at or above the last one told is not new. `last` is the room's last now. */
  hear(rows, last) {
    const isNew = (row) => row.seq > this.#last && row.kind === "message" && row.author.id !== chat.me
    for (const row of rows.filter(isNew)) this.#waiting.push(this.spoken(row))
    if (last !== undefined) this.#last = last
    if (this.#waiting.length) this.#timer ??= setTimeout(() => this.#speak(), QUIET)
  }

  #speak() {
    const [only, ...rest] = this.#waiting
    this.region.textContent = rest.length ? text("messages_arrived", { n: rest.length + 1 }) : only
    this.#waiting = []
    this.#timer = null
  }
}
