import { face } from "../lib/faces.js"
import { Errands } from "../lib/errands.js"
import { chat } from "../lib/page.js"
import { part, text } from "../lib/texts.js"
import { faceOf, nameOf } from "../lib/titles.js"

/** The rooms in the sidebar, with what is unread; new ones appear, those that were left go. */
export class RoomList extends HTMLElement {
  #isDue = false

  connectedCallback() {
    this.errands = new Errands(this)
    chat.book.addEventListener("rooms", () => this.#later())
    chat.book.addEventListener("gone", ({ detail }) => this.#link(detail.room)?.closest("li").remove())
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

  #link(room) {
    return this.querySelector(`a.place[data-room="${Number(room)}"]`)
  }

  #draw({ id, shared, personal, counts }) {
    const link = this.#link(id) ?? this.#add(id, shared)
    if (!link) return
    const { unread, mentions } = counts
    const isMuted = personal.notify === "nothing"
    const isDirect = shared.kind === "direct"
    const badge = isDirect ? !isMuted && unread : mentions
    link.querySelector(".name").textContent = nameOf(shared, chat.me)
    link.classList.toggle("unread", unread > 0 && !isMuted)
    link.classList.toggle("muted", isMuted)
    link.querySelector(".count, .badge")?.remove()
    if (badge || (unread && !isMuted)) link.append(number(badge || unread, badge ? "badge" : "count", badge && !isDirect ? "want_you" : "unread"))
  }

  #add(id, shared) {
    const { kind, archived } = shared
    const list = this.querySelector(`[data-rooms="${kind === "direct" ? "direct" : "rooms"}"]`)
    if (!list || archived) return null
    const item = part(`place-${kind}`)
    const link = item.querySelector("a")
    link.dataset.room = id
    link.href = `/rooms/${id}/`
    if (kind === "direct") link.prepend(faceWithDot(shared))
    // A conversation that somebody begins wants one; a room that was joined is found by its name.
    kind === "direct" ? list.prepend(item) : list.append(item)
    return link
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

// As place_direct.html draws it: of two one sees whether the other is here.
function faceWithDot(shared) {
  const person = faceOf(shared, chat.me)
  if (shared.users.length !== 2) return face(person, "tiny")
  const dot = document.createElement("status-dot")
  dot.dataset.user = person.id
  dot.append(face(person, "tiny"))
  return dot
}

function number(count, kind, word) {
  const made = document.createElement("span")
  made.className = kind
  made.textContent = count > 999 ? "999+" : count
  const said = document.createElement("span")
  said.className = "said"
  said.textContent = ` ${text(word, { n: count })}`
  made.append(said)
  return made
}
