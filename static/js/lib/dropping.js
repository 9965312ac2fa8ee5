import { part } from "./texts.js"

const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files")

/** A place on which files may be dropped: it shows itself while some are held above. */
export class DropZone {
  /** `dropped(files)` is called with what was let go over `place`. */
  constructor(place, dropped) {
    this.sign = place.appendChild(part("drop-zone"))
    place.addEventListener("dragenter", (event) => this.#over(event))
    place.addEventListener("dragover", (event) => this.#over(event))
    place.addEventListener("dragleave", (event) => place.contains(event.relatedTarget) || this.#show(false))
    place.addEventListener("drop", (event) => {
      if (!holdsFiles(event)) return
      event.preventDefault()
      this.#show(false)
      dropped([...event.dataTransfer.files])
    })
  }

  #over(event) {
    if (!holdsFiles(event)) return
    event.preventDefault()
    event.dataTransfer.dropEffect = "copy"
    this.#show(true)
  }

  #show(isShown) {
    this.sign.hidden = !isShown
  }
}
