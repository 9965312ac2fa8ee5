/** localStorage, as far as the store asks. */
export class FakeStorage {
  #items = new Map()
  isFull = false

  get length() {
    return this.#items.size
  }

  key(index) {
    return [...this.#items.keys()][index] ?? null
  }

  getItem(key) {
    return this.#items.get(key) ?? null
  }

  setItem(key, value) {
    if (this.isFull) throw new Error("QuotaExceededError")
    this.#items.set(key, value)
  }

  removeItem(key) {
    this.#items.delete(key)
  }
}
