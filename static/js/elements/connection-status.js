import { chat } from "../lib/page.js"
import { part, text } from "../lib/texts.js"

const PATIENCE = 1000
const ENDS = { 4401: "signed_out", 4403: "deactivated", 4409: "too_many_tabs" }

/** The line that says that there is no connection, and what that means: nothing is lost, or what to do. */
export class ConnectionStatus extends HTMLElement {
  #timer = null

  connectedCallback() {
    chat.addEventListener("state", ({ detail }) => this.#changed(detail))
    chat.outbox.addEventListener("change", () => this.hidden || this.#waitFor())
  }

  #changed({ state, code }) {
    clearTimeout(this.#timer)
    if (state === "connected") this.hidden = true
    else if (state === "closed") this.#end(code)
    else if (!navigator.onLine) this.#waitFor()
    // A connection that is back within a second is not worth a word, nor is one that pauses as announced.
    else if (this.hidden && !chat.socket.isPaused) this.#timer = setTimeout(() => this.#waitFor(), PATIENCE)
  }

  #waitFor() {
    if (chat.isConnected || chat.socket.state === "closed") return
    const waiting = chat.outbox.waiting
    this.#say(waiting ? text("offline_waiting", { n: waiting }) : text("offline"))
  }

  #end(code) {
    if (code === 1000) return
    const link = document.createElement("a")
    link.href = code === 4401 ? `/accounts/login/?next=${encodeURIComponent(location.pathname)}` : location.href
    link.textContent = text(code === 4401 ? "sign_in" : "reload")
    this.#say(text(ENDS[code] ?? "stopped"), ...(code === 4403 ? [] : [" ", link]))
  }

  #say(...words) {
    const line = part("status-line")
    line.querySelector("span").append(...words)
    this.replaceChildren(line)
    this.hidden = false
  }
}
