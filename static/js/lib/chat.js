import { Blocked } from "./blocked.js"
import { Book } from "./book.js"
import { Drafts } from "./drafts.js"
import { Here } from "./here.js"
import { Outbox } from "./outbox.js"
import { Saved } from "./saved.js"
import { Shelf } from "./shelf.js"
import { Socket } from "./socket.js"
import { Store } from "./store.js"
import { watchTabs } from "./tabs.js"

const OWN = (user) => [`chatsite:outbox:${user}:`, `chatsite:draft:${user}:`, `chatsite:away:${user}:`, `chatsite:files:${user}:`]

/**
 * What a page of a signed-in person has one of: socket, book, outbox, drafts. `state` events tell of the connection:
 * {state, code}, a `leaving` event that its person signs out.
 */
export class Chat extends EventTarget {
  /** `userSeq` is the version of what the page shows of their own: what changed before the connection stood is asked for. */
  constructor(me, { userSeq = 0 } = {}) {
    super()
    this.me = me
    const store = (this.store = new Store())
    // One browser, another person: what the last one left unsent is not theirs to see.
    store.wipe("chatsite:", OWN(me))
    this.drafts = new Drafts({ store, user: me })
    this.saved = new Saved()
    this.blocked = new Blocked()
    this.here = new Here()
    const shelf = new Shelf({ store, user: me })
    this.outbox = new Outbox({ shelf, send: (entry) => this.#send(entry) })
    this.socket = new Socket({
      url: `${location.origin.replace("http", "ws")}/ws/`, protocol: "chat.v1.html",
      heard: (type, payload) => this.#heard(type, payload), changed: (state, code) => this.#changed(state, code),
    })
    this.book = new Book({ me, userSeq, ask: (type, payload) => this.socket.command(type, payload) })
    watchTabs(shelf.owner, (alive) => this.outbox.adopt(alive))
  }

  /** Connects, once the elements of the page have taken their places. */
  start() {
    addEventListener("online", () => this.socket.wake())
    addEventListener("offline", () => this.socket.sleep())
    addEventListener("pageshow", ({ persisted }) => persisted && this.socket.wake())
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.socket.wake())
    document.addEventListener("submit", ({ target }) => this.#leaving(target))
    this.socket.connect()
  }

  get isConnected() {
    return this.socket.state === "connected"
  }

  /** Sends a command that is not a message; the promise fails with a Refusal. */
  command(type, payload) {
    return this.socket.command(type, payload)
  }

  #send({ msg_id, room, body, reply_to, attachments = [] }) {
    const files = attachments.length ? { attachments: attachments.map(({ id }) => id) } : {}
    return this.socket.command("message.send", { room, body, ...(reply_to ? { reply_to } : {}), ...files }, msg_id)
  }

  #heard(type, payload) {
    this.here.hear(type, payload)
    this.book.hear(type, payload)
  }

  #changed(state, code) {
    if (state === "connected") this.outbox.connect()
    else {
      this.outbox.disconnect()
      this.book.disconnect()
      this.here.disconnect()
    }
    // A session that ran out keeps one's own unsent words for the same person; an account that is closed keeps nothing.
    if (code === 4403) this.store.wipe("chatsite:")
    this.dispatchEvent(Object.assign(new Event("state"), { detail: { state, code } }))
  }

  #leaving(form) {
    if (!form.action?.endsWith("/accounts/logout/")) return
    this.store.wipe("chatsite:")
    this.dispatchEvent(new Event("leaving"))
  }
}
