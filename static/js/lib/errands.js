import { chat } from "./page.js"
import { rest } from "./rest.js"
import { text } from "./texts.js"

const SOON = 1500
const AT_ONCE = 300
const KINDS = { notifications: "badge", threads: "count", drafts: "count", reports: "badge" }

/**
 * What stands at the sidebar's first lines: asked for anew, a little later, when something happened that may change it.
 * `drafts(rooms)` hears which rooms have one.
 */
export class Errands {
  #timer = null

  constructor(list, { drafts }) {
    Object.assign(this, { list, drafts })
    chat.book.addEventListener("mine", ({ detail }) => this.#concerned(detail.kinds))
    // Who reads a room has read what called them there: worth a question only where something is shown.
    chat.book.addEventListener("read", () => this.#link("notifications")?.querySelector(".badge") && this.#later(AT_ONCE))
    chat.book.addEventListener("replies", ({ detail }) => chat.book.concerned(detail.room, detail.rows) && this.#later())
  }

  #concerned(kinds) {
    if (kinds.includes("notifications")) this.#later(AT_ONCE)
    else if (kinds.some((kind) => ["drafts", "sidebar"].includes(kind))) this.#later()
  }

  #later(pause = SOON * (1 + Math.random())) {
    this.#timer ??= setTimeout(() => this.#ask(), pause)
  }

  #link(name) {
    return this.list.querySelector(`[data-errand="${name}"]`)
  }

  async #ask() {
    this.#timer = null
    const { workspace } = this.#link("reports")?.dataset ?? {}
    try {
      const { draft_rooms, ...counts } = await rest("GET", `users/me/errands/${workspace ? `?workspace=${workspace}` : ""}`)
      for (const [name, count] of Object.entries(counts)) this.#show(name, count)
      this.drafts(draft_rooms)
    } catch {
      // They can wait for the next change.
    }
  }

  #show(name, count) {
    const link = this.#link(name)
    if (!link) return
    link.querySelector(".count, .badge")?.remove()
    if (name !== "drafts") link.classList.toggle("unread", count > 0)
    if (!count) return
    const shown = document.createElement("span")
    shown.className = KINDS[name] ?? "count"
    shown.textContent = count > 999 ? "999+" : count
    if (name !== "drafts") {
      const said = document.createElement("span")
      said.className = "said"
      said.textContent = ` ${text(name === "reports" ? "waiting" : "unread", { n: count })}`
      shown.append(said)
    }
    link.append(shown)
  }
}
