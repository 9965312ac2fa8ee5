import { RoomLog } from "./log.js"

/** Whether a row answers another: its root is another message. */
export function isReply(row) {
  return Boolean(row.thread) && row.thread.root !== row.id
}

/**
 * Whether a row stands in its room's own list. Where replies gather in threads that is for roots alone, and for replies
 * whose root the reader may not see: it was said before `firstRoot`, the first message that is theirs to read.
 */
export function isInRoom(row, { gathers, firstRoot = 0 }) {
  return !gathers || !isReply(row) || row.thread.root < firstRoot
}

/** The threads that the page shows, each with a log of its own, fed by what is heard of their rooms. */
export class Threads {
  #open = new Map()
  /** Roots of threads that the person is known to follow: those that were opened or answered on this page. */
  followed = new Set()

  /** The thread of `root`, with an empty log. */
  open(room, root) {
    const thread = { room, root, lastRead: 0, log: new RoomLog({ cursor: 0 }) }
    this.#open.set(root, thread)
    return thread
  }

  get(root) {
    return this.#open.get(root)
  }

  close(root) {
    this.#open.delete(root)
  }

  /** The rooms' rows are gone: so are those of their threads. */
  reset(root) {
    const thread = this.get(root)
    thread?.log.reset(thread.log.cursor)
  }

  /** Rows of a room, in the order in which its log took them. Returns the threads that they changed: {root, touched}. */
  hear(room, rows) {
    const changed = []
    for (const { root, log, ...thread } of this.#open.values()) {
      const own = thread.room === room ? rows.filter((row) => row.id === root || row.thread?.root === root) : []
      if (!own.length) continue
      // The room's log has put them in order: here they only want their places.
      const { touched } = log.offer({ from: log.cursor, to: log.cursor + 1, messages: own })
      if (touched.size) changed.push({ root, touched: [...touched] })
    }
    return changed
  }

  disconnect() {
    for (const { log } of this.#open.values()) log.disconnect()
  }
}
