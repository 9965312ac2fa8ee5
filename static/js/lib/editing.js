import { part } from "./texts.js"
import { sentenceOf, toast } from "./toast.js"

/** Editing a message where it stands. `command` sends, `open(article, form)` shows a form in place of the text. */
export class Editing {
  constructor({ command, open, closed }) {
    Object.assign(this, { command, open, closed })
  }

  /** Opens the form with the message's source, which fragments do not carry. */
  async begin(article, row) {
    if (article.querySelector("form.editing")) return
    const source = await sourceOf(row.id)
    if (!source) return toast(sentenceOf({ isClosed: true }))
    const form = part("edit-form")
    const field = form.querySelector("textarea")
    field.value = source.body
    form.addEventListener("submit", (event) => this.#save(event, form, row.id, source))
    form.addEventListener("keydown", (event) => this.#keydown(event, form))
    form.querySelector("[data-cancel]").addEventListener("click", () => this.#close(form))
    this.open(article, form)
    field.setSelectionRange(field.value.length, field.value.length)
  }

  async #save(event, form, message, source) {
    event.preventDefault()
    const body = form.querySelector("textarea").value
    if (body === source.body) return this.#close(form)
    try {
      await this.command("message.edit", { message, body, edited_at: source.edited_at })
      this.#close(form)
    } catch (refusal) {
      // The words stay in the form; what was said of them stands below.
      form.querySelector(".why").textContent = sentenceOf(refusal)
    }
  }

  #keydown(event, form) {
    event.stopPropagation()
    if (event.isComposing) return
    if (event.key === "Escape") this.#close(form)
    else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault()
      form.requestSubmit()
    }
  }

  #close(form) {
    const article = form.closest("[data-seq]")
    form.remove()
    const words = article?.querySelector(".text")
    if (words) words.hidden = false
    this.closed()
  }
}

async function sourceOf(id) {
  try {
    const answer = await fetch(`/api/v1/messages/${id}/`, { headers: { Accept: "application/json" } })
    return answer.ok ? await answer.json() : null
  } catch {
    return null
  }
}
