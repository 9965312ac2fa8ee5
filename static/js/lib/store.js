/** Text that outlives the page: localStorage, or memory where the browser keeps none (the page's life is better than nothing). */
export class Store {
  #memory = new Map()

  constructor(storage = usable()) {
    this.storage = storage
  }

  get(key) {
    return this.#memory.get(key) ?? this.storage?.getItem(key) ?? null
  }

  /** Keeps `value`; a full storage keeps it in memory. */
  set(key, value) {
    try {
      if (!this.storage) throw new Error("No storage.")
      this.storage.setItem(key, value)
      this.#memory.delete(key)
    } catch {
      this.#memory.set(key, value)
    }
  }

  remove(key) {
    this.#memory.delete(key)
    this.storage?.removeItem(key)
  }

  /** All keys that begin with `prefix`. */
  keys(prefix) {
    const kept = Array.from({ length: this.storage?.length ?? 0 }, (_, index) => this.storage.key(index))
    return [...new Set([...kept, ...this.#memory.keys()])].filter((key) => key.startsWith(prefix))
  }

  /** Wipes all that begins with `prefix`, but what begins with one of `but`. */
  wipe(prefix, but = []) {
    for (const key of this.keys(prefix)) if (!but.some((kept) => key.startsWith(kept))) this.remove(key)
  }
}

function usable() {
  try {
    return globalThis.localStorage ?? null
  } catch {
    return null // Reading the property throws where cookies are blocked.
  }
}
