/** What is written and not sent, per room (or `ROOM:ROOT` of a thread), of one person in this browser: {body, reply_to, known?}. */
export class Drafts {
  constructor({ store, user }) {
    this.store = store
    this.prefix = `chatsite:draft:${user}:`
  }

  get(place) {
    return this.kept(place) ?? { body: "", reply_to: null }
  }

  /** What is kept, or null where nothing is. */
  kept(place) {
    try {
      return JSON.parse(this.store.get(this.prefix + place))
    } catch {
      return null
    }
  }

  /** Keeps a draft; an empty one is forgotten, unless the server has one that it `known` and that is to go. */
  set(place, { body, reply_to = null }, known = null) {
    if (body || reply_to || known) {
      this.store.set(this.prefix + place, JSON.stringify({ body, reply_to, ...(known ? { known } : {}) }))
    } else this.store.remove(this.prefix + place)
  }
}
