import { DraftSync } from "./draft_sync.js"
import { chat } from "./page.js"
import { rest } from "./rest.js"

/** The draft of a composer's field: kept in this browser under `key`, and on the server for the room `room`, or its thread `root`. */
export class Drafting {
  /** `read()` and `show(content)` are the field's; `drawn` is what the page brought of the server's draft. It ends with `signal`. */
  constructor({ key, room, root, drawn, read, show, signal }) {
    Object.assign(this, { key, room, root, drawn, read, show })
    this.sync = new DraftSync({
      read, show, server: this.#server(),
      keep: (content, known) => chat.drafts.set(key, content, known),
    })
    const isMine = ({ detail }) => detail.kinds.includes("drafts") && this.sync.refresh()
    chat.book.addEventListener("mine", isMine, { signal })
    chat.addEventListener("state", () => chat.isConnected && this.sync.connect(), { signal })
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.sync.flush(), { signal })
    signal.addEventListener("abort", () => this.sync.flush())
  }

  /** Shows what was begun here or elsewhere; words that the server sent back stay (`isRefused`). */
  begin({ isRefused }) {
    const kept = isRefused ? { ...this.read(), known: this.drawn } : chat.drafts.kept(this.key)
    this.show(kept ?? this.drawn ?? { body: "", reply_to: null })
    this.sync.begin((kept ? kept.known : this.drawn) ?? null, this.drawn)
  }

  changed() {
    this.sync.changed()
  }

  #server() {
    const { room, root } = this
    const path = (query) => `users/me/drafts/${room}/?${new URLSearchParams({ ...(root ? { thread: root } : {}), ...query })}`
    return {
      put: async ({ body, reply_to }, version) => {
        // Of a first one its own page hears, too, as of a removal: the list of drafts has another length.
        const draft = await rest("PUT", path({}), { body, reply_to: reply_to?.id ?? null, version }, version ? told() : {})
        chat.book.roster.told(draft.version)
        return draft
      },
      remove: (version) => rest("DELETE", path(version ? { version } : {})),
      fetch: async () => {
        const { results } = await rest("GET", `users/me/drafts/?room=${room}&limit=100`)
        return results.find(({ thread }) => (thread ?? 0) === root) ?? null
      },
    }
  }
}

// Whose answer is heard need not be told.
const told = () => (chat.book.connection ? { "X-Connection": chat.book.connection } : {})
