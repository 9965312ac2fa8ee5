import { chat } from "./page.js"
import { rest } from "./rest.js"
import { text } from "./texts.js"
import { sentenceOf, toast } from "./toast.js"

/** Whether the person follows a thread, and how far they have read in it: the pane's button, and the server's word for it. */
export class Following {
  constructor({ root, view, form }) {
    Object.assign(this, { root, view, form })
    this.#note(view.isFollowing)
    form?.addEventListener("submit", (event) => this.#toggle(event))
  }

  /** Everything up to `seq` is read. */
  async read(seq) {
    this.#take(await rest("PUT", `messages/${this.root}/thread/`, { read_seq: seq }))
  }

  /** Another device follows, leaves off or read on; or an answer of one's own made one follow. */
  async ask() {
    try {
      this.#take(await rest("GET", `messages/${this.root}/thread/`))
    } catch {
      // The next change asks again.
    }
  }

  async #toggle(event) {
    event.preventDefault()
    try {
      this.#take(await rest("PUT", `messages/${this.root}/thread/`, { following: !this.view.isFollowing }))
    } catch (refusal) {
      toast(sentenceOf(refusal))
    }
  }

  #note(isFollowing) {
    const { followed } = chat.book.threads
    isFollowing ? followed.add(this.root) : followed.delete(this.root)
  }

  #take({ following, read_seq }) {
    this.view.data.following = following ? "1" : "0"
    this.#note(following)
    if (this.view.thread) this.view.thread.lastRead = read_seq
    const button = this.form?.querySelector("button")
    if (!button) return
    button.value = following ? "0" : "1"
    button.setAttribute("aria-pressed", String(following))
    button.textContent = text(following ? "following" : "follow")
  }
}
