import { elementOf } from "./fragment.js"
import { text } from "./texts.js"
import { clockTime, dayName, dayOf } from "./time.js"

const FACES = 3

/** What stands under the roots of a room: how many replies, the last when, and who spoke last, as far as the page knows. */
export class ThreadLines {
  #known = new Map()

  /** A reply came, or one is there already: it is the last, unless a later one is known. */
  hear(row) {
    const line = this.#line(row.thread.root)
    if (row.deleted_at || (line.seq && row.seq <= line.seq)) return
    line.seq = row.seq
    line.at = row.created_at
    const face = elementOf(row).querySelector(".avatar")?.cloneNode(true)
    if (!face) return
    face.classList.add("tiny")
    face.dataset.who = row.author.id
    line.faces = [face, ...line.faces.filter(({ dataset }) => dataset.who !== String(row.author.id))].slice(0, FACES)
  }

  /** Puts on a root what is known of its thread; what the page brought along is taken over. */
  dress(article, row) {
    const link = article.querySelector(".replies")
    if (!link) return
    const line = this.#line(row.id)
    const brought = link.querySelector("time[datetime]")
    if (brought && !line.at) {
      line.at = brought.dateTime
      const people = (link.dataset.people ?? "").split(",")
      line.faces = [...link.querySelectorAll(".avatar")].map((face) => face.cloneNode(true))
      line.faces.forEach((face, at) => (face.dataset.who = people[at]))
    }
    if (!line.at) return
    const when = document.createElement("span")
    when.textContent = text("last_reply", { at: said(line.at) })
    link.replaceChildren(...line.faces.map((face) => face.cloneNode(true)), link.querySelector("b"), when)
  }

  #line(root) {
    if (!this.#known.has(root)) this.#known.set(root, { seq: 0, at: null, faces: [] })
    return this.#known.get(root)
  }
}

function said(moment) {
  return dayOf(moment) === dayOf(Date.now()) ? clockTime(moment) : dayName(moment)
}
