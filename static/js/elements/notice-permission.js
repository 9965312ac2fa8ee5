import { Choice } from "../lib/calls.js"
import { chat } from "../lib/page.js"

/** Whether this browser shows notifications by the system: asked for by a click, and by nothing else. */
export class NoticePermission extends HTMLElement {
  connectedCallback() {
    this.choice = new Choice(chat.store, chat.me)
    this.words = this.querySelector("input")
    this.addEventListener("click", ({ target }) => target.closest("[data-act]") && this.#act(target.closest("[data-act]").dataset.act))
    this.words.addEventListener("change", () => this.choice.showWords(this.words.checked))
    this.#draw()
  }

  async #act(act) {
    if (act === "on") await this.choice.turnOn()
    else await this.choice.turnOff()
    this.#draw()
  }

  #draw() {
    const { choice } = this
    this.hidden = !choice.isPossible
    const state = choice.isDenied ? "denied" : choice.isOn ? "on" : "off"
    for (const part of this.querySelectorAll("[data-state]")) part.hidden = part.dataset.state !== state
    this.words.checked = choice.showsWords
  }
}
