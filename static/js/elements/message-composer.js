import { excerpt } from "../lib/quotes.js"
import { chat } from "../lib/page.js"
import { part, text } from "../lib/texts.js"

/** The place to write: keeps the draft, hands finished text to the outbox. Works as a plain form until it is defined. */
export class MessageComposer extends HTMLElement {
  #reply = null

  connectedCallback() {
    this.form = this.querySelector("form")
    this.field = this.form.querySelector("textarea")
    this.room = Number(this.closest("chat-room").dataset.room)
    // Enter in an empty field is nothing to be told of.
    this.form.noValidate = true
    this.form.addEventListener("submit", (event) => this.#submit(event))
    this.field.addEventListener("keydown", (event) => this.#keydown(event))
    this.field.addEventListener("input", () => this.#keep())
    this.#restore()
  }

  /** Begins a reply to `row`, whose article says whom and what it answers. */
  replyTo({ id, seq }, article) {
    this.#setReply({ id, seq, name: article.querySelector(".by b")?.textContent ?? "", words: excerpt(article) })
    this.#keep()
    this.field.focus()
  }

  /** Puts words into the field, behind what stands there. */
  write(body) {
    this.field.value = [this.field.value, body].filter(Boolean).join("\n")
    this.#keep()
    this.field.focus()
  }

  focus() {
    this.field.focus()
  }

  #submit(event) {
    event.preventDefault()
    const body = this.field.value
    if (!body.trim()) return
    chat.outbox.add({ room: this.room, body, reply_to: this.#reply?.id ?? null })
    this.field.value = ""
    this.#setReply(null)
    this.#keep()
    this.field.focus()
  }

  #keydown(event) {
    // While a word is being composed (Chinese, Japanese, Korean), Enter and the arrows belong to the input method.
    if (event.isComposing || event.keyCode === 229) return
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault()
      this.form.requestSubmit()
    } else if (event.key === "Escape" && this.#reply) {
      this.#setReply(null)
      this.#keep()
    } else if (event.key === "ArrowUp" && !this.field.value) {
      event.preventDefault()
      this.dispatchEvent(new Event("edit-last", { bubbles: true }))
    }
  }

  #setReply(reply) {
    this.#reply = reply
    this.querySelector(".reply-bar")?.remove()
    const hidden = this.form.querySelector("[name=reply_to]")
    if (hidden) hidden.value = reply?.id ?? ""
    if (!reply) return
    const bar = part("reply-bar")
    bar.querySelector("b").textContent = text("replying_to", { name: reply.name })
    bar.querySelector("span").textContent = reply.words
    bar.querySelector("button").addEventListener("click", () => {
      this.#setReply(null)
      this.#keep()
      this.field.focus()
    })
    this.form.prepend(bar)
  }

  #keep() {
    chat.drafts.set(this.room, { body: this.field.value, reply_to: this.#reply })
  }

  #restore() {
    const { body, reply_to } = chat.drafts.get(this.room)
    const asked = this.querySelector(".reply-bar[data-reply]")
    const { reply, seq, name, words } = asked?.dataset ?? {}
    this.field.value ||= body
    if (reply) this.#setReply({ id: Number(reply), seq: Number(seq), name, words })
    else if (reply_to) this.#setReply(reply_to)
  }
}
