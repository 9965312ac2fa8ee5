import { backoff } from "./backoff.js"
import { clock } from "./clock.js"

/** A question that may be wanted often: asked by one command at a time, again after a refusal that is not final. */
export class Errand {
  #isWanted = false
  #round = null
  #timer = null
  #tries = 0

  /** `act()` asks and takes the answer; what it throws is a Refusal. It calls `want` for more. */
  constructor(act, timers = clock) {
    Object.assign(this, { act, timers })
  }

  want() {
    this.#isWanted = true
    if (!this.#round && !this.#timer) this.#run()
  }

  /** The connection went: nothing is wanted any more, and an answer under way is nobody's. */
  disconnect() {
    this.timers.cancel(this.#timer)
    this.#timer = this.#round = null
    this.#isWanted = false
    this.#tries = 0
  }

  async #run() {
    const round = (this.#round = {})
    // One tick, so that all that one frame makes wanted goes into one command.
    await null
    while (this.#isWanted && this.#round === round) {
      this.#isWanted = false
      try {
        await this.act()
        this.#tries = 0
      } catch (refusal) {
        if (this.#round !== round) return
        if (!refusal.isClosed && !refusal.isFinal) this.#pause(refusal.retryAfter)
        break
      }
    }
    if (this.#round === round) this.#round = null
  }

  #pause(retryAfter) {
    const wait = retryAfter == null ? backoff(this.#tries++, this.timers.random) : retryAfter * 1000
    this.#timer = this.timers.after(wait, () => {
      this.#timer = null
      this.want()
    })
  }
}
