import { chat } from "../lib/page.js"
import { text } from "../lib/texts.js"

const UP_TO = 100

/** Who has read one's own message at the end of the room: how many, and, when asked, their names. */
export class ReadLine extends HTMLElement {
  #shown = ""

  connectedCallback() {
    this.page = this.closest("chat-room")
    this.room = Number(this.page.dataset.room)
    const here = (act) => ({ detail }) => detail.room === this.room && act(detail)
    chat.here.addEventListener("read", here(({ user, last_read_seq }) => this.#read(user, last_read_seq)))
    chat.book.addEventListener("rows", here(() => this.#draw()))
    chat.book.addEventListener("rooms", () => this.#recount())
    // Receipts take no number: what was told meanwhile is asked for.
    chat.addEventListener("state", () => chat.isConnected && this.#forget())
    this.addEventListener("click", (event) => this.#open(event))
  }

  #recount() {
    const members = chat.book.place(this.room)?.shared.members_count
    if (members !== undefined && this.count !== undefined && members !== this.count) this.page.members.forget()
    this.count = members ?? this.count
    this.#draw()
  }

  #forget() {
    this.page.members.forget()
    this.#draw()
  }

  #read(user, seq) {
    this.page.members.note(user, seq)
    this.#draw()
  }

  /** One's own message where it is the last that was said. */
  get #own() {
    const { log, shared } = chat.book.place(this.room) ?? {}
    if (!log?.ranges.isLive || !(shared.members_count > 1 && shared.members_count <= UP_TO)) return null
    const last = log.sorted.findLast((row) => row.kind === "message")
    return last && last.author.id === chat.me && !last.deleted_at ? last : null
  }

  async #draw() {
    const own = this.#own
    if (!own) return this.#show("", null)
    const members = await this.page.members.load()
    if (!members || this.#own?.seq !== own.seq) return
    const readers = this.#readers(own)
    const isPair = members.size === 2
    this.#show(readers.length ? (isPair ? text("seen") : text("read_by", { n: readers.length })) : "", isPair ? null : own)
  }

  #readers({ seq }) {
    return [...this.page.members.known.values()].filter(({ user, mark }) => user.id !== chat.me && mark >= seq)
  }

  #show(words, own) {
    if (this.#shown === `${words}:${own?.id}` && this.isDrawn) return
    this.#shown = `${words}:${own?.id}`
    this.isDrawn = true
    this.hidden = !words
    if (own && words) {
      const link = document.createElement("a")
      link.href = `/messages/${own.id}/readers/`
      link.textContent = words
      this.replaceChildren(link)
    } else this.replaceChildren(words)
  }

  #open(event) {
    const own = this.#own
    if (!event.target.closest("a") || !own || !this.page.members.known) return
    event.preventDefault()
    const list = document.createElement("ul")
    for (const { user } of this.#readers(own)) {
      const item = document.createElement("li")
      item.dir = "auto"
      item.textContent = user.display_name
      list.append(item)
    }
    const float = document.createElement("div")
    float.className = "float readers"
    float.popover = "auto"
    float.setAttribute("role", "dialog")
    float.setAttribute("aria-label", this.textContent)
    const title = document.createElement("h2")
    title.textContent = this.textContent
    float.append(title, list)
    float.addEventListener("toggle", ({ newState }) => newState === "closed" && float.remove())
    document.body.append(float)
    float.showPopover()
  }
}
