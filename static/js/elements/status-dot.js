import { chat } from "../lib/page.js"
import { text } from "../lib/texts.js"

/** A face with a dot that says whether its person is here. */
export class StatusDot extends HTMLElement {
  #paint = () => this.paint(chat.here.status(Number(this.dataset.user)))

  connectedCallback() {
    chat.here.addEventListener("presence", this.#paint)
    // What the page itself said of its person holds until something is heard.
    if (!this.dataset.status) this.#paint()
  }

  disconnectedCallback() {
    chat.here.removeEventListener("presence", this.#paint)
  }

  /** Shows `status`; says it to those who listen. */
  paint(status) {
    if (this.dataset.status === status) return
    this.dataset.status = status
    let said = this.querySelector(":scope > .said")
    if (!said) {
      said = document.createElement("span")
      said.className = "said"
      this.append(said)
    }
    said.textContent = status === "offline" ? "" : text(`status_${status}`)
  }
}
