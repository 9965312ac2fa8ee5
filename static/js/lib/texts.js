let texts = null

const language = () => document.documentElement.lang || "en"

/** The sentence `name` of the page's language (templates/messaging/texts.html); `{n}` chooses its plural and fills it. */
export function text(name, values = {}) {
  texts ??= JSON.parse(document.getElementById("texts").textContent)
  const found = texts[name]
  const form = typeof found === "string" ? found : (found[new Intl.PluralRules(language()).select(values.n)] ?? found.other)
  return form.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole)
}

/** A copy of what the page's template `id` holds. */
export function part(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true)
}
