import { Counts } from "./counts.js"

const PERSONAL = ["role", "notify", "joined_seq", "joined_event_seq"]

/** A room in the book: what is shared, what is personal, its counts and its log. */
export class Place {
  shared = {}
  personal = {}
  #sharedHead = -1

  constructor(id, log, me) {
    this.id = id
    this.log = log
    this.counts = new Counts(me)
  }

  /** Takes the shared members of a statement, unless a later one is known. */
  share({ head, last_seq, ...room }) {
    if (head < this.#sharedHead) return
    this.#sharedHead = head
    for (const name of PERSONAL) delete room[name]
    this.shared = { ...this.shared, ...room }
  }

  /** Takes the personal members of a statement; the caller has compared `user_seq`. Returns whether the counts are sure. */
  own(room) {
    this.personal = Object.fromEntries(PERSONAL.map((name) => [name, room[name] ?? null]))
    return this.counts.state(room)
  }
}
