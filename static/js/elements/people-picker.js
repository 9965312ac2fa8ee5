import { piece } from "../lib/fragment.js"

const QUIET = 150

/** Choosing whom to talk with: what is typed filters at once. The choice itself is drawn by the server, as without a script. */
export class PeoplePicker extends HTMLElement {
  #timer = null
  #asked = 0

  connectedCallback() {
    this.field = this.querySelector("input[type=search]")
    this.choice = this.querySelector("[data-choice]")
    this.field.addEventListener("input", () => this.#soon())
    this.querySelector("form[role=search]").addEventListener("submit", (event) => {
      event.preventDefault()
      this.#load(this.#chosen)
    })
    this.choice.addEventListener("click", (event) => this.#click(event))
  }

  get #chosen() {
    return new URLSearchParams(this.choice.firstElementChild.dataset.chosen.split(",").filter(Boolean).map((id) => ["users", id]))
  }

  #soon() {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#load(this.#chosen), QUIET)
  }

  #click(event) {
    const link = event.target.closest("a")
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    if ("add" in link.dataset) this.field.value = ""
    this.#load(new URL(link.href).searchParams)
    this.field.focus()
  }

  // Answers overtake each other: only the last one asked for is shown.
  async #load(chosen) {
    clearTimeout(this.#timer)
    const asked = ++this.#asked
    if (this.field.value) chosen.set("q", this.field.value)
    try {
      const answer = await fetch(`${this.dataset.people}?${chosen}`)
      if (answer.redirected) location.reload() // Signed out meanwhile: the page itself asks to sign in.
      if (!answer.ok || answer.redirected || asked !== this.#asked) return
      this.choice.replaceChildren(piece(await answer.text()))
      history.replaceState(history.state, "", `?${chosen}`)
    } catch {
      // No network: what stands there stays, and the button asks again.
    }
  }
}
