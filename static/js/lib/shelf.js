import { newId } from "./ids.js"

/**
 * Where the outbox lies: one stored item per message, so that two tabs never overwrite each other's. A message belongs
 * to the tab that wrote it (`owner`), which alone sends it; those of tabs that are gone are adopted.
 */
export class Shelf {
  owner = newId()
  #last = 0

  constructor({ store, user }) {
    this.store = store
    this.prefix = `chatsite:outbox:${user}:`
  }

  /** All entries of the person in this browser, in the order of writing. */
  entries() {
    const read = this.store.keys(this.prefix).map((key) => this.#read(key))
    return read.filter(Boolean).sort((a, b) => a.order - b.order || (a.msg_id < b.msg_id ? -1 : 1))
  }

  /** Those that this tab has to send. */
  mine() {
    return this.entries().filter((entry) => entry.owner === this.owner)
  }

  /** Keeps an entry; a new one gets its place behind all that are there. */
  put(entry) {
    this.#last = Math.max(this.#last + 1, entry.at)
    const kept = { owner: this.owner, order: this.#last, ...entry }
    this.store.set(this.prefix + entry.msg_id, JSON.stringify(kept))
  }

  has(msg_id) {
    return this.store.get(this.prefix + msg_id) !== null
  }

  /** Removes an entry and returns it, or null. */
  take(msg_id) {
    const entry = this.#read(this.prefix + msg_id)
    this.store.remove(this.prefix + msg_id)
    return entry
  }

  /** Makes the entries of all owners that are not in `alive` this tab's own, and returns them. */
  adopt(alive) {
    const orphans = this.entries().filter((entry) => entry.owner !== this.owner && !alive.includes(entry.owner))
    const adopted = orphans.map((entry) => ({ ...entry, owner: this.owner }))
    for (const entry of adopted) this.put(entry)
    return adopted
  }

  #read(key) {
    try {
      return JSON.parse(this.store.get(key))
    } catch {
      return null // Somebody else's, or cut off: not a message.
    }
  }
}
