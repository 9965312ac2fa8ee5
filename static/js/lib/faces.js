const HUES = 12
const SIDES = { tiny: 20, small: 30, "": 36, big: 64 }
const WIDE = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}]/u

/** The face of a person as the server draws it (its `avatar`): the picture, else initials on their own tint. */
export function face({ id, display_name, avatar_url }, size = "") {
  const made = document.createElement(avatar_url ? "img" : "span")
  made.className = `avatar ${size}`.trim()
  if (avatar_url) Object.assign(made, { src: avatar_url, alt: "", loading: "lazy", width: SIDES[size], height: SIDES[size] })
  else {
    made.dataset.hue = id % HUES
    made.ariaHidden = "true"
    made.textContent = initials(display_name)
  }
  return made
}

/** One or two letters to know `name` by; of a name in Chinese, Japanese or Korean its first character. */
export function initials(name) {
  const words = name.trim().split(/\s+/).map((word) => [...word])
  const first = words[0][0] ?? "?"
  return (words.length === 1 || WIDE.test(first) ? first : first + words.at(-1)[0]).toUpperCase()
}
