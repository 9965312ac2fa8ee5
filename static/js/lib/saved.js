import { rest } from "./rest.js"

/** The messages of a room that the person keeps for later, as far as the page knows. */
export class Saved {
  #ids = new Set()

  /** Takes ids as the page brings them: `1,2,3`. */
  take(list = "") {
    for (const id of list.split(",").filter(Boolean)) this.#ids.add(Number(id))
  }

  has(id) {
    return this.#ids.has(id)
  }

  /** Keeps a message, or keeps it no longer; whether it is kept now. Fails with a Refusal. */
  async toggle(id) {
    const isKept = !this.has(id)
    await rest(isKept ? "PUT" : "DELETE", `users/me/saved/${id}/`)
    isKept ? this.#ids.add(id) : this.#ids.delete(id)
    return isKept
  }

  /** Another device kept something, or keeps it no longer: asks for the latest hundred of `room`. */
  async refresh(room) {
    const { results } = await rest("GET", `users/me/saved/?room=${room}&limit=100`)
    this.#ids = new Set(results.map(({ message }) => message.id))
  }
}
