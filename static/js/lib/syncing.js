import { Errand } from "./errand.js"
import { Refusal } from "./refusal.js"

/** Asks `sync` for the rooms that miss something, all of them in one command. */
export class Syncing {
  #wanted = new Set()
  #errand

  /** `ask(rooms)` sends the command and returns the answer; `apply(entry)` takes one room's and says whether it wants more. */
  constructor({ ask, apply, timers }) {
    Object.assign(this, { ask, apply })
    this.#errand = new Errand(() => this.#act(), timers)
  }

  want(room) {
    this.#wanted.add(room)
    this.#errand.want()
  }

  forget(room) {
    this.#wanted.delete(room)
  }

  /** The connection went: the next `hello` tells anew what is missing. */
  disconnect() {
    this.#wanted.clear()
    this.#errand.disconnect()
  }

  async #act() {
    const asked = [...this.#wanted]
    this.#wanted.clear()
    if (!asked.length) return
    try {
      this.#take(await this.ask(asked))
    } catch (refusal) {
      if (!refusal.isClosed && !refusal.isFinal) for (const room of asked) this.#wanted.add(room)
      throw refusal
    }
  }

  #take({ rooms }) {
    let refused = null
    for (const entry of rooms) {
      const refusal = entry.error && new Refusal(entry.error)
      if (refusal && !refusal.isFinal) refused = [entry.room, refusal]
      else if (this.apply(entry)) this.want(entry.room)
    }
    if (!refused) return
    const [room, refusal] = refused
    this.#wanted.add(room)
    throw refusal
  }
}
