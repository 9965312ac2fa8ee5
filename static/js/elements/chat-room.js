import { Acts } from "../lib/acts.js"
import { Announcer } from "../lib/announcer.js"
import { followBlocks, watchBlocks } from "../lib/blocking.js"
import { Members } from "../lib/members.js"
import { open } from "../lib/opening.js"
import { chat } from "../lib/page.js"
import { Pager } from "../lib/pager.js"
import { Quotes } from "../lib/quotes.js"
import { Reading } from "../lib/reading.js"
import { RoomThreads } from "../lib/room_threads.js"
import { Scroll } from "../lib/scroll.js"
import { Sending } from "../lib/sending.js"
import { Standing } from "../lib/standing.js"
import { part, text } from "../lib/texts.js"
import { View } from "../lib/view.js"

/** A room on the page: draws what the book hears of it, loads more of it, moves the read mark. */
export class ChatRoom extends HTMLElement {
  connectedCallback() {
    this.room = Number(this.dataset.room)
    this.members = new Members({ room: this.room })
    this.list = this.querySelector("message-list")
    this.composer = this.querySelector("message-composer")
    this.view = new View({ room: this.room, list: this.list, data: this.dataset })
    watchBlocks(this)
    this.#equip(this.list.log)
    this.#listen()
    this.#begin()
  }

  #equip(log) {
    const { view } = this
    const load = (bounds) => chat.book.load(this.room, bounds)
    const row = (seq) => view.row(seq)
    // New messages are announced by the announcer: a log that is redrawn would say every reaction.
    log.setAttribute("aria-live", "off")
    for (const extra of part("room-extras").children) this.list.append(extra.cloneNode(true))
    this.toEnd = this.list.querySelector(".to-end")
    this.announcer = new Announcer({ region: this.list.querySelector("[data-announcer]"), spoken: (one) => view.spoken(one) })
    this.scroll = new Scroll(log, () => this.#scrolled())
    this.pager = new Pager({
      load: (bounds) => load(this.threads.bounds(bounds)), loaded: (bounds) => this.#loaded(bounds), busy: (isBusy) => log.setAttribute("aria-busy", String(isBusy)),
    })
    this.quotes = new Quotes({ log, row, load: (seq) => load({ around: seq, limit: 1 }), isFolded: (one) => view.isFolded(one) })
    this.standing = new Standing(this)
    this.threads = new RoomThreads(this)
    chat.saved.take(this.dataset.saved)
    this.sending = new Sending({
      room: this.room, log, row, scroll: this.scroll, composer: this.composer, written: () => this.#written(),
    })
    this.reading = new Reading({
      isAtEnd: () => this.scroll.isAtEnd && view.isLive,
      unread: () => view.isMember && view.place?.counts.unread,
      read: () => chat.book.read(this.room, this.threads.end),
    })
    this.acts = new Acts({
      list: this.list, row, mine: chat.book.mine, command: (type, payload) => chat.command(type, payload),
      saved: chat.saved, thread: (one) => this.threads.open(one), reply: (one, article) => this.threads.reply(one, article),
      editClosed: () => this.composer?.focus(),
    })
  }

  #listen() {
    const here = (act) => ({ detail }) => detail.room === this.room && act(detail)
    chat.book.addEventListener("rows", here(({ touched }) => this.#draw(touched)))
    chat.book.addEventListener("stale", here(() => this.#reload()))
    chat.book.addEventListener("gone", here(({ reason }) => this.#gone(reason)))
    chat.book.addEventListener("rooms", () => this.#restate())
    chat.book.addEventListener("mine", ({ detail }) => detail.kinds.includes("saved") && this.#keptElsewhere())
    chat.book.addEventListener("user", ({ detail }) => this.list.rename(detail.user))
    chat.here.addEventListener("presence", () => this.standing.count(chat.here.counts.get(this.room)))
    chat.addEventListener("state", () => this.#connection())
    this.addEventListener("edit-last", () => this.acts.editLast())
    followBlocks(this)
    this.toEnd.addEventListener("click", () => this.#goToEnd())
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
      this.quotes.take(this.list.articles.get(row.seq))
      this.threads.dress(row)
    }
    for (const seq of touched) this.quotes.refresh(seq)
    if (this.view.isLive) this.announcer.hear(this.pager.isBusy ? [] : news, this.view.rows.at(-1)?.seq)
    this.#scrolled()
  }

  #scrolled() {
    this.toEnd.hidden = !this.view.place || (this.scroll.isAtEnd && this.view.isLive)
    const unread = this.view.place?.counts.unread ?? 0
    this.toEnd.querySelector("span").textContent = unread ? text("new_below", { n: unread }) : text("to_end")
    this.reading.look()
    this.pager.approach(this.view.range, this.scroll)
  }

  #loaded(bounds) {
    if (bounds.before === undefined && bounds.after === undefined) this.#showEnd()
    this.#draw([])
  }

  #goToEnd() {
    if (this.view.isLive) this.scroll.toEnd()
    else if (this.view.log?.ranges.isLive) this.#showEnd()
    else this.pager.want({})
  }

  #showEnd() {
    this.view.moveTo(this.view.log?.ranges.last?.[0])
    this.#draw([])
    this.scroll.toEnd()
  }

  #reload() {
    this.list.clear()
    this.standing.welcome()
    this.pager.want({})
  }

  #gone(reason) {
    this.list.clear()
    this.sending.clear()
    this.standing.farewell(reason)
    this.#scrolled()
  }

  async #keptElsewhere() {
    await chat.saved.refresh(this.room).catch(() => {})
    this.list.dressAgain(this.view.rows, this.view.viewer)
  }

  #restate() {
    this.threads.restate()
    this.standing.restate()
    this.view.dressAgain()
    this.#scrolled()
  }

  #written() {
    this.view.forgetNew()
    if (!this.view.isLive) this.#goToEnd()
  }

  #connection() {
    for (const asker of [this.pager, this.quotes]) chat.isConnected ? asker.connect() : asker.disconnect()
    this.sending.show()
    this.reading.look()
    if (chat.isConnected && !this.view.isMember) this.#watch()
  }

  /** Somebody who only looks sees what happens, too. Where that is refused the page stays as it was loaded. */
  #watch() {
    chat.book.watch(this.room).catch(() => null)
  }
}
