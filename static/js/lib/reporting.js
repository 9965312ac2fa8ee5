import { rest } from "./rest.js"
import { part, text } from "./texts.js"
import { sentenceOf, toast } from "./toast.js"

/** Telling the moderators of a message: a dialog that asks what is wrong with it. */
export class Reporting {
  #dialog = null

  open(row) {
    this.#dialog ??= document.body.appendChild(part("report-dialog"))
    const [form, field] = [this.#dialog.querySelector("form"), this.#dialog.querySelector("textarea")]
    field.value = this.#why.textContent = ""
    form.onsubmit = (event) => event.submitter?.value === "report" && this.#send(event, row.id, field)
    this.#dialog.showModal()
  }

  get #why() {
    return this.#dialog.querySelector(".why")
  }

  async #send(event, message, field) {
    event.preventDefault()
    if (!field.value.trim()) return this.#refuse(text("say_why"), field)
    try {
      await rest("POST", `messages/${message}/reports/`, { reason: field.value })
      this.#dialog.close()
      toast(text("reported"))
    } catch (refusal) {
      this.#refuse(sentenceOf(refusal), field)
    }
  }

  // The words stay in the dialog.
  #refuse(sentence, field) {
    this.#why.textContent = sentence
    field.focus()
  }
}
