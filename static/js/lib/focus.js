/** Replaces `old` by `made`; a focus inside goes to the same thing in the new element. */
export function replaceKeepingFocus(old, made) {
  const inside = old.contains(document.activeElement) ? document.activeElement : null
  const place = inside && placeOf(inside, old)
  old.replaceWith(made)
  if (inside) (place === "" ? made : (made.querySelector(place) ?? made)).focus({ preventScroll: true })
}

function placeOf(inside, root) {
  if (inside === root) return ""
  const { act, emoji } = inside.dataset
  if (act) return `[data-act="${CSS.escape(act)}"]`
  if (emoji) return `[data-emoji="${CSS.escape(emoji)}"]`
  return inside.tagName.toLowerCase()
}

/** Moves the focus among `elements` by an arrow key's `step`, from the one that has it, else to the last. */
export function moveFocus(elements, step) {
  const at = elements.findIndex((element) => element.contains(document.activeElement))
  const next = elements[at === -1 ? elements.length - 1 : Math.min(Math.max(at + step, 0), elements.length - 1)]
  next?.focus()
}
