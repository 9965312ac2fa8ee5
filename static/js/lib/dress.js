import { namesMe } from "./counts.js"
import { fold, isFolded } from "./folding.js"
import { part, text } from "./texts.js"
import { showLocalTimes } from "./time.js"

const NOBODY = new Set()

/** Puts on a message what depends on who looks: "mine", "names-me", the fold, pressed reactions, local times, the acts allowed. */
export function dress(article, row, { me, isModerator, mayAct, pressed = [], blocked = NOBODY, isDirect, isSaved }) {
  const isMine = row.author.id === me
  article.classList.toggle("mine", isMine)
  article.classList.toggle("names-me", !row.deleted_at && row.kind === "message" && namesMe(row, me))
  for (const mention of article.querySelectorAll(".mention")) {
    mention.classList.toggle("me-too", Number(mention.dataset.user) === me || "all" in mention.dataset)
  }
  for (const reaction of article.querySelectorAll(".reaction[data-emoji]")) press(reaction, me, pressed)
  if (row.kind === "message") fold(article, isFolded(row, blocked))
  showLocalTimes(article)
  article.tabIndex = -1
  // The page's own are links and forms for those without scripts.
  article.querySelector(".acts")?.remove()
  if (row.kind === "message" && !row.deleted_at) article.append(acts(article, { isMine, mayAct, isSaved, isModerator, isDirect }))
}

function press(reaction, me, pressed) {
  const { emoji, users = "" } = reaction.dataset
  // What the page itself brought was marked by the server, which knows of more than the hundred people listed.
  const isMarked = reaction.getAttribute("aria-pressed") === "true"
  const isPressed = isMarked || users.split(",").includes(String(me)) || pressed.includes(emoji)
  reaction.setAttribute("aria-pressed", String(isPressed))
}

// Who may only look may still report, and keep it for later.
function acts(article, { isMine, isModerator, mayAct, isDirect, isSaved }) {
  const made = part("message-acts")
  const may = { edit: isMine, delete: isMine || isModerator, pin: isModerator || isDirect }
  for (const act of made.querySelectorAll("[data-act]")) {
    const { act: name } = act.dataset
    act.hidden = !(name === "save" || (name === "report" ? !isMine : mayAct && (may[name] ?? true)))
  }
  made.querySelector("[data-act=save]").setAttribute("aria-pressed", String(Boolean(isSaved)))
  if (article.dataset.pinned) made.querySelector("[data-act=pin]").title = made.querySelector("[data-act=pin]").ariaLabel = text("unpin")
  return made
}
