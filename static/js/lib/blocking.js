import { chat } from "./page.js"

/**
 * Lets a list of messages follow whom the person blocks, on whatever page or device: what they wrote is folded, or shown
 * again. `view`, `list` and `quotes` are the list's; it ends with `signal`.
 */
export function followBlocks({ view, list, quotes }, signal) {
  chat.blocked.addEventListener("change", () => {
    list.dressAgain(view.rows, view.viewer)
    quotes.refill()
  }, { signal })
}

/** Lets the page of a room ask whom the person blocks when that may have changed. With who is blocked nobody talks: their conversation is drawn anew. */
export function watchBlocks({ dataset, view }) {
  chat.blocked.take(dataset.blocked)
  chat.book.addEventListener("mine", ({ detail }) => detail.kinds.includes("settings") && chat.blocked.refresh())
  chat.blocked.addEventListener("change", ({ detail }) => {
    const { kind, users = [] } = view.place?.shared ?? {}
    const isOfTwo = kind === "direct" && users.length === 2
    if (isOfTwo && users.some(({ id }) => detail.users.includes(id))) location.reload()
  })
}
