import { elementOf } from "./fragment.js"
import { excerpt } from "./quotes.js"
import { endNotices, SystemNotices } from "./system_notices.js"
import { text } from "./texts.js"
import { nameOf } from "./titles.js"

const PATIENCE = 500
const SHOWN = { on: true, words: true }

/** Whether this browser shows what calls the person, and with the words: their choice, kept in this browser alone. */
export class Choice {
  #key

  constructor(store, user) {
    this.store = store
    this.#key = `calls:${user}`
  }

  get isPossible() {
    return "Notification" in globalThis
  }

  get isDenied() {
    return this.isPossible && Notification.permission === "denied"
  }

  get isOn() {
    return this.isPossible && Notification.permission === "granted" && this.#read().on === true
  }

  get showsWords() {
    return this.#read().words !== false
  }

  /** Asks the browser, which asks the person; only ever behind a click. */
  async turnOn() {
    if ((await Notification.requestPermission()) === "granted") this.#write(SHOWN)
  }

  async turnOff() {
    this.#write({ on: false })
    await endNotices()
  }

  showWords(words) {
    this.#write({ words })
  }

  #read() {
    try {
      return JSON.parse(this.store.get(this.#key)) ?? {}
    } catch {
      return {} // Somebody else's writing.
    }
  }

  #write(part) {
    this.store.set(this.#key, JSON.stringify({ ...this.#read(), ...part }))
  }
}

/** Shows what calls the person by the system, while they look elsewhere. The server says that, not what: the words are asked for. */
export class Calls {
  #seen = new Set()
  #others = "BroadcastChannel" in globalThis ? new BroadcastChannel("chatsite:calls") : null

  constructor(chat) {
    this.chat = chat
    this.choice = new Choice(chat.store, chat.me)
    this.notices = new SystemNotices({ open: ({ room, seq }) => location.assign(`/rooms/${Number(room)}/${Number(seq)}/`) })
    this.#others?.addEventListener("message", ({ data }) => this.#seen.add(data))
    chat.book.addEventListener("called", ({ detail }) => this.#called(detail))
    // What is read, or whose reader has gone, need not stand among the system's notifications.
    chat.book.addEventListener("read", ({ detail }) => this.choice.isOn && this.notices.close(detail.room))
    chat.addEventListener("leaving", () => this.notices.close())
  }

  async #called({ id, kind, room, message }) {
    // The other tabs of this browser need not show it.
    if (isLookedAt(room)) return this.#others?.postMessage(id)
    if (!this.choice.isOn) return
    await new Promise((resolve) => setTimeout(resolve, PATIENCE))
    if (this.#seen.delete(id)) return
    const words = this.choice.showsWords ? await this.#words(room, message.seq) : {}
    if (!words) return
    const { title = text(`called_${kind}`), body } = words
    // The same from several tabs is one, by its tag.
    await this.notices.show(title, { body, tag: `chatsite-${id}`, data: { room, seq: message.seq } })
  }

  /** Who says what and where; null where it may not be read, or is gone by now. */
  async #words(room, seq) {
    try {
      const { messages } = await this.chat.command("history", { room, around: seq, limit: 1 })
      const row = messages.find((one) => one.seq === seq && !one.deleted_at)
      if (!row) return null
      const article = elementOf(row)
      const name = article.querySelector(".by b")?.textContent ?? ""
      const shared = this.chat.book.place(room)?.shared
      const where = shared && shared.kind !== "direct" ? ` · ${nameOf(shared, this.chat.me)}` : ""
      return { title: name + where, body: excerpt(article) }
    } catch {
      return null
    }
  }
}

function isLookedAt(room) {
  const isOpen = document.querySelector(`chat-room[data-room="${Number(room)}"]`)
  return Boolean(isOpen) && document.visibilityState === "visible" && document.hasFocus()
}
