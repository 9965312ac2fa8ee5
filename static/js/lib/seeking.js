const FIELDS = "[data-search]"

const isAsked = ({ key, ctrlKey, metaKey, altKey, shiftKey }) =>
  key?.toLowerCase() === "k" && ctrlKey !== metaKey && !altKey && !shiftKey

/** Ctrl+K, or Cmd+K on a Mac: into a search field of this page, the page's own before the sidebar's; where none is seen, to the page of searching. */
export function seekByKey() {
  addEventListener("keydown", (event) => {
    if (!isAsked(event)) return
    const fields = [...document.querySelectorAll(`main ${FIELDS}, .sidebar ${FIELDS}`)]
    if (!fields.length) return
    event.preventDefault()
    const field = fields.toReversed().find((one) => one.offsetParent)
    if (!field) location.assign(fields[0].form.action)
    field?.focus()
    field?.select()
  })
  if (/Mac|iP/.test(navigator.platform)) for (const hint of document.querySelectorAll("kbd[data-seek]")) hint.textContent = "⌘K"
}
