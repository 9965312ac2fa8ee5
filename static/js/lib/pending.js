import { part, text } from "./texts.js"
import { showLocalTimes } from "./time.js"

/** The unsent messages of a room at the end of its log: each as the page will show it, with what becomes of it. */
export class Pending {
  #elements = new Map()

  /** `act(name, msg_id)` is called for a failed message's buttons. */
  constructor({ log, act }) {
    Object.assign(this, { log, act })
  }

  /** Shows `entries` in order. One that was acked stays until its message arrives: call `remove` with its `msg_id`. */
  show(entries, isConnected) {
    for (const entry of entries) this.#show(entry, isConnected)
  }

  remove(msg_id) {
    this.#elements.get(msg_id)?.remove()
    this.#elements.delete(msg_id)
  }

  clear() {
    for (const msg_id of [...this.#elements.keys()]) this.remove(msg_id)
  }

  #show(entry, isConnected) {
    if (!this.#elements.has(entry.msg_id)) {
      this.#elements.set(entry.msg_id, made(entry))
      this.log.append(this.#elements.get(entry.msg_id))
    }
    const state = this.#elements.get(entry.msg_id).querySelector(".state")
    state.classList.toggle("failed", Boolean(entry.refusal))
    if (entry.refusal) state.replaceChildren(why(entry), ...this.#buttons(entry))
    else state.textContent = isConnected ? "" : text("waiting_for_network")
  }

  #buttons({ msg_id }) {
    return ["copy", "discard", "edit_again"].map((name) => {
      const button = document.createElement("button")
      button.type = "button"
      button.textContent = text(name)
      button.addEventListener("click", () => this.act(name, msg_id))
      return button
    })
  }
}

function why({ refusal }) {
  const sentence = document.createElement("span")
  sentence.textContent = text("not_sent", { why: refusal.sentence || text("refused") })
  return sentence
}

function made({ msg_id, body, at, attachments = [] }) {
  const article = part("pending-message")
  article.classList.add("pending")
  article.dataset.msgId = msg_id
  article.tabIndex = -1
  for (const time of article.querySelectorAll("time")) time.dateTime = new Date(at).toISOString()
  showLocalTimes(article)
  const lines = body.split("\n").flatMap((line, index) => (index ? [document.createElement("br"), line] : [line]))
  const paragraph = document.createElement("p")
  paragraph.append(...lines)
  article.querySelector(".text").replaceChildren(paragraph)
  if (attachments.length) article.querySelector(".text").after(named(attachments))
  return article
}

function named(attachments) {
  const list = document.createElement("div")
  list.className = "attachments"
  for (const { name } of attachments) {
    const file = list.appendChild(document.createElement("span"))
    file.className = "file"
    file.appendChild(document.createElement("bdi")).textContent = name
  }
  return list
}
