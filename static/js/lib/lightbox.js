import { part } from "./texts.js"

/** A picture of a message, opened above the page. Without it the link leads to the picture itself. */
export class Lightbox {
  #dialog = null
  #link = null

  /** Opens every picture of a message that is clicked on from now on. */
  watch() {
    document.addEventListener("click", (event) => {
      const link = event.target.closest?.("a.picture[data-file]")
      if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
      event.preventDefault()
      this.open(link)
    })
  }

  open(link) {
    this.#dialog ??= this.#made()
    this.#show(link)
    this.#dialog.showModal()
  }

  #made() {
    const dialog = document.body.appendChild(part("lightbox"))
    dialog.addEventListener("keydown", (event) => this.#keydown(event))
    dialog.addEventListener("click", (event) => {
      const step = event.target.closest("[data-step]")
      if (step) this.#step(Number(step.dataset.step))
      else if (event.target === dialog) dialog.close()
    })
    dialog.addEventListener("close", () => this.#link?.focus({ preventScroll: true }))
    return dialog
  }

  #show(link) {
    this.#link = link
    const { file, width, height } = link.dataset
    const picture = this.#dialog.querySelector("img")
    Object.assign(picture, { src: link.href, alt: file, width: Number(width), height: Number(height) })
    this.#dialog.querySelector(".name").textContent = file
    Object.assign(this.#dialog.querySelector("a[download]"), { href: link.href, download: file })
    for (const button of this.#dialog.querySelectorAll("[data-step]")) button.hidden = !this.#beside(Number(button.dataset.step))
  }

  #step(by) {
    const next = this.#beside(by)
    if (next) this.#show(next)
  }

  /** The picture before or behind the open one, in the same list of messages. */
  #beside(by) {
    const all = [...(this.#link.closest("[role=log]") ?? document).querySelectorAll("a.picture[data-file]")]
    return all[all.indexOf(this.#link) + by]
  }

  #keydown({ key }) {
    if (key === "ArrowLeft") this.#step(-1)
    else if (key === "ArrowRight") this.#step(1)
  }
}
