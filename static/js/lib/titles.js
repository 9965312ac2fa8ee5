import { text } from "./texts.js"

/** What `shared` is called by the person `me`: a direct room has no name of its own, it is known by its others. */
export function nameOf({ kind, name, users = [] }, me) {
  if (kind !== "direct") return name
  return others(users, me).map(({ display_name }) => display_name).join(text("between_names")) || text("notes")
}

/** Whose face stands before a direct room: that of the first of the others, one's own for one's notes. */
export function faceOf({ users }, me) {
  return others(users, me)[0] ?? users[0]
}

const others = (users, me) => users.filter(({ id }) => id !== me)
