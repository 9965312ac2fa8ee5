import { chat } from "./page.js"
import { ThreadHost } from "./thread_host.js"
import { ThreadLines } from "./thread_lines.js"
import { isReply } from "./threads.js"

/** What a room's page has to do with threads: their lines under the roots, and opening them. */
export class RoomThreads {
  #gathers

  constructor(page) {
    this.page = page
    this.lines = new ThreadLines()
    this.host = new ThreadHost({ room: page.room, page })
    chat.book.addEventListener("replies", ({ detail }) => detail.room === page.room && this.#answered(detail.rows))
  }

  /** Bounds of a `history` as the room's own list wants it. */
  bounds(bounds) {
    return this.page.view.gathers ? { ...bounds, roots: true } : bounds
  }

  /** How far the end of the list reaches: replies that stand elsewhere are read with it. */
  get end() {
    const { view } = this.page
    return Math.max(view.rows.at(-1)?.seq ?? 0, view.gathers ? view.place.counts.end : 0)
  }

  /** A message was drawn. */
  dress(row) {
    this.lines.dress(this.page.list.articles.get(row.seq), row)
  }

  open(row) {
    this.host.open(row)
  }

  /** Where replies quote, in the room; where they gather, in the thread, unless its root is hidden from the person. */
  reply(row, article) {
    if (this.page.view.gathers && !isReply(row)) this.host.open(row, { isAnswer: true })
    else this.page.composer?.replyTo(row, article)
  }

  /** Takes what the book knows of the room now: by another rule all is loaded anew. */
  restate() {
    const { gathers } = this.page.view
    if (this.#gathers !== undefined && this.#gathers !== gathers) chat.book.restart(this.page.room)
    this.#gathers = gathers
    this.page.dataset.threads = gathers ? "threaded" : "flat"
  }

  #answered(rows) {
    for (const row of rows) {
      this.lines.hear(row)
      const root = this.page.view.rows.find(({ id }) => id === row.thread.root)
      if (root && this.page.list.articles.has(root.seq)) this.dress(root)
    }
  }
}
