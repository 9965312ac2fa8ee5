import { Editing } from "./editing.js"
import { EmojiPicker } from "./reacting.js"
import { Reporting } from "./reporting.js"
import { part, text } from "./texts.js"
import { sentenceOf, toast } from "./toast.js"

/** What can be done to a message of a list: react, reply, save, pin, edit, delete, report, by mouse and by keyboard. */
export class Acts {
  #picker = null
  #dialog = null
  #reporting = new Reporting()

  /** `row(seq)` is the message's row; `mine` remembers one's own emoji; `reply` and `editClosed` belong to the composer, `thread` opens one. */
  constructor({ list, command, row, mine, saved, reply, thread = () => {}, editClosed }) {
    Object.assign(this, { list, command, row, mine, saved, reply, thread })
    this.editing = new Editing({ command, open: (article, form) => list.open(article, form), closed: editClosed })
    list.addEventListener("click", (event) => this.#click(event))
  }

  /** Opens the editor of the person's last message that is loaded. */
  editLast() {
    const mine = [...this.list.log.querySelectorAll(".message.mine[data-seq]")]
    const last = mine.reverse().find((article) => !this.row(Number(article.dataset.seq))?.deleted_at)
    if (last) this.editing.begin(last, this.row(Number(last.dataset.seq)))
  }

  #click(event) {
    const button = event.target.closest("[data-act], .reaction[data-emoji]")
    const article = button?.closest("[data-seq]")
    const row = article && this.row(Number(article.dataset.seq))
    if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    const { act } = button.dataset
    if (!act) this.#toggle(button, row)
    else if (act === "react") this.#react(button, row)
    else if (act === "reply") this.reply(row, article)
    else if (act === "thread") this.thread(row)
    else if (act === "save") this.#save(button, row)
    else if (act === "pin") this.#send("pinned" in article.dataset ? "message.unpin" : "message.pin", { message: row.id })
    else if (act === "edit") this.editing.begin(article, row)
    else if (act === "delete") this.#delete(row)
    else if (act === "report") this.#reporting.open(row)
  }

  #react(button, row) {
    this.#picker ??= new EmojiPicker()
    this.#picker.open(button, (emoji) => this.#send("reaction.add", { message: row.id, emoji }))
  }

  async #toggle(button, row) {
    const isPressed = button.getAttribute("aria-pressed") === "true"
    button.setAttribute("aria-pressed", String(!isPressed))
    const isDone = await this.#send(isPressed ? "reaction.remove" : "reaction.add", { message: row.id, emoji: button.dataset.emoji })
    if (!isDone) button.setAttribute("aria-pressed", String(isPressed))
    else this.mine.note(row.id, button.dataset.emoji, !isPressed)
  }

  async #save(button, row) {
    try {
      const isKept = await this.saved.toggle(row.id)
      button.setAttribute("aria-pressed", String(isKept))
      toast(text(isKept ? "saved" : "unsaved"))
    } catch (refusal) {
      toast(sentenceOf(refusal))
    }
  }

  #delete(row) {
    this.#dialog ??= document.body.appendChild(part("delete-dialog"))
    this.#dialog.returnValue = ""
    this.#dialog.onclose = () => this.#dialog.returnValue === "delete" && this.#send("message.delete", { message: row.id })
    this.#dialog.showModal()
  }

  async #send(type, payload) {
    try {
      await this.command(type, payload)
      return true
    } catch (refusal) {
      toast(sentenceOf(refusal))
      return false
    }
  }
}
