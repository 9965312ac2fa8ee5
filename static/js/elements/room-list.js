import { chat } from "../lib/page.js"
import { part, text } from "../lib/texts.js"

/** The rooms in the sidebar, with what is unread; new ones appear, those that were left go. */
export class RoomList extends HTMLElement {
  #isDue = false

  connectedCallback() {
    chat.book.addEventListener("rooms", () => this.#later())
    chat.book.addEventListener("gone", ({ detail }) => this.#link(detail.room)?.closest("li").remove())
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

  #link(room) {
    return this.querySelector(`a.place[data-room="${Number(room)}"]`)
  }

  #draw({ id, shared, personal, counts }) {
    const link = this.#link(id) ?? this.#add(id, shared)
    if (!link) return
    const { unread, mentions } = counts
    const isMuted = personal.notify === "nothing"
    const badge = shared.kind === "direct" ? unread : mentions
    if (shared.kind !== "direct") link.querySelector(".name").textContent = shared.name
    link.classList.toggle("unread", unread > 0 && !isMuted)
    link.classList.toggle("muted", isMuted)
    link.querySelector(".count, .badge")?.remove()
    if (badge || (unread && !isMuted)) link.append(number(badge || unread, badge ? "badge" : "count"))
  }

  #add(id, { kind, archived }) {
    const list = this.querySelector(`[data-rooms="${kind === "direct" ? "direct" : "rooms"}"]`)
    if (!list || archived) return null
    const item = part(kind === "public" ? "place-public" : "place-private")
    const link = item.querySelector("a")
    link.dataset.room = id
    link.href = `/rooms/${id}/`
    list.append(item)
    return link
  }

  #title() {
    const own = chat.book.places.filter((place) => place.personal.role && place.personal.notify !== "nothing")
    const wanted = own.reduce((sum, { shared, counts }) => sum + (shared.kind === "direct" ? counts.unread : counts.mentions), 0)
    const mark = wanted ? `(${wanted}) ` : own.some(({ counts }) => counts.unread) ? "• " : ""
    document.title = mark + document.title.replace(/^(\(\d+\)|•) /, "")
  }
}

function number(count, kind) {
  const made = document.createElement("span")
  made.className = kind
  made.textContent = count > 999 ? "999+" : count
  const said = document.createElement("span")
  said.className = "said"
  said.textContent = ` ${text(kind === "badge" ? "want_you" : "unread", { n: count })}`
  made.append(said)
  return made
}
