import { Attention } from "../lib/attention.js"
import { chat } from "../lib/page.js"
import { Status } from "../lib/status.js"
import { sentenceOf, toast } from "../lib/toast.js"

/** The menu with which one says whether one is there; away by itself when nobody is at the page. */
export class StatusMenu extends HTMLElement {
  connectedCallback() {
    const me = Number(this.dataset.me)
    this.details = this.querySelector("details")
    this.dot = this.querySelector("status-dot")
    for (const item of this.querySelectorAll("[data-needs-script]")) item.hidden = false
    const attention = new Attention({ changed: () => this.#changed() })
    this.status = new Status({
      store: chat.store, user: me, attention, isQuiet: "dnd" in this.dataset,
      tell: (status) => chat.command("presence", { status }),
    })
    this.querySelector("form").addEventListener("submit", (event) => this.#choose(event))
    chat.addEventListener("state", () => chat.isConnected && this.status.connected())
    chat.here.addEventListener("presence", () => this.#heard(chat.here.status(me)))
    addEventListener("pointerdown", ({ target }) => this.contains(target) || (this.details.open = false))
    this.addEventListener("keydown", ({ key }) => key === "Escape" && this.#close())
    this.#show()
  }

  #choose(event) {
    const status = event.submitter?.value
    // Without a connection the form does it, but for what is said by a connection alone.
    if (!status || (!chat.isConnected && status !== "away")) return
    event.preventDefault()
    this.status.choose(status).catch((refusal) => toast(sentenceOf(refusal))).then(() => this.#show())
    this.#show()
    this.#close()
  }

  #close() {
    this.details.open = false
    this.querySelector("summary").focus()
  }

  #changed() {
    this.status.look()
    this.#show()
  }

  #heard(status) {
    // Offline is what one is said to be while nothing is known.
    if (status !== "offline") this.status.heard(status === "dnd")
    this.#show()
  }

  #show() {
    const { shown } = this.status
    this.dot.paint?.(shown)
    for (const button of this.querySelectorAll("button[value]")) {
      if (button.value === shown) button.setAttribute("aria-current", "true")
      else button.removeAttribute("aria-current")
    }
  }
}
