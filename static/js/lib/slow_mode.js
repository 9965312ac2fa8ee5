import { clock } from "./clock.js"
import { part, text } from "./texts.js"

const SECOND = 1000
const IN_SECONDS_UP_TO = 90

/** Slow mode at a composer: says how long it is until one may write again. */
export class SlowMode {
  #until = 0
  #timer = null
  #line = null

  constructor(form, timers = clock) {
    Object.assign(this, { form, timers })
  }

  get isWaiting() {
    return this.timers.now() < this.#until
  }

  /** What it says, where it waits. */
  get sentence() {
    const left = Math.ceil((this.#until - this.timers.now()) / SECOND)
    return left <= IN_SECONDS_UP_TO ? text("wait", { n: left }) : text("wait_minutes", { n: Math.ceil(left / 60) })
  }

  /** One may not write for so many seconds. */
  wait(seconds) {
    this.#until = Math.max(this.#until, this.timers.now() + seconds * SECOND)
    this.#tick()
  }

  /** The room has no slow mode any more. */
  end() {
    this.#until = 0
    this.#tick()
  }

  #tick() {
    this.timers.cancel(this.#timer)
    if (!this.isWaiting) {
      this.#line?.remove()
      this.#line = null
      return
    }
    if (!this.#line) this.form.prepend((this.#line = part("slow-mode")))
    this.#line.textContent = this.sentence
    this.#timer = this.timers.after(SECOND, () => this.#tick())
  }
}
