import { chat } from "./page.js"
import { excerpt } from "./quotes.js"

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
    return low > high ? [] : this.log.sorted.filter(({ seq }) => low <= seq && seq <= high)
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
    const { epoch, cursor, joined, lastRead, hasBefore, hasAfter, role } = this.data
    const messages = this.list.adopt()
    const place = chat.book.seed(this.room, {
      epoch, cursor: Number(cursor), joined: joined ? Number(joined) : null, watch: !role,
    })
    place.counts.lastRead = this.#mark = Number(lastRead || 0)
    const bounds = this.data.around ? { around: Number(this.data.around) } : {}
    place.log.close(place.log.open(bounds), { messages, has_before: hasBefore === "1", has_after: hasAfter === "1" })
    this.anchor = bounds.around ?? messages.at(-1)?.seq ?? 1
  }

  /** Shows the range that holds `seq`. */
  moveTo(seq) {
    this.anchor = seq
    const [low, high] = this.range ?? [1, 0]
    this.list.keepOnly(low, high)
  }

  /** Draws what is new. While nobody looks, the "new" line stays before the first unread message. Returns the rows drawn. */
  draw(isLookedAt) {
    if (!isLookedAt && this.isMember) this.#mark = Math.max(this.#mark, this.place?.counts.lastRead ?? 0)
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
      me: chat.me, mayAct: this.isMember && !this.isReadOnly, pressedOn: (id) => chat.book.mine.under(id),
      isModerator: this.data.moderator === "1" || this.place?.personal.role === "moderator",
    }
  }

  /** Who speaks and what, for a screen reader. */
  spoken(row) {
    const article = this.list.articles.get(row.seq)
    return `${article.querySelector(".by b")?.textContent ?? ""}: ${excerpt(article)}`
  }

  #firstNew(rows) {
    // Where the end of what was read is not loaded, nobody can say where the new begins.
    if (!this.isMember || !this.range || this.range[0] > this.#mark + 1) return null
    return rows.find((row) => row.seq > this.#mark && row.kind === "message" && row.author.id !== chat.me)?.seq ?? null
  }
}
