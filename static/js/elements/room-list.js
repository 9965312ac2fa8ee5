import { DraftMarks } from "../lib/draft_marks.js"
import { Errands } from "../lib/errands.js"
import { face } from "../lib/faces.js"
import { chat } from "../lib/page.js"
import { insert, placeLine, show } from "../lib/place_line.js"
import { faceOf } from "../lib/titles.js"

/** The rooms in the sidebar, with what is unread and where a draft waits; new ones appear, those that were left go. */
export class RoomList extends HTMLElement {
  #isDue = false

  connectedCallback() {
    this.marks = new DraftMarks(chat.drafts)
    this.marks.take([...this.querySelectorAll("a.place[data-room]:has(.draft)")].map(({ dataset }) => Number(dataset.room)))
    this.errands = new Errands(this, { drafts: (rooms) => this.#drafts(rooms) })
    chat.book.addEventListener("rooms", () => this.#later())
    chat.book.addEventListener("gone", ({ detail }) => this.#remove(detail.room))
    chat.book.addEventListener("user", ({ detail }) => this.#rename(detail.user))
  }

  // Many changes of one frame are one drawing.
  #later() {
    if (this.#isDue) return
    this.#isDue = true
    queueMicrotask(() => {
      this.#isDue = false
      for (const place of chat.book.places) if (place.personal.role) this.#draw(place)
      this.#title()
    })
  }

  #drafts(rooms) {
    this.marks.take(rooms)
    this.#later()
  }

  #link(room) {
    return this.querySelector(`a.place[data-room="${Number(room)}"]`)
  }

  #remove(room) {
    this.#link(room)?.closest("li").remove()
  }

  #draw(place) {
    const { id, shared } = place
    const list = this.#listOf(shared)
    if (!list) return this.#remove(id)
    const item = this.#link(id)?.closest("li") ?? placeLine(id, shared, { me: chat.me, isCurrent: this.#current === id })
    show(item.querySelector("a"), place, { me: chat.me, hasDraft: this.marks.has(id) })
    if (!item.isConnected) insert(list, item, shared)
  }

  /** Where a room stands: of the workspace that is shown, and of conversations in none; archived ones nowhere. */
  #listOf({ kind, workspace, archived }) {
    if (kind === "direct") return this.querySelector('[data-rooms="direct"]')
    return archived ? null : this.querySelector(`[data-rooms="rooms"][data-workspace="${Number(workspace)}"]`)
  }

  get #current() {
    return Number(document.querySelector("chat-room")?.dataset.room)
  }

  #rename(user) {
    for (const { id, shared } of chat.book.places) {
      if (!shared.users?.some((one) => one.id === user.id)) continue
      shared.users = shared.users.map((one) => (one.id === user.id ? user : one))
      this.#link(id)?.querySelector(".avatar")?.replaceWith(face(faceOf(shared, chat.me), "tiny"))
    }
    this.#later()
  }

  #title() {
    const own = chat.book.places.filter((place) => place.personal.role && place.personal.notify !== "nothing")
    const wanted = own.reduce((sum, { shared, counts }) => sum + (shared.kind === "direct" ? counts.unread : counts.mentions), 0)
    const mark = wanted ? `(${wanted}) ` : own.some(({ counts }) => counts.unread) ? "• " : ""
    document.title = mark + document.title.replace(/^(\(\d+\)|•) /, "")
  }
}
