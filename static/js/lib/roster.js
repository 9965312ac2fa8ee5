import { Errand } from "./errand.js"
import { RoomLog } from "./log.js"
import { Place } from "./place.js"

/**
 * The rooms that the person has, as the server's statements tell them, and `user_seq`, their version. `on` hears of
 * `stale(place)` (its log is empty: load it), `behind(place)` (sync it), `gone(room, reason)`, `changed()`.
 */
export class Roster {
  places = new Map()
  #watched = new Set()
  #errand

  constructor({ me, userSeq = 0, ask, on, timers }) {
    Object.assign(this, { me, userSeq, ask, on })
    this.#errand = new Errand(() => this.#askRooms(), timers)
  }

  get(room) {
    return this.places.get(room)
  }

  /** A room that the page brought along, with its cursor. One that is only looked at (`watch`) stays as it was loaded. */
  seed(room, { cursor, joined, watch }) {
    const place = new Place(room, new RoomLog({ cursor, joined }), this.me)
    this.places.set(room, place)
    if (watch) this.#watched.add(room)
    return place
  }

  /** Takes the statement of a `watch`: as a `hello`'s, of this room alone. */
  watch(room) {
    if (!room.role) this.#watched.add(room.id)
    this.#stateOne(room, true)
    this.on.changed()
  }

  /** Takes the statement of a `hello`, the whole truth. At another epoch nothing that was held counts. */
  hello({ user_seq, rooms }, isSameEpoch) {
    if (!isSameEpoch) for (const place of this.places.values()) place.log.joined = undefined
    this.#state(user_seq, rooms, { isAll: true, isHello: true })
  }

  /** Takes `rooms.changed`. */
  change({ user_seq, rooms, gone }) {
    if (user_seq < this.userSeq) return
    if (user_seq > this.userSeq + 1) this.want()
    this.#state(user_seq, rooms)
    for (const room of gone) this.drop(room, "")
  }

  /** A version that came with an ack or `me.changed`: one more is told with it, several more are not. */
  told(userSeq) {
    if (userSeq > this.userSeq + 1) this.want()
    this.userSeq = Math.max(this.userSeq, userSeq)
  }

  /** Takes `room.left`, unless it speaks of a membership before the present one. */
  left({ room, event_seq, reason }) {
    const place = this.places.get(room)
    if (place && event_seq >= (place.personal.joined_event_seq ?? 0)) this.drop(room, reason)
  }

  drop(room, reason) {
    if (!this.places.delete(room)) return
    this.#watched.delete(room)
    this.on.gone(room, reason)
    this.on.changed()
  }

  /** Asks `rooms`: something personal was missed. */
  want() {
    this.#errand.want()
  }

  disconnect() {
    this.#errand.disconnect()
    for (const place of this.places.values()) place.log.disconnect()
  }

  async #askRooms() {
    const { user_seq, rooms } = await this.ask("rooms", {})
    // Older than what was told meanwhile: it would take a room away that was just joined.
    if (user_seq < this.userSeq) this.want()
    else this.#state(user_seq, rooms, { isAll: true })
  }

  #state(userSeq, rooms, { isAll = false, isHello = false } = {}) {
    this.userSeq = userSeq
    const named = new Set(rooms.map((room) => room.id))
    const missing = [...this.places.keys()].filter((id) => !named.has(id) && !this.#watched.has(id))
    if (isAll) for (const id of missing) this.drop(id, "")
    for (const room of rooms) this.#stateOne(room, isHello)
    this.on.changed()
  }

  #stateOne(room, isHello) {
    const joined = room.joined_event_seq ?? null
    let place = this.places.get(room.id)
    const isHeld = place !== undefined && place.log.joined === joined
    if (!isHeld) {
      place = new Place(room.id, new RoomLog({ cursor: room.head, joined }), this.me)
      this.places.set(room.id, place)
    }
    if (room.role) this.#watched.delete(room.id)
    place.share(room)
    if (!place.own(room)) this.want()
    if (!isHeld) this.on.stale(place)
    else if (isHello && room.head !== place.log.cursor) this.on.behind(place)
  }
}
