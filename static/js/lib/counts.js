/** What is unread in a room: the server's last statement, and the messages that were seen above it since. */
export class Counts {
  lastRead = 0
  #base = { last_seq: 0, unread: 0, mentions: 0 }
  #seen = new Map()
  #last = 0

  constructor(me) {
    this.me = me
  }

  /**
   * Takes a statement that holds `last_read_seq`, `unread`, `mentions` and the `last_seq` that it counted to. One that
   * counted less far than the last (answers overtake each other) is not taken. Returns whether the counts are sure: not
   * so either when it may count a mention whose deletion was seen before it came.
   */
  state({ last_seq, last_read_seq, unread, mentions }) {
    if (last_seq < this.#base.last_seq) return false
    this.#base = { last_seq, unread: unread ?? 0, mentions: mentions ?? 0 }
    this.lastRead = last_read_seq ?? 0
    const told = [...this.#seen].filter(([seq]) => seq <= last_seq)
    for (const [seq] of told) this.#seen.delete(seq)
    return !(mentions && told.some(([seq, kind]) => kind === "deleted" && seq > this.lastRead))
  }

  /**
   * Sees a row, new or changed. One's own post moves the mark by itself where nothing was unread. Returns whether the
   * counts are in doubt: a message that the statement may have counted as a mention was deleted.
   */
  see(row) {
    this.#last = Math.max(this.#last, row.seq)
    if (row.kind !== "message") return false
    if (row.seq <= this.#base.last_seq) {
      return Boolean(row.deleted_at) && this.#base.mentions > 0 && row.seq > this.lastRead
    }
    if (row.author.id === this.me) {
      if (this.unread === 0 && row.seq > this.lastRead) this.lastRead = row.seq
    } else {
      this.#seen.set(row.seq, row.deleted_at ? "deleted" : namesMe(row, this.me) ? "mention" : "message")
    }
    return false
  }

  /** The last message that is known of, whatever of the room is loaded. */
  get end() {
    return Math.max(this.#base.last_seq, this.#last)
  }

  get unread() {
    return this.#base.unread + this.#seen.size
  }

  get mentions() {
    return this.#base.mentions + [...this.#seen.values()].filter((kind) => kind === "mention").length
  }
}

/** Whether `row` names the person `me`, by name or by `@all`. */
export function namesMe(row, me) {
  return row.author.id !== me && Boolean(row.mentions && (row.mentions.all || row.mentions.users.includes(me)))
}
