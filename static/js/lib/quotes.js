import { Errand } from "./errand.js"
import { elementOf } from "./fragment.js"
import { text } from "./texts.js"

const LENGTH = 160

/**
 * Fills the quotes of a log's messages from the quoted ones, which the viewer may see; those that are not loaded are
 * asked for when their quote comes into sight, and followed from then on: what is deleted leaves its quotes, too.
 */
export class Quotes {
  #wanted = new Set()
  #errand

  /** `row(seq)` is the loaded row or undefined, `load(seq)` loads it; `isFolded(row)`: its words are not shown. */
  constructor({ log, row, load, isFolded = () => false }) {
    Object.assign(this, { log, row, load, isFolded })
    this.#errand = new Errand(() => this.#loadOne())
    this.sight = new IntersectionObserver((entries) => entries.forEach((entry) => this.#seen(entry)), { root: log })
  }

  /** Takes the quotes within a new or changed message. */
  take(article) {
    for (const quote of article.querySelectorAll("a.quote[data-quote-seq]")) {
      if (!this.#fill(quote)) this.sight.observe(quote)
    }
  }

  /** A message changed or was loaded: its quotes say what it says now. */
  refresh(seq) {
    for (const quote of this.log.querySelectorAll(`a.quote[data-quote-seq="${seq}"]`)) this.#fill(quote)
  }

  /** Whose words are folded is another: all quotes that are filled are filled anew. */
  refill() {
    for (const quote of this.log.querySelectorAll("a.quote[data-quote-seq]")) this.#fill(quote)
  }

  connect() {
    if (this.#wanted.size) this.#errand.want()
  }

  disconnect() {
    this.#errand.disconnect()
  }

  #seen({ target, isIntersecting }) {
    if (!isIntersecting) return
    this.sight.unobserve(target)
    if (this.#fill(target)) return
    this.#wanted.add(Number(target.dataset.quoteSeq))
    this.#errand.want()
  }

  async #loadOne() {
    const [seq] = this.#wanted
    if (seq === undefined) return
    try {
      await this.load(seq)
      this.refresh(seq)
    } catch (refusal) {
      if (!refusal.isFinal) throw refusal
    }
    this.#wanted.delete(seq)
    if (this.#wanted.size) this.#errand.want()
  }

  #fill(quote) {
    const row = this.row(Number(quote.dataset.quoteSeq))
    if (!row) return false
    const article = elementOf(row)
    const isFolded = this.isFolded(row)
    const name = document.createElement("b")
    name.textContent = isFolded ? "" : (article.querySelector(".by b")?.textContent ?? "")
    const said = document.createElement("span")
    said.textContent = isFolded ? text("blocked_message") : row.deleted_at ? text("deleted") : excerpt(article)
    quote.replaceChildren(name, said)
    return true
  }
}

/** The beginning of what a message says, in one line. */
export function excerpt(article) {
  const said = (article.querySelector(".text")?.textContent ?? "").replace(/\s+/g, " ").trim()
  const words = said || [...article.querySelectorAll(".attachments [data-file]")].map(({ dataset }) => dataset.file).join(", ")
  const letters = [...words]
  return letters.length > LENGTH ? `${letters.slice(0, LENGTH).join("")}…` : words
}
