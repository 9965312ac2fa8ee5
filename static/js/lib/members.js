import { rest } from "./rest.js"

const ONE_ANSWER = 100

/** The members of a room of up to 100, by id, with the highest mark of each; read when they are first wanted. */
export class Members {
  #found = null
  #asked = null
  #early = new Map()

  /** `ask(path)` reads the API. */
  constructor({ room, ask = (path) => rest("GET", path) }) {
    Object.assign(this, { room, ask })
  }

  /** The members as they are known, or null. */
  get known() {
    return this.#found
  }

  /** A promise of the members; null where they could not be read. */
  load() {
    this.#asked ??= this.#read()
    return this.#asked
  }

  /** Somebody came or went, or events were missed: they are read anew when they are wanted. */
  forget() {
    this.#found = this.#asked = null
    this.#early.clear()
  }

  /** Somebody has read up to `seq`. */
  note(user, seq) {
    const member = this.#found?.get(user)
    if (member) member.mark = Math.max(member.mark, seq)
    else this.#early.set(user, Math.max(this.#early.get(user) ?? 0, seq))
  }

  async #read() {
    const asked = Promise.resolve().then(() => this.ask(`rooms/${this.room}/members/?limit=${ONE_ANSWER}`))
    const answer = await asked.catch(() => null)
    if (!answer) return (this.#asked = null)
    const found = answer.results.map(({ user, last_read_seq }) => [user.id, { user, mark: last_read_seq ?? 0 }])
    this.#found = new Map(found)
    for (const [user, seq] of this.#early) this.note(user, seq)
    this.#early.clear()
    return this.#found
  }
}
