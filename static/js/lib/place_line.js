import { face } from "./faces.js"
import { part, text } from "./texts.js"
import { faceOf, nameOf } from "./titles.js"

/** The line of a room in the sidebar for the person `me`, as rooms/place.html and rooms/place_direct.html draw it. Its numbers come by `show`. */
export function placeLine(id, shared, { me, isCurrent }) {
  const item = part(`place-${shared.kind}`)
  const link = item.querySelector("a")
  link.href = `/rooms/${id}/`
  link.dataset.room = id
  if (isCurrent) link.setAttribute("aria-current", "page")
  if (shared.kind === "direct") link.prepend(faceWithDot(shared, me))
  return item
}

/** Puts on a line what the book knows of its room now, and whether a draft waits there. */
export function show(link, { shared, personal, counts }, { me, hasDraft }) {
  const { unread, mentions } = counts
  const isMuted = personal.notify === "nothing"
  const isDirect = shared.kind === "direct"
  const badge = isDirect ? !isMuted && unread : mentions
  const name = link.querySelector(".name")
  name.textContent = nameOf(shared, me)
  link.classList.toggle("unread", unread > 0 && !isMuted)
  link.classList.toggle("muted", isMuted)
  for (const old of link.querySelectorAll(".draft, .count, .badge")) old.remove()
  if (hasDraft) link.append(part("draft-mark"))
  if (badge || (unread && !isMuted)) link.append(number(badge || unread, badge ? "badge" : "count", badge && !isDirect ? "want_you" : "unread"))
}

/** Puts a line where the server would: rooms by their names; a conversation that somebody begins wants one, so it comes first. */
export function insert(list, item, { kind }) {
  if (kind === "direct") return list.prepend(item)
  const named = (line) => line.querySelector(".name").textContent.toLowerCase()
  const next = [...list.children].find((line) => named(line) > named(item))
  next ? next.before(item) : list.append(item)
}

// Of two one sees whether the other is here.
function faceWithDot(shared, me) {
  const person = faceOf(shared, me)
  if (shared.users.length !== 2) return face(person, "tiny")
  const dot = document.createElement("status-dot")
  dot.dataset.user = person.id
  dot.append(face(person, "tiny"))
  return dot
}

function number(count, kind, word) {
  const made = document.createElement("span")
  made.className = kind
  made.textContent = count > 999 ? "999+" : count
  const said = document.createElement("span")
  said.className = "said"
  said.textContent = ` ${text(word, { n: count })}`
  made.append(said)
  return made
}
