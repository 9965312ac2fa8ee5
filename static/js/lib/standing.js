import { chat } from "./page.js"
import { part, text } from "./texts.js"
import { nameOf } from "./titles.js"

const TOLD = ["removed", "banned", "left", "hidden"]

/** What the page of a room says of the room itself: its name and topic, whether one may write, and that it is gone. */
export class Standing {
  constructor(page) {
    this.page = page
  }

  /** Takes what the book knows now. */
  restate() {
    const { view } = this.page
    const { shared } = view.place ?? {}
    if (!shared?.id) return
    this.#setWriting(!view.isReadOnly)
    for (const name of this.page.querySelectorAll("[data-room-name]")) name.textContent = nameOf(shared, chat.me)
    for (const topic of this.page.querySelectorAll("[data-room-topic]")) topic.textContent = shared.topic
  }

  /** How many people of a large room are here. */
  count(here) {
    const link = this.page.querySelector("[data-here]")
    if (link && here !== undefined) link.title = text("here", { n: here })
  }

  /** The room is the person's again. */
  welcome() {
    this.page.querySelector(".gone-notice")?.remove()
    this.#setWriting(!this.page.view.isReadOnly)
  }

  /** The room is no longer the person's: says so, clearly, and why. */
  farewell(reason) {
    this.page.querySelector(".gone-notice")?.remove()
    this.#setWriting(false)
    const notice = part("gone-notice")
    notice.querySelector("b").textContent = text(`gone_${TOLD.includes(reason) ? reason : "closed"}`)
    this.page.list.log.append(notice)
  }

  #setWriting(mayWrite) {
    const { composer } = this.page
    if (composer) composer.hidden = !mayWrite
    for (const note of this.page.querySelectorAll("[data-read-only]")) note.hidden = mayWrite
  }
}
