import { part } from "./texts.js"

/** Whether what `row` says is not shown unless it is asked for; `blocked` knows whom its reader blocks. */
export function isFolded(row, blocked) {
  return blocked.has(row.author.id) && row.kind === "message" && !row.deleted_at
}

/** Folds a message up, or takes its fold away; one that is folded or opened already stays so. */
export function fold(article, isFolded) {
  article.classList.toggle("blocked", isFolded)
  const present = article.querySelector(".fold")
  if (!isFolded) present?.remove()
  else if (!present) article.querySelector(".body").prepend(part("fold"))
}

/** A message is drawn anew: one that was opened is open again. */
export function keepOpen(old, made) {
  const box = made.querySelector(".fold input")
  if (box) box.checked = Boolean(old.querySelector(".fold input")?.checked)
}
