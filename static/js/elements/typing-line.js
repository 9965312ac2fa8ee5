import { chat } from "../lib/page.js"
import { text } from "../lib/texts.js"
import { Typist } from "../lib/typist.js"

const FORGOTTEN = 6000
const UP_TO = 100

/**
 * Who is typing, under a log; and says so of oneself. That is known of a room and not of its threads: in the pane of a
 * thread the line speaks of the room.
 */
export class TypingLine extends HTMLElement {
  #typing = new Map()
  #end = new AbortController()

  connectedCallback() {
    const { signal } = this.#end
    this.home = this.closest("thread-pane, chat-room")
    this.page = this.home.parentElement.querySelector("chat-room")
    this.room = Number(this.home.dataset.room)
    this.words = this.home.matches("thread-pane") ? "room_typing" : "typing"
    const here = (act) => ({ detail }) => detail.room === this.room && act(detail)
    chat.here.addEventListener("typing", here((detail) => this.#heard(detail)), { signal })
    chat.book.addEventListener("rows", here(({ touched }) => this.#said(touched)), { signal })
    chat.book.addEventListener("gone", here(() => this.#clear()), { signal })
    chat.blocked.addEventListener("change", ({ detail }) => detail.users.forEach((user) => this.#stopped(user)), { signal })
    chat.addEventListener("state", () => chat.isConnected || this.#clear(), { signal })
    this.#listen(this.home.querySelector("message-composer textarea"))
  }

  disconnectedCallback() {
    this.#end.abort()
    this.typist?.stop()
    for (const timer of this.#typing.values()) clearTimeout(timer)
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
    if (user === chat.me || chat.blocked.has(user)) return
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
      await this.page?.members?.load()
      if (String(users) !== String([...this.#typing.keys()])) return
    }
    this.textContent = this.#sentence(users.map((user) => this.#name(user)))
  }

  #sentence(names) {
    if (!names.length) return ""
    if (names.length > 2) return text(`${this.words}_many`)
    if (names.some((name) => !name)) return text(`${this.words}_somebody`)
    return names.length === 1 ? text(`${this.words}_one`, { name: names[0] }) : text(`${this.words}_two`, { name: names[0], other: names[1] })
  }

  #name(user) {
    const drawn = this.home.parentElement?.querySelector(`.message[data-author="${Number(user)}"] .by b`)?.textContent
    return drawn || this.page?.members?.known?.get(user)?.user.display_name || ""
  }
}
