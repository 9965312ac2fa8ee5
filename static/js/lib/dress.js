import { namesMe } from "./counts.js"
import { part } from "./texts.js"
import { showLocalTimes } from "./time.js"

/** Puts on a message what depends on who looks: "mine", "names-me", pressed reactions, local times, the acts allowed. */
export function dress(article, row, { me, isModerator, mayAct, pressed = [] }) {
  const isMine = row.author.id === me
  article.classList.toggle("mine", isMine)
  article.classList.toggle("names-me", !row.deleted_at && row.kind === "message" && namesMe(row, me))
  for (const mention of article.querySelectorAll(".mention")) {
    mention.classList.toggle("me-too", Number(mention.dataset.user) === me || "all" in mention.dataset)
  }
  for (const reaction of article.querySelectorAll(".reaction[data-emoji]")) press(reaction, me, pressed)
  showLocalTimes(article)
  article.tabIndex = -1
  // The page's own are links and forms for those without scripts.
  article.querySelector(".acts")?.remove()
  if (row.kind === "message" && !row.deleted_at && mayAct) article.append(acts({ isMine, isModerator }))
}

function press(reaction, me, pressed) {
  const { emoji, users = "" } = reaction.dataset
  // What the page itself brought was marked by the server, which knows of more than the hundred people listed.
  const isMarked = reaction.getAttribute("aria-pressed") === "true"
  const isPressed = isMarked || users.split(",").includes(String(me)) || pressed.includes(emoji)
  reaction.setAttribute("aria-pressed", String(isPressed))
}

function acts({ isMine, isModerator }) {
  const made = part("message-acts")
  for (const act of made.querySelectorAll("[data-act]")) {
    act.hidden = !({ edit: isMine, delete: isMine || isModerator }[act.dataset.act] ?? true)
  }
  return made
}
