import { preview } from "./preview.js"
import { part, text } from "./texts.js"
import { sentenceOf } from "./toast.js"

/** The files of a message that is being written, as a list above the words: each with what becomes of it. */
export class Tray {
  #items = new Map()

  /** `again(upload)` and `remove(upload)` are called for the buttons. */
  constructor({ form, again, remove }) {
    Object.assign(this, { again, remove })
    this.list = part("tray")
    this.list.hidden = true
    form.querySelector(".write").before(this.list)
  }

  show(upload) {
    if (!this.#items.has(upload)) this.#add(upload)
    const item = this.#items.get(upload)
    const isFailed = upload.state === "failed"
    item.dataset.state = upload.state
    item.querySelector(".name").textContent = upload.name
    item.querySelector(".size").textContent = shownSize(upload.size)
    item.querySelector("progress").value = upload.progress
    item.querySelector("progress").hidden = !upload.isUnderWay
    item.querySelector("[data-again]").hidden = !isFailed || upload.refusal.isFinal
    item.querySelector(".why").textContent = isFailed ? sentenceOf(upload.refusal) : ""
  }

  take(upload) {
    const item = this.#items.get(upload)
    this.#items.delete(upload)
    item?.remove()
    this.list.hidden = this.#items.size === 0
  }

  #add(upload) {
    const item = part("tray-file")
    item.querySelector("[data-again]").addEventListener("click", () => this.again(upload))
    item.querySelector("[data-remove]").addEventListener("click", () => this.remove(upload))
    this.#items.set(upload, item)
    this.list.append(item)
    this.list.hidden = false
    if (upload.file) preview(upload.file, item.querySelector("canvas"))
  }
}

/** A number of bytes as people say it, in the page's language. */
export function shownSize(bytes) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"]
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
  const number = bytes / 1024 ** power
  const shown = { style: "unit", unit: units[power], unitDisplay: "short", maximumFractionDigits: number < 10 && power ? 1 : 0 }
  return new Intl.NumberFormat(document.documentElement.lang || "en", shown).format(number)
}

/** The sentence for a file that is larger than `limit` bytes. */
export function tooLarge(limit) {
  return text("file_too_large", { limit: shownSize(limit) })
}
