/** What a close code asks of the client (protocol, section 8): `reconnect`, `stop` or `sign-in`. */
export function meaningOf(code) {
  if (code === 4401) return "sign-in"
  return [1000, 1002, 1003, 1007, 4400, 4403, 4409].includes(code) ? "stop" : "reconnect"
}

/** Milliseconds that a flood's close reason (`retry_after=SECONDS`) asks for, or null. */
export function askedWait(code, reason) {
  const seconds = code === 4429 && /^retry_after=(\d+)$/.exec(reason || "")?.[1]
  return seconds ? Number(seconds) * 1000 : null
}
