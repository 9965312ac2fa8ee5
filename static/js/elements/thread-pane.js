import { Acts } from "../lib/acts.js"
import { followBlocks } from "../lib/blocking.js"
import { Following } from "../lib/following.js"
import { elementOf } from "../lib/fragment.js"
import { open } from "../lib/opening.js"
import { chat } from "../lib/page.js"
import { Pager } from "../lib/pager.js"
import { Quotes } from "../lib/quotes.js"
import { Reading } from "../lib/reading.js"
import { Scroll } from "../lib/scroll.js"
import { Sending } from "../lib/sending.js"
import { text } from "../lib/texts.js"
import { ThreadView } from "../lib/thread_view.js"

/** A thread beside its room: draws what the book hears of it, loads more of it, moves the person's mark in it. */
export class ThreadPane extends HTMLElement {
  #end = new AbortController()

  connectedCallback() {
    // Put into the page as a whole, it comes before what is in it.
    if (this.querySelector("message-list").log) this.#start()
    else queueMicrotask(() => this.isConnected && this.#start())
  }

  #start() {
    this.room = Number(this.dataset.room)
    this.root = Number(this.dataset.root)
    this.list = this.querySelector("message-list")
    this.composer = this.querySelector("message-composer")
    const beside = this.parentElement.querySelector("chat-room")?.dataset ?? {}
    const data = { ...beside, around: undefined, ...this.dataset }
    this.view = new ThreadView({ room: this.room, root: this.root, list: this.list, data })
    this.following = new Following({ root: this.root, view: this.view, form: this.querySelector("[data-following-form]") })
    this.#equip(this.list.log, this.#end.signal)
    this.#listen(this.#end.signal)
    this.#begin()
  }

  disconnectedCallback() {
    this.#end.abort()
    this.pager?.disconnect()
    this.quotes?.sight.disconnect()
    chat.book.threads.close(this.root)
  }

  /** What is answered where nothing else was chosen: the root, while it lives; else the last reply that does. */
  get answered() {
    const living = this.view.rows.filter((row) => row.kind === "message" && !row.deleted_at)
    return living.some(({ id }) => id === this.root) ? this.root : (living.at(-1)?.id ?? this.root)
  }

  /** Answers one of its messages. */
  replyTo(row) {
    const article = this.list.articles.get(row.seq)
    if (row.id !== this.root && article) this.composer?.replyTo(row, article)
    else this.composer?.focus()
  }

  #equip(log, signal) {
    const { view } = this
    const row = (seq) => view.row(seq)
    this.scroll = new Scroll(log, () => this.#scrolled())
    this.pager = new Pager({
      load: (bounds) => chat.book.loadThread(this.root, bounds), loaded: () => this.#draw([]),
      busy: (isBusy) => log.setAttribute("aria-busy", String(isBusy)),
    })
    this.quotes = new Quotes({
      log, row, load: (seq) => chat.book.load(this.room, { around: seq, limit: 1 }), isFolded: (one) => view.isFolded(one),
    })
    this.sending = new Sending({
      room: this.room, thread: this.root, log, row, scroll: this.scroll, composer: this.composer, signal,
      written: () => view.forgetNew(),
    })
    this.reading = new Reading({
      isAtEnd: () => this.scroll.isAtEnd && view.isLive, unread: () => view.unread, signal,
      read: () => this.following.read(view.rows.at(-1).seq),
    })
    this.acts = new Acts({
      list: this.list, row, mine: chat.book.mine, saved: chat.saved, command: (type, payload) => chat.command(type, payload),
      reply: (one) => this.replyTo(one), editClosed: () => this.composer?.focus(),
    })
  }

  #listen(signal) {
    const ours = (act) => ({ detail }) => detail.root === this.root && act(detail)
    chat.book.addEventListener("thread", ours(({ touched }) => this.#draw(touched)), { signal })
    chat.book.addEventListener("stale", ({ detail }) => detail.room === this.room && this.#reload(), { signal })
    chat.book.addEventListener("gone", ({ detail }) => detail.room === this.room && this.close(), { signal })
    chat.book.addEventListener("rooms", () => this.view.dressAgain(), { signal })
    chat.book.addEventListener("user", ({ detail }) => this.list.rename(detail.user), { signal })
    chat.book.addEventListener("mine", ({ detail }) => detail.kinds.includes("sidebar") && this.following.ask(), { signal })
    followBlocks(this, signal)
    chat.outbox.addEventListener("change", ({ detail }) => this.#sent(detail), { signal })
    chat.addEventListener("state", () => this.#connection(), { signal })
    this.addEventListener("edit-last", () => this.acts.editLast())
    this.addEventListener("keydown", (event) => event.key === "Escape" && !event.target.closest("form") && this.close())
    this.querySelector("[data-close]").addEventListener("click", (event) => {
      event.preventDefault()
      this.close()
    })
  }

  /** Goes, and leaves the room's page as it is without it. */
  close() {
    this.dispatchEvent(new Event("thread-closed", { bubbles: true }))
    this.remove()
  }

  #begin() {
    this.view.adopt()
    this.#draw([])
    this.sending.show()
    open(this)
    this.#scrolled()
  }

  #draw(touched) {
    let news = []
    this.scroll.keep(() => (news = this.view.draw(this.reading.isLookedAt)))
    for (const row of news) {
      if (row.author.id === chat.me) this.sending.arrived(row.msg_id)
      if (row.id === this.root) this.#entitle(row)
      this.quotes.take(this.list.articles.get(row.seq))
    }
    for (const seq of touched) this.quotes.refresh(seq)
    this.#scrolled()
  }

  #entitle(root) {
    const title = elementOf(root).querySelector(".title")?.textContent
    for (const name of this.querySelectorAll("[data-title]")) name.textContent = title || text("thread")
  }

  #scrolled() {
    this.reading.look()
    this.pager.approach(this.view.range, this.scroll)
  }

  #reload() {
    chat.book.threads.reset(this.root)
    this.list.clear()
    this.pager.want({})
  }

  #connection() {
    for (const asker of [this.pager, this.quotes]) chat.isConnected ? asker.connect() : asker.disconnect()
    this.sending.show()
    this.reading.look()
  }

  // Who answers follows.
  #sent({ what, entry }) {
    if (what === "acked" && entry.thread === this.root && !this.view.isFollowing) this.following.ask()
  }
}
