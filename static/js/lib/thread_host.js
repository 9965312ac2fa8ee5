import { piece } from "./fragment.js"
import { isReply } from "./threads.js"
import { sentenceOf, toast } from "./toast.js"

/** Opens the threads of a room in a pane beside it, and keeps the page's address at what is shown. */
export class ThreadHost {
  #wanted = 0

  constructor({ room, page }) {
    Object.assign(this, { room, page })
    page.parentElement.addEventListener("thread-closed", () => this.#goTo(`/rooms/${room}/`))
    addEventListener("popstate", () => this.#follow())
  }

  get pane() {
    return this.page.parentElement.querySelector("thread-pane")
  }

  /** Shows the thread of `row`, ready to answer it where that `isAnswer`. */
  async open(row, { isAnswer = false } = {}) {
    const root = isReply(row) ? row.thread.root : row.id
    if (await this.#show(root)) this.#goTo(this.#address(root))
    if (isAnswer) this.pane?.replyTo(row)
  }

  #address(root) {
    return `/rooms/${this.room}/threads/${root}/`
  }

  /** Whether the pane is there now. */
  async #show(root) {
    if (this.pane?.root === root) return true
    this.#wanted = root
    let drawn
    try {
      const answer = await fetch(`${this.#address(root)}?pane`, { headers: { Accept: "text/html" } })
      if (!answer.ok || answer.redirected) throw Object.assign(new Error("No thread."), { isClosed: false })
      drawn = piece(await answer.text())
    } catch (refusal) {
      toast(sentenceOf({ isClosed: refusal.isClosed ?? true }))
      return false
    }
    if (this.#wanted !== root) return false
    this.pane?.remove()
    this.page.after(drawn)
    return true
  }

  #goTo(address) {
    if (location.pathname !== address) history.pushState(null, "", address)
  }

  // Back and forth: what the address says is shown.
  #follow() {
    const [, root] = /^\/rooms\/\d+\/threads\/(\d+)\/$/.exec(location.pathname) ?? []
    if (root) this.#show(Number(root))
    else this.pane?.remove()
  }
}
