/** Which `seq`s of a room are loaded: disjoint ranges, ascending. One that ends at Infinity follows the room's end. */
export class Ranges {
  #list = []

  /** Adds `low` to `high`, both included, and joins what touches. */
  add(low, high) {
    if (low > high) return
    const apart = this.#list.filter(([from, to]) => to + 1 < low || from > high + 1)
    const joined = this.#list.filter((range) => !apart.includes(range))
    const from = Math.min(low, ...joined.map((range) => range[0]))
    const to = Math.max(high, ...joined.map((range) => range[1]))
    this.#list = [...apart, [from, to]].sort((a, b) => a[0] - b[0])
  }

  has(seq) {
    return this.around(seq) !== undefined
  }

  /** The range [low, high] that holds `seq`, or undefined. */
  around(seq) {
    return this.#list.find(([low, high]) => low <= seq && seq <= high)
  }

  /** The last range, or undefined when nothing is loaded. */
  get last() {
    return this.#list.at(-1)
  }

  /** Whether the room's end is loaded, so that new messages have a place. */
  get isLive() {
    return this.last?.[1] === Infinity
  }

  clear() {
    this.#list = []
  }

  toJSON() {
    return this.#list
  }
}
