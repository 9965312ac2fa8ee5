import { text } from "./texts.js"

const QUIET = 1500

/** Says new messages to screen readers: one by its words, many that come at once by their number. */
export class Announcer {
  #waiting = []
  #timer = null

  constructor(region) {
    this.region = region
  }

  say(name, words) {
    this.#waiting.push(`${name}: ${words}`)
    this.#timer ??= setTimeout(() => this.#speak(), QUIET)
  }

  #speak() {
    const [only, ...rest] = this.#waiting
    this.region.textContent = rest.length ? text("messages_arrived", { n: rest.length + 1 }) : only
    this.#waiting = []
    this.#timer = null
  }
}
