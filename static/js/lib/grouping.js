import { dayOf, nameOfDay } from "./time.js"

const BLOCK = 5 * 60_000

/**
 * Whether `row` goes on in the block of `before`: the same person, within five minutes, on the same day. In the thread of
 * `root` an answer to it is no quote.
 */
export function isMore(row, before, root = 0) {
  return Boolean(before) && row.kind === "message" && before.kind === "message" && row.author.id === before.author.id
    && (!row.reply_to || row.reply_to.id === root) && new Date(row.created_at) - new Date(before.created_at) < BLOCK
    && dayOf(row.created_at) === dayOf(before.created_at)
}

/** Sets the blocks, the day lines and the "new" line (before `newFrom`, a `seq` or null) among shown `rows`, in order. */
export function group(rows, elements, { newFrom, newText, root = 0 }) {
  let before = null
  for (const row of rows) {
    const article = elements.get(row.seq)
    const isNew = row.seq === newFrom
    const isNewDay = !before || dayOf(before.created_at) !== dayOf(row.created_at)
    setLines(article, [isNewDay && dayOf(row.created_at), isNew && "new"].filter(Boolean), newText)
    article.classList.toggle("more", isMore(row, isNew ? null : before, root))
    before = row
  }
}

/** The lines that stand before a message; those that are right already stay. */
export function linesBefore(article) {
  const lines = []
  for (let at = article.previousElementSibling; at?.classList.contains("line"); at = at.previousElementSibling) lines.unshift(at)
  return lines
}

function setLines(article, wanted, newText) {
  const present = linesBefore(article)
  if (present.map((line) => line.dataset.line).join() === wanted.join()) return
  for (const line of present) line.remove()
  for (const key of wanted) article.before(key === "new" ? newLine(newText) : dayLine(key))
}

function dayLine(day) {
  const time = document.createElement("time")
  time.dateTime = day
  time.textContent = nameOfDay(day)
  return line(time, day)
}

function newLine(words) {
  const made = line(words, "new")
  made.classList.add("new")
  return made
}

function line(content, key) {
  const made = document.createElement("div")
  made.className = "line"
  made.dataset.line = key
  made.append(content)
  return made
}
