import { isSame, NOTHING } from "./draft_sync.js"

/**
 * Which rooms have a draft of their own (those of threads are in the list of drafts alone): what the server said last,
 * unless this browser has words for the room that the server has not, or has sent or deleted what the server still has.
 */
export class DraftMarks {
  #told = new Set()

  /** `drafts` is what this browser keeps. */
  constructor(drafts) {
    this.drafts = drafts
  }

  /** The server has drafts for these rooms, and for no others. */
  take(rooms) {
    this.#told = new Set(rooms)
  }

  has(room) {
    const kept = this.drafts.kept(room)
    if (kept && !isSame(kept, kept.known ?? NOTHING)) return Boolean(kept.body.trim())
    return this.#told.has(room)
  }
}
