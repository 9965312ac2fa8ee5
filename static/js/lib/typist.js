import { clock } from "./clock.js"

const AGAIN = 3000
const IDLE = 5000

/** Says that one is typing: again every three seconds, and when one stops. `tell(active)` sends it. */
export class Typist {
  #since = null
  #timer = null

  constructor({ tell, timers = clock }) {
    Object.assign(this, { tell, timers })
  }

  /** The text is another; nothing in it is the end. */
  typed(isEmpty) {
    if (isEmpty) return this.stop()
    this.timers.cancel(this.#timer)
    this.#timer = this.timers.after(IDLE, () => this.stop())
    const now = this.timers.now()
    if (this.#since !== null && now - this.#since < AGAIN) return
    this.#since = now
    this.tell(true)
  }

  stop() {
    this.timers.cancel(this.#timer)
    if (this.#since === null) return
    this.#since = null
    this.tell(false)
  }
}
