import { part } from "./texts.js"
import { moveFocus } from "./focus.js"

const GAP = 4
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -8, ArrowDown: 8 }

/** The small choice of emoji, one for the page: opens beside a button and calls `chosen(emoji)` once. */
export class EmojiPicker {
  #opener = null
  #chosen = null

  constructor() {
    this.picker = document.body.appendChild(part("emoji-picker"))
    this.picker.addEventListener("click", ({ target }) => this.#choose(target.closest("[data-emoji]")))
    this.picker.addEventListener("keydown", (event) => this.#keydown(event))
    this.picker.addEventListener("toggle", ({ newState }) => newState === "closed" && this.#opener?.focus())
  }

  open(opener, chosen) {
    this.#opener = opener
    this.#chosen = chosen
    this.picker.showPopover()
    this.#place(opener.getBoundingClientRect())
    this.picker.querySelector("[data-emoji]").focus()
  }

  // Through the object model, which the content security policy allows, unlike a `style` attribute.
  #place({ top, bottom, right }) {
    const { offsetWidth, offsetHeight, style } = this.picker
    const below = bottom + GAP
    style.position = "fixed"
    style.margin = "0"
    style.left = `${Math.max(GAP, Math.min(right - offsetWidth, innerWidth - offsetWidth - GAP))}px`
    style.top = `${below + offsetHeight < innerHeight ? below : Math.max(GAP, top - GAP - offsetHeight)}px`
  }

  #choose(button) {
    if (!button) return
    this.picker.hidePopover()
    this.#chosen(button.dataset.emoji)
  }

  #keydown(event) {
    const step = STEPS[event.key]
    if (!step) return
    event.preventDefault()
    moveFocus([...this.picker.querySelectorAll("[data-emoji]")], step)
  }
}
