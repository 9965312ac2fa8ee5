const ME = 3
const OTHERS = [4, 5]
const RESET_BEHIND = 40

/** A server in one class: rooms with numbered changes, one person's memberships, and the answers that section 5 promises. */
export class World {
  epoch = "epoch-1"
  userSeq = 1
  rooms = new Map()
  members = new Map()

  constructor(chance, rooms) {
    this.chance = chance
    for (const id of rooms) {
      this.rooms.set(id, { id, head: 0, rows: new Map() })
      this.join(id)
    }
  }

  get me() {
    return ME
  }

  lastSeq(id) {
    return this.rooms.get(id).rows.size
  }

  row(id, seq, fields) {
    const room = this.rooms.get(id)
    const from = room.head++
    const before = room.rows.get(seq) ?? { id: id * 1000 + seq, room: id, seq, kind: "message", deleted_at: null, mentions: { users: [], all: false } }
    const row = { ...before, ...fields, event_seq: room.head }
    room.rows.set(seq, row)
    return { room: id, from, to: room.head, messages: [row] }
  }

  post(id, author = this.chance.pick([ME, ...OTHERS])) {
    const mine = this.members.get(id)
    const change = this.row(id, this.lastSeq(id) + 1, { author: { id: author }, mentions: { users: this.chance.one(0.3) ? [ME] : [], all: this.chance.one(0.1) } })
    if (mine && author === ME && this.count(id).unread === 0) mine.last_read_seq = change.messages[0].seq
    return change
  }

  touch(id) {
    const row = this.chance.pick([...this.rooms.get(id).rows.values()].filter((one) => one.kind === "message" && !one.deleted_at))
    return row && this.row(id, row.seq, this.chance.one(0.2) ? { deleted_at: "now", mentions: { users: [], all: false } } : { edited_at: `${this.rooms.get(id).head}` })
  }

  system(id) {
    return this.row(id, this.lastSeq(id) + 1, { kind: "system", author: { id: OTHERS[0] }, mentions: null })
  }

  join(id) {
    const change = this.system(id)
    this.userSeq += 1
    this.members.set(id, { joined_event_seq: change.to, joined_seq: change.messages[0].seq, last_read_seq: change.messages[0].seq })
    return { type: "rooms.changed", payload: { user_seq: this.userSeq, rooms: [this.stated(id)], gone: [] } }
  }

  leave(id) {
    const change = this.system(id)
    this.userSeq += 1
    this.members.delete(id)
    return [
      { type: "room.left", payload: { room: id, event_seq: change.to, reason: "removed" } },
      { type: "rooms.changed", payload: { user_seq: this.userSeq, rooms: [], gone: [id] } },
    ]
  }

  mark(id, seq = this.chance.below(this.lastSeq(id)) + 1) {
    const mine = this.members.get(id)
    mine.last_read_seq = Math.max(mine.last_read_seq, Math.min(seq, this.lastSeq(id)))
    this.userSeq += 1
    return { type: "rooms.changed", payload: { user_seq: this.userSeq, rooms: [this.stated(id)], gone: [] } }
  }

  /** Another incarnation of the log: an older one, whose numbers will be given anew. */
  restore() {
    this.epoch = `epoch-${this.userSeq + this.chance.below(1e6)}`
    for (const id of this.members.keys()) {
      const room = this.rooms.get(id)
      const { joined_seq, joined_event_seq } = this.members.get(id)
      for (const seq of [...room.rows.keys()]) if (seq > joined_seq) room.rows.delete(seq)
      for (const row of room.rows.values()) row.event_seq = Math.min(row.event_seq, joined_event_seq)
      room.head = joined_event_seq
      this.members.get(id).last_read_seq = joined_seq
    }
  }

  count(id) {
    const { last_read_seq } = this.members.get(id)
    const unread = [...this.rooms.get(id).rows.values()].filter((row) => row.seq > last_read_seq && row.kind === "message" && row.author.id !== ME)
    const naming = unread.filter((row) => !row.deleted_at && (row.mentions.all || row.mentions.users.includes(ME)))
    return { unread: unread.length, mentions: naming.length }
  }

  stated(id) {
    return { id, name: `room ${id}`, head: this.rooms.get(id).head, last_seq: this.lastSeq(id), role: "member", notify: null, ...this.members.get(id), ...this.count(id) }
  }

  hello() {
    return { epoch: this.epoch, user_seq: this.userSeq, rooms: [...this.members.keys()].map((id) => this.stated(id)) }
  }

  heads() {
    return { user_seq: this.userSeq, rooms: Object.fromEntries([...this.members.keys()].map((id) => [id, this.rooms.get(id).head])) }
  }

  answer(type, payload) {
    if (type === "rooms") return this.hello()
    if (type === "sync") return { epoch: this.epoch, rooms: payload.rooms.map((one) => this.#sync(payload.epoch, one)) }
    if (type === "history") return this.#history(payload)
    this.mark(payload.room, payload.seq)
    return { ...this.members.get(payload.room), ...this.count(payload.room), last_seq: this.lastSeq(payload.room), user_seq: this.userSeq }
  }

  #sync(epoch, { room, after }) {
    const mine = this.members.get(room)
    if (!mine) return { room, error: { code: "not_found" } }
    const { head, rows } = this.rooms.get(room)
    if (epoch !== this.epoch || after > head || head - after > RESET_BEHIND || after < mine.joined_event_seq) return { room, reset: true, head }
    if (this.chance.one(0.1)) return { room, error: { code: "unavailable" } }
    const changed = [...rows.values()].filter((row) => row.event_seq > after).sort((a, b) => a.event_seq - b.event_seq)
    const messages = changed.slice(0, 5)
    const more = changed.length > messages.length
    return { room, from: after, to: more ? messages.at(-1).event_seq : head, head, messages, more }
  }

  #history({ room, before, after, around, limit = 7 }) {
    if (!this.members.has(room)) throw { code: "not_found" }
    const { head, rows } = this.rooms.get(room)
    const all = [...rows.values()].sort((a, b) => a.seq - b.seq)
    const low = after != null ? after + 1 : around != null ? around - 3 : 1
    const inside = all.filter((row) => row.seq >= low && (before == null || row.seq < before))
    const messages = after != null || around != null ? inside.slice(0, limit) : inside.slice(-limit)
    return {
      epoch: this.epoch, head, messages,
      has_before: messages.length ? messages[0].seq > 1 : false,
      has_after: messages.length ? messages.at(-1).seq < rows.size : false,
    }
  }
}
