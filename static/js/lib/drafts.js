/** What is written and not sent, per room, of one person in this browser: {body, reply_to}. */
export class Drafts {
  constructor({ store, user }) {
    this.store = store
    this.prefix = `chatsite:draft:${user}:`
  }

  get(room) {
    try {
      return JSON.parse(this.store.get(this.prefix + room)) ?? { body: "", reply_to: null }
    } catch {
      return { body: "", reply_to: null }
    }
  }

  /** Keeps a draft; an empty one is forgotten. */
  set(room, { body, reply_to = null }) {
    if (body || reply_to) this.store.set(this.prefix + room, JSON.stringify({ body, reply_to }))
    else this.store.remove(this.prefix + room)
  }
}
