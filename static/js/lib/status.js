/**
 * One's own status: what was chosen, and whether anybody is at this page. Tells the server by `tell(status)` what
 * differs from what it takes this connection for; it returns a promise, which fails where that was refused. Do not disturb is a person's word: a page that merely went idle
 * leaves it alone. A chosen `away` is kept in `store`, since each page has a connection of its own.
 */
export class Status {
  #told = "online"

  constructor({ store, user, tell, attention, isQuiet }) {
    Object.assign(this, { store, tell, attention, isQuiet })
    this.key = `chatsite:away:${user}:`
  }

  /** What others are to see of this page. */
  get shown() {
    if (this.isQuiet) return "dnd"
    return this.#isAway ? "away" : "online"
  }

  /** The person chose it. Throws the Refusal; then all is as it was. */
  async choose(status) {
    const before = [this.isQuiet, this.#told, this.store.get(this.key)]
    this.#take(status === "dnd", status === "away" ? "away" : "online", status === "away" ? "1" : null)
    try {
      await this.tell(status)
    } catch (refusal) {
      this.#take(...before)
      throw refusal
    }
  }

  /** A connection is new: the server takes it for one at which somebody is. */
  connected() {
    this.#told = "online"
    this.look()
  }

  /** The server says whether the person is on do not disturb. */
  heard(isQuiet) {
    this.isQuiet = isQuiet
    this.look()
  }

  /** Something changed: tells it, where do not disturb does not hide it. */
  look() {
    const wanted = this.#isAway ? "away" : "online"
    if (this.isQuiet || wanted === this.#told) return
    this.#told = wanted
    // What was refused is told again when there is a reason to look.
    this.tell(wanted).catch(() => (this.#told = null))
  }

  #take(isQuiet, told, away) {
    this.isQuiet = isQuiet
    this.#told = told
    if (away) this.store.set(this.key, away)
    else this.store.remove(this.key)
  }

  get #isAway() {
    return this.attention.isAway || this.store.get(this.key) === "1"
  }
}
