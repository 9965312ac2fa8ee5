import { dress } from "../lib/dress.js"
import { moveFocus, replaceKeepingFocus } from "../lib/focus.js"
import { keepOpen } from "../lib/folding.js"
import { elementOf, rowOf } from "../lib/fragment.js"
import { group, linesBefore } from "../lib/grouping.js"
import { text } from "../lib/texts.js"

/**
 * The messages of a room in their order: draws one loaded range of a log. Knows no socket; `chat-room` tells it when
 * to draw. A message is drawn by the server alone; what depends on the viewer is put on it here.
 */
export class MessageList extends HTMLElement {
  articles = new Map()
  newFrom = null
  #drawn = new Map()

  connectedCallback() {
    this.log = this.querySelector("[role=log]")
    this.log.addEventListener("keydown", (event) => this.#keydown(event))
    this.log.addEventListener("click", ({ target }) => this.#visit(target))
  }

  /** The rows that the page brought along; their elements are taken over as they stand. */
  adopt() {
    for (const line of this.log.querySelectorAll(":scope > .line, :scope > .end")) line.remove()
    return [...this.log.querySelectorAll("[data-seq]")].map((article) => {
      const row = rowOf(article)
      this.articles.set(row.seq, article)
      return row
    })
  }

  /** Draws what is new or changed in `rows`, all rows of the shown range in order. Returns the rows drawn. */
  draw(rows, viewer) {
    const news = rows.filter((row) => this.#drawn.get(row.seq) !== row.event_seq)
    if (rows.length) this.log.querySelector(":scope > .empty")?.remove()
    for (const row of news) this.#put(row, viewer)
    group(rows, this.articles, { newFrom: this.newFrom, newText: text("new"), root: viewer.root })
    this.#rove()
    return news
  }

  /** Puts the viewer's marks on all messages anew: a right changed, or the language of a name. */
  dressAgain(rows, viewer) {
    for (const row of rows) if (this.articles.has(row.seq)) this.#dress(this.articles.get(row.seq), row, viewer)
  }

  /** Takes all messages away. */
  clear() {
    for (const seq of [...this.articles.keys()]) this.#remove(seq)
  }

  /** Takes away what is not between `low` and `high`. */
  keepOnly(low, high) {
    for (const seq of [...this.articles.keys()]) if (seq < low || seq > high) this.#remove(seq)
  }

  /** A person has another name or picture: mends what is drawn already. */
  rename({ id, display_name, username }) {
    for (const article of this.log.querySelectorAll(`.message[data-author="${Number(id)}"]`)) {
      const name = article.querySelector(".by b")
      if (name) name.textContent = display_name || username
    }
  }

  #put(row, viewer) {
    const old = this.articles.get(row.seq)
    const isAsBrought = old && !this.#drawn.has(row.seq)
    this.#drawn.set(row.seq, row.event_seq)
    const article = isAsBrought && Number(old.dataset.eventSeq) === row.event_seq ? old : elementOf(row)
    this.articles.set(row.seq, article)
    // A root stands in its room and in its thread: one page, two elements.
    if (this.dataset.prefix) article.id = article.id.replace(/^[a-z]/, this.dataset.prefix)
    if (viewer.root && row.reply_to?.id === viewer.root) article.querySelector(".quote")?.remove()
    this.#dress(article, row, viewer)
    if (!old) this.#insert(article, row.seq)
    else if (old !== article) this.#exchange(old, article, row)
  }

  #exchange(old, article, row) {
    const form = old.querySelector("form.editing")
    keepOpen(old, article)
    replaceKeepingFocus(old, article)
    if (form && !row.deleted_at) this.open(article, form)
  }

  /** Opens a form in place of a message's text. */
  open(article, form) {
    const words = article.querySelector(".text")
    words.hidden = true
    words.after(form)
    form.querySelector("textarea").focus({ preventScroll: true })
    form.scrollIntoView({ block: "nearest" })
  }

  #dress(article, row, viewer) {
    dress(article, row, { ...viewer, pressed: viewer.pressedOn(row.id), isSaved: viewer.saved?.(row.id) })
  }

  #insert(article, seq) {
    const after = [...this.articles.keys()].filter((known) => known > seq && this.articles.get(known).isConnected)
    const next = after.length ? this.articles.get(Math.min(...after)) : this.log.querySelector(":scope > .pending")
    if (!next) this.log.append(article)
    else (after.length ? (linesBefore(next)[0] ?? next) : next).before(article)
  }

  // By mouse alone: for the keyboard the way to somebody leads over the list of members, not over each message.
  #visit(target) {
    const author = target.closest(".message > .avatar, .message .by b")?.closest(".message").dataset.author
    if (author) location.href = `/people/${author}/`
  }

  #remove(seq) {
    const article = this.articles.get(seq)
    for (const line of linesBefore(article)) line.remove()
    article.remove()
    this.articles.delete(seq)
    this.#drawn.delete(seq)
  }

  #rove() {
    const shown = this.#focusable()
    if (!shown.some((article) => article.tabIndex === 0) && shown.length) shown.at(-1).tabIndex = 0
  }

  #focusable() {
    return [...this.log.querySelectorAll(":scope > [data-seq], :scope > .pending")]
  }

  #keydown(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    if (!step || event.target.closest("textarea, input")) return
    event.preventDefault()
    moveFocus(this.#focusable(), step)
  }
}
