const SETTLE = 400
const AGAIN = 5000

/** Moves the read mark when the end of a room is seen: the page is looked at, and its last message is in sight. */
export class Reading {
  #timer = null

  /** `isAtEnd()` tells whether the last message is in sight, `unread()` how many are unread, `read()` moves the mark. */
  constructor({ isAtEnd, unread, read, signal }) {
    Object.assign(this, { isAtEnd, unread, read })
    for (const type of ["focus", "blur"]) addEventListener(type, () => this.look(), { signal })
    document.addEventListener("visibilitychange", () => this.look(), { signal })
  }

  get isLookedAt() {
    return document.visibilityState === "visible" && document.hasFocus() && this.isAtEnd()
  }

  /** Something changed: perhaps there is something to mark as read. */
  look(delay = SETTLE) {
    if (this.#timer || !this.isLookedAt || !this.unread()) return
    this.#timer = setTimeout(() => this.#act(), delay)
  }

  async #act() {
    let next = SETTLE
    try {
      if (this.isLookedAt && this.unread()) await this.read()
    } catch {
      next = AGAIN // Refused for now, or no connection: the mark can wait.
    }
    this.#timer = null
    this.look(next)
  }
}
