import { namesMe } from "./counts.js"
import { part } from "./texts.js"
import { showLocalTimes } from "./time.js"

/** Puts on a message what depends on who looks: "mine", "names-me", pressed reactions, local times, the acts allowed. */
export function dress(article, row, { me, isModerator, mayAct, pressed = [] }) {
  const isMine = row.author.id === me
  article.classList.toggle("mine", isMine)
  article.classList.toggle("names-me", !row.deleted_at && row.kind === "message" && namesMe(row, me))
  for (const mention of article.querySelectorAll(".mention")) mention.classList.toggle("me-too", isOfMe(mention, me))
  for (const reaction of article.querySelectorAll(".reaction[data-emoji]")) press(reaction, me, pressed)
  showLocalTimes(article)
  article.tabIndex = -1
  const acts = article.querySelector(".acts")
  if (row.kind !== "message" || row.deleted_at || !mayAct) acts?.remove()
  else allow(acts ?? article.appendChild(part("message-acts")), { isMine, isModerator })
}

function isOfMe(mention, me) {
  return mention.dataset.user === "all" || Number(mention.dataset.user) === me || mention.dataset.username === "all"
    || (mention.dataset.username !== undefined && mention.dataset.username === document.documentElement.dataset.username)
}

function press(reaction, me, pressed) {
  const { emoji, users = "" } = reaction.dataset
  const isPressed = users.split(",").includes(String(me)) || pressed.includes(emoji)
  reaction.setAttribute("aria-pressed", String(isPressed))
}

function allow(acts, { isMine, isModerator }) {
  for (const act of acts.querySelectorAll("[data-act]")) {
    const isAllowed = { edit: isMine, delete: isMine || isModerator }[act.dataset.act] ?? true
    act.hidden = !isAllowed
  }
}
