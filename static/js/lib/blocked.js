import { rest } from "./rest.js"

/** Whom the person blocks: as the page brought it, and as it is asked for since. `change` tells of those that turned: {users}. */
export class Blocked extends EventTarget {
  #ids = new Set()
  #asked = 0

  /** `ask(path)` reads the API. */
  constructor(ask = (path) => rest("GET", path)) {
    super()
    this.ask = ask
  }

  /** Takes ids as the page brings them: `1,2,3`. */
  take(list = "") {
    this.#ids = new Set(list.split(",").filter(Boolean).map(Number))
  }

  has(user) {
    return this.#ids.has(user)
  }

  /** Another page or device blocked somebody, or blocks them no longer: asks for all of them. Without an answer all stays as it is. */
  async refresh() {
    const asked = ++this.#asked
    const found = await this.#read().catch(() => null)
    // Answers overtake each other: only the last one asked for counts.
    if (!found || asked !== this.#asked) return
    const users = [...found].filter((id) => !this.#ids.has(id)).concat([...this.#ids].filter((id) => !found.has(id)))
    this.#ids = found
    if (users.length) this.dispatchEvent(Object.assign(new Event("change"), { detail: { users } }))
  }

  async #read() {
    const found = new Set()
    let query = "?limit=100"
    while (query) {
      const { results, next } = await this.ask(`users/me/blocks/${query}`)
      for (const { user } of results) found.add(user.id)
      query = next && new URL(next).search
    }
    return found
  }
}
