/** The files that have arrived and that no message names yet, in this browser: as the server told of each. */
export class KeptFiles {
  constructor(store, key) {
    Object.assign(this, { store, key })
  }

  get() {
    try {
      return JSON.parse(this.store.get(this.key)) ?? []
    } catch {
      return []
    }
  }

  /** Keeps `attachments`; none is forgotten. */
  set(attachments) {
    if (attachments.length) this.store.set(this.key, JSON.stringify(attachments))
    else this.store.remove(this.key)
  }
}
