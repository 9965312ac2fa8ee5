import { clock } from "./clock.js"

const IDLE = 10 * 60_000
const HIDDEN = 60_000
const INPUT = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"]

/**
 * Whether somebody is at this page: away after ten minutes without input, or one that it is hidden. Calls `changed()`
 * when that turns. `page` is the window, `document` its document; tests pass their own.
 */
export class Attention {
  isAway = false
  #timer = null

  constructor({ changed, timers = clock, page = globalThis, document = globalThis.document }) {
    Object.assign(this, { changed, timers, document })
    for (const type of INPUT) page.addEventListener(type, () => this.#look(), { passive: true, capture: true })
    document.addEventListener("visibilitychange", () => this.#look())
    this.#look()
  }

  #look() {
    const isHidden = this.document.visibilityState === "hidden"
    this.timers.cancel(this.#timer)
    this.#timer = this.timers.after(isHidden ? HIDDEN : IDLE, () => this.#turn(true))
    if (!isHidden) this.#turn(false)
  }

  #turn(isAway) {
    if (this.isAway === isAway) return
    this.isAway = isAway
    this.changed()
  }
}
