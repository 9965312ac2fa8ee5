import { isFolded } from "./folding.js"
import { chat } from "./page.js"
import { excerpt } from "./quotes.js"
import { text } from "./texts.js"
import { isInRoom } from "./threads.js"

/** What of a room is shown: one loaded range of its log, the one that holds the anchor, and the marks of the viewer on it. */
export class View {
  #mark = 0
  #dressed = ""

  constructor({ room, list, data }) {
    Object.assign(this, { room, list, data })
  }

  get place() {
    return chat.book.place(this.room)
  }

  get log() {
    return this.place?.log
  }

  row(seq) {
    return this.log?.rows.get(seq)
  }

  /** The shown range [low, high], or undefined when nothing is. */
  get range() {
    return this.log?.ranges.around(this.anchor)
  }

  /** The rows of the shown range, in order. */
  get rows() {
    const [low, high] = this.range ?? [1, 0]
    return low > high ? [] : this.log.sorted.filter((row) => low <= row.seq && row.seq <= high && this.isShown(row))
  }

  /** Whether a loaded row has its place in this list. */
  isShown(row) {
    return isInRoom(row, { gathers: this.gathers, firstRoot: Number(this.data.firstRoot || 0) })
  }

  /** Whether replies gather in threads, beside the room's own list. */
  get gathers() {
    return (this.place?.shared.threads ?? this.data.threads) === "threaded"
  }

  get lastRead() {
    return this.place?.counts.lastRead ?? 0
  }

  get isLive() {
    return this.range?.[1] === Infinity
  }

  get isReadOnly() {
    return this.place?.shared.archived ?? this.data.archived === "1"
  }

  get isMember() {
    return Boolean(this.place?.personal.role ?? this.data.role)
  }

  /** Takes over the rows that the page brought along, as the answer of a `history`. Returns whether there were any. */
  adopt() {
    const { hasBefore, hasAfter } = this.data
    const messages = this.list.adopt()
    const log = this.seed()
    this.#mark = this.lastRead
    const bounds = this.data.around ? { around: Number(this.data.around) } : {}
    log.close(log.open(bounds), { messages, has_before: hasBefore === "1", has_after: hasAfter === "1" })
    this.anchor = bounds.around ?? messages.at(-1)?.seq ?? 1
  }

  /** The log that takes what the page brought. */
  seed() {
    const { epoch, cursor, joined, lastRead, role } = this.data
    const place = chat.book.seed(this.room, {
      epoch, cursor: Number(cursor), joined: joined ? Number(joined) : null, watch: !role,
    })
    place.counts.lastRead = Number(lastRead || 0)
    return place.log
  }

  /** Shows the range that holds `seq`. */
  moveTo(seq) {
    this.anchor = seq
    const [low, high] = this.range ?? [1, 0]
    this.list.keepOnly(low, high)
  }

  /** Draws what is new. While nobody looks, the "new" line stays before the first unread message. Returns the rows drawn. */
  draw(isLookedAt) {
    if (!isLookedAt && this.isMember) this.#mark = Math.max(this.#mark, this.lastRead)
    const rows = this.rows
    this.list.newFrom = this.#firstNew(rows)
    return this.list.draw(rows, this.viewer)
  }

  /** Own words were written: what stands above them is no longer new. */
  forgetNew() {
    this.#mark = Infinity
  }

  /** Puts the viewer's marks on all messages anew if a right has changed. */
  dressAgain() {
    const { mayAct, isModerator } = this.viewer
    const key = `${mayAct} ${isModerator}`
    if (this.#dressed && this.#dressed !== key) this.list.dressAgain(this.rows, this.viewer)
    this.#dressed = key
  }

  /** What the marks on messages depend on. */
  get viewer() {
    return {
      me: chat.me, blocked: chat.blocked, mayAct: this.isMember && !this.isReadOnly, pressedOn: (id) => chat.book.mine.under(id),
      saved: (id) => chat.saved.has(id), root: this.root ?? 0, isDirect: (this.place?.shared.kind ?? this.data.kind) === "direct",
      isModerator: this.data.moderator === "1" || this.place?.personal.role === "moderator",
    }
  }

  /** Whether the row is of somebody whom the person blocked. */
  isFolded(row) {
    return isFolded(row, chat.blocked)
  }

  /** Who speaks and what, for a screen reader. */
  spoken(row) {
    if (this.isFolded(row)) return text("blocked_message")
    const article = this.list.articles.get(row.seq)
    return `${article.querySelector(".by b")?.textContent ?? ""}: ${excerpt(article)}`
  }

  #firstNew(rows) {
    // Where the end of what was read is not loaded, nobody can say where the new begins.
    if (!this.isMember || !this.range || this.range[0] > this.#mark + 1) return null
    return rows.find((row) => row.seq > this.#mark && row.kind === "message" && row.author.id !== chat.me)?.seq ?? null
  }
}
