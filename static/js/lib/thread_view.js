import { chat } from "./page.js"
import { View } from "./view.js"

/** What of a thread is shown: as of a room, from a log of its own. */
export class ThreadView extends View {
  constructor({ root, ...more }) {
    super(more)
    this.root = root
  }

  get thread() {
    return chat.book.threads.get(this.root)
  }

  get log() {
    return this.thread?.log
  }

  get lastRead() {
    return this.isFollowing ? (this.thread?.lastRead ?? 0) : Infinity
  }

  get isFollowing() {
    return this.data.following === "1"
  }

  /** Of others, behind the mark; null where nobody counts. */
  get unread() {
    const isNew = (row) => row.seq > this.lastRead && row.id !== this.root && row.author.id !== chat.me && !row.deleted_at
    return this.isFollowing ? this.rows.filter(isNew).length : 0
  }

  row(seq) {
    return super.row(seq) ?? this.place?.log.rows.get(seq)
  }

  isShown() {
    return true
  }

  seed() {
    const thread = chat.book.threads.open(this.room, this.root)
    thread.lastRead = Number(this.data.lastRead || 0)
    return thread.log
  }
}
