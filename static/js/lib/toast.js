import { part, text } from "./texts.js"

const SHOWN = 6000
let region = null

/** Says a sentence for a few seconds at the edge of the page. */
export function toast(sentence) {
  region ??= document.body.appendChild(part("toasts"))
  const said = document.createElement("p")
  said.className = "toast"
  said.textContent = sentence
  region.append(said)
  setTimeout(() => said.remove(), SHOWN)
}

/** The sentence for a command that failed: the server's own, or that there is no connection. */
export function sentenceOf(refusal) {
  return refusal.sentence || text(refusal.isClosed ? "not_connected" : "refused")
}
