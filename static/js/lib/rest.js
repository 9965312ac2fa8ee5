import { Refusal } from "./refusal.js"

/** Sends JSON to the API in the name of the page's person. Returns the answer's JSON (null for none); fails with a Refusal, which has it as `answer`. */
export async function rest(method, path, body, more = {}) {
  const headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": token(), ...more }
  let answer
  try {
    answer = await fetch(`/api/v1/${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) })
  } catch {
    throw new Refusal({ code: "closed" })
  }
  const said = await answer.json().catch(() => null)
  if (answer.ok) return said
  const { code = "internal", detail, errors, retry_after } = said ?? {}
  throw Object.assign(new Refusal({ code, message: detail, errors, retry_after }), { answer: said })
}

// The cookie is not for scripts; every form of the page has the token.
export function token() {
  return document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? ""
}
