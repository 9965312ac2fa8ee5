const NEAR = 48

/** The scroll position of a log: at its end it stays there, elsewhere what is being read stays where it is. */
export class Scroll {
  /** `moved()` is called when the reader scrolls. */
  constructor(log, moved) {
    this.log = log
    log.addEventListener("scroll", () => {
      this.isAtEnd = this.#isNearEnd()
      moved()
    }, { passive: true })
    // The composer grows, a picture arrives, the window turns: the end stays the end.
    new ResizeObserver(() => this.isAtEnd && this.toEnd()).observe(log)
    this.isAtEnd = true
  }

  /** Runs `change` on the log and keeps the reader's place. */
  keep(change) {
    const wasAtEnd = this.isAtEnd
    const mark = wasAtEnd ? null : this.#firstVisible()
    const top = mark?.getBoundingClientRect().top
    change()
    if (wasAtEnd) this.toEnd()
    else if (mark?.isConnected) this.log.scrollTop += mark.getBoundingClientRect().top - top
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight
    this.isAtEnd = true
  }

  /** Whether the reader has come within a screen of the beginning, or of the end. */
  get isNearStart() {
    return this.log.scrollTop < this.log.clientHeight
  }

  get isNearBottom() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < this.log.clientHeight
  }

  /** Brings `element` into the middle; the log is then not at its end. */
  show(element) {
    element.scrollIntoView({ block: "center" })
    this.isAtEnd = this.#isNearEnd()
  }

  #isNearEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR
  }

  #firstVisible() {
    const { top } = this.log.getBoundingClientRect()
    return [...this.log.children].find((child) => child.getBoundingClientRect().bottom > top)
  }
}
