/**
 * Who is here, as the server tells it: statuses by person, and how many of large rooms. Passes on who types and who
 * reads. Events with a `detail`: `presence` {}, `typing` {room, user, active}, `read` {room, user, last_read_seq}.
 */
export class Here extends EventTarget {
  counts = new Map()
  #statuses = new Map()

  /** The status of a person: `online`, `away`, `dnd`, or `offline` where nothing else is known. */
  status(user) {
    return this.#statuses.get(user) ?? "offline"
  }

  /** Takes one event of the server; what is not about people is not its own. */
  hear(type, payload) {
    if (type === "presence") this.#take(payload)
    else if (type !== "typing" && type !== "read") return
    this.dispatchEvent(Object.assign(new Event(type), { detail: payload }))
  }

  /** The connection went: who is here nobody knows. */
  disconnect() {
    this.#take({ whole: true })
    this.dispatchEvent(new Event("presence"))
  }

  #take({ users = {}, counts = {}, whole = false }) {
    // A whole one names everybody who is not offline.
    if (whole) for (const all of [this.#statuses, this.counts]) all.clear()
    for (const [user, status] of Object.entries(users)) this.#statuses.set(Number(user), status)
    for (const [room, count] of Object.entries(counts)) this.counts.set(Number(room), count)
  }
}
