/** Timers that stand still until a test lets time pass. */
export class FakeClock {
  #time = 0
  #next = 1
  #timers = new Map()
  random = () => 0.5
  now = () => this.#time

  after = (milliseconds, act) => {
    const id = this.#next++
    this.#timers.set(id, { at: this.#time + milliseconds, act })
    return id
  }

  cancel = (id) => {
    this.#timers.delete(id)
  }

  /** Lets `milliseconds` pass, timer by timer, with promises settled between. */
  async pass(milliseconds) {
    const end = this.#time + milliseconds
    for (;;) {
      await settled()
      const due = [...this.#timers].filter(([, timer]) => timer.at <= end).sort((a, b) => a[1].at - b[1].at)[0]
      if (!due) break
      this.#timers.delete(due[0])
      this.#time = Math.max(this.#time, due[1].at)
      due[1].act()
    }
    this.#time = end
  }
}

/** Waits until all promises that can go on have gone on. */
export function settled() {
  return new Promise((resolve) => setImmediate(resolve))
}
