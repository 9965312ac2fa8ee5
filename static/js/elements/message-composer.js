import { Attaching } from "../lib/attaching.js"
import { Drafting } from "../lib/drafting.js"
import { excerpt } from "../lib/quotes.js"
import { chat } from "../lib/page.js"
import { SlowMode } from "../lib/slow_mode.js"
import { part, text } from "../lib/texts.js"
import { toast } from "../lib/toast.js"

/** The place to write: keeps the draft, hands finished text to the outbox. Works as a plain form until it is defined. */
export class MessageComposer extends HTMLElement {
  #reply = null
  #end = new AbortController()

  connectedCallback() {
    const { signal } = this.#end
    this.home = this.closest("thread-pane, chat-room")
    this.root = Number(this.home.dataset.root || 0)
    this.form = this.querySelector("form")
    this.field = this.form.querySelector("textarea")
    this.room = Number(this.home.dataset.room)
    // Enter in an empty field is nothing to be told of.
    this.form.noValidate = true
    this.form.addEventListener("submit", (event) => this.#submit(event))
    this.field.addEventListener("keydown", (event) => this.#keydown(event))
    this.field.addEventListener("input", () => this.#keep())
    this.files = new Attaching({ form: this.form, key: this.draftKey, dropOn: this.closest(".conversation"), signal })
    this.slowMode = new SlowMode(this.form)
    this.slowMode.wait(Number(this.dataset.wait || 0))
    chat.outbox.addEventListener("change", ({ detail }) => detail.room === this.room && this.#turn(detail), { signal })
    chat.book.addEventListener("rooms", () => chat.book.place(this.room)?.shared.slow_mode_seconds === 0 && this.slowMode.end(), { signal })
    this.drafting = new Drafting({
      key: this.draftKey, room: this.room, root: this.root, drawn: JSON.parse(this.dataset.draft || "null"), signal,
      read: () => ({ body: this.field.value, reply_to: this.#reply }), show: (content) => this.#show(content),
    })
    this.#restore()
  }

  disconnectedCallback() {
    this.#end.abort()
  }

  /** Begins a reply to `row`, whose article says whom and what it answers. */
  replyTo({ id, seq }, article) {
    this.#setReply({ id, seq, name: article.querySelector(".by b")?.textContent ?? "", words: excerpt(article) })
    this.#keep()
    this.field.focus()
  }

  /** Puts words into the field, behind what stands there. */
  write(body, attachments = []) {
    this.files.put(attachments)
    this.field.value = [this.field.value, body].filter(Boolean).join("\n")
    this.#keep()
    this.field.focus()
  }

  focus() {
    this.field.focus()
  }

  /** Names the draft of the room, or of a thread in it. */
  get draftKey() {
    const thread = this.form.querySelector("[name=thread]")?.value
    return thread ? `${this.room}:${thread}` : `${this.room}`
  }

  #submit(event) {
    event.preventDefault()
    const body = this.field.value
    if (!body.trim() && !this.files.any) return
    // The words stay where they are.
    if (this.slowMode.isWaiting) return toast(this.slowMode.sentence)
    if (this.files.isUnderWay) {
      toast(text("files_first"))
      return this.files.whenThere(() => this.form.requestSubmit())
    }
    if (this.files.hasFailed) return toast(text("files_failed"))
    const reply_to = this.#reply?.id ?? this.home.answered ?? null
    chat.outbox.add({ room: this.room, thread: this.root || null, body, reply_to, attachments: this.files.take() })
    this.field.value = ""
    this.#setReply(null)
    this.#keep()
    this.field.focus()
  }

  /** In slow mode one waits after each message, and when the server says so. */
  #turn({ what, ack, refusal }) {
    const { view } = this.home
    if (what === "paused" && refusal.code === "slow_mode") this.slowMode.wait(refusal.retryAfter)
    else if (what === "acked" && !ack.duplicate && !view.viewer.isModerator) {
      this.slowMode.wait(view.place?.shared.slow_mode_seconds ?? 0)
    }
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
    bar.querySelector("b").textContent = text("replying_to", { name: reply.name || `#${reply.seq}` })
    bar.querySelector("span").textContent = reply.words
    bar.querySelector("button").addEventListener("click", () => {
      this.#setReply(null)
      this.#keep()
      this.field.focus()
    })
    this.form.prepend(bar)
  }

  #keep() {
    this.drafting.changed()
  }

  #restore() {
    const { reply, seq, name, words } = this.querySelector(".reply-bar[data-reply]")?.dataset ?? {}
    this.drafting.begin({ isRefused: Boolean(this.querySelector(".why")) })
    if (!reply || this.#reply?.id === Number(reply)) return
    this.#setReply({ id: Number(reply), seq: Number(seq), name, words })
    this.#keep()
  }

  // What another device answers may not be loaded here: then its number has to do.
  #show({ body, reply_to }) {
    this.field.value = body
    if ((reply_to?.id ?? null) === (this.#reply?.id ?? null) && this.#reply?.name) return
    const article = reply_to && this.home.querySelector(`[data-seq="${Number(reply_to.seq)}"]`)
    const said = article && { name: article.querySelector(".by b")?.textContent ?? "", words: excerpt(article) }
    this.#setReply(reply_to && { name: "", words: "", ...said, ...reply_to })
  }
}
