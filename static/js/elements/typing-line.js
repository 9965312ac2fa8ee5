import { chat } from "../lib/page.js"
import { text } from "../lib/texts.js"
import { Typist } from "../lib/typist.js"

const FORGOTTEN = 6000
const UP_TO = 100

/** Who is typing in the room, under its log; and says so of oneself. */
export class TypingLine extends HTMLElement {
  #typing = new Map()

  connectedCallback() {
    this.page = this.closest("chat-room")
    this.room = Number(this.page.dataset.room)
    chat.here.addEventListener("typing", ({ detail }) => detail.room === this.room && this.#heard(detail))
    chat.book.addEventListener("rows", ({ detail }) => detail.room === this.room && this.#said(detail.touched))
    chat.book.addEventListener("gone", ({ detail }) => detail.room === this.room && this.#clear())
    chat.addEventListener("state", () => chat.isConnected || this.#clear())
    this.#listen(this.page.querySelector("message-composer textarea"))
  }

  #listen(field) {
    if (!field) return
    this.typist = new Typist({ tell: (active) => this.#tell(active) })
    field.addEventListener("input", () => this.typist.typed(!field.value.trim()))
    field.addEventListener("blur", () => this.typist.stop())
    field.form.addEventListener("submit", () => this.typist.stop())
  }

  #tell(active) {
    const members = chat.book.place(this.room)?.shared.members_count
    if (members > 1 && members <= UP_TO) chat.socket.tell("typing", { room: this.room, active })
  }

  #heard({ user, active }) {
    const isFolded = (this.page.dataset.blocked ?? "").split(",").includes(String(user))
    if (user === chat.me || isFolded) return
    clearTimeout(this.#typing.get(user))
    if (active) this.#typing.set(user, setTimeout(() => this.#stopped(user), FORGOTTEN))
    else this.#typing.delete(user)
    this.#show()
  }

  /** Whoever said it has stopped typing it. */
  #said(touched) {
    const last = touched.length && chat.book.place(this.room)?.log.rows.get(Math.max(...touched))
    if (last && this.#typing.has(last.author.id)) this.#stopped(last.author.id)
  }

  #stopped(user) {
    clearTimeout(this.#typing.get(user))
    this.#typing.delete(user)
    this.#show()
  }

  #clear() {
    for (const user of [...this.#typing.keys()]) this.#stopped(user)
  }

  async #show() {
    const users = [...this.#typing.keys()]
    if (users.length && users.length < 3 && users.some((user) => !this.#name(user))) {
      await this.page.members?.load()
      if (String(users) !== String([...this.#typing.keys()])) return
    }
    this.textContent = this.#sentence(users.map((user) => this.#name(user)))
  }

  #sentence(names) {
    if (!names.length) return ""
    if (names.length > 2) return text("typing_many")
    if (names.some((name) => !name)) return text("typing_somebody")
    return names.length === 1 ? text("typing_one", { name: names[0] }) : text("typing_two", { name: names[0], other: names[1] })
  }

  #name(user) {
    const drawn = this.page.querySelector(`.message[data-author="${Number(user)}"] .by b`)?.textContent
    return drawn || this.page.members?.known?.get(user)?.user.display_name || ""
  }
}
