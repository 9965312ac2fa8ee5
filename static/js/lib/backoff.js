const BASE = 500
const CAP = 30_000

/** Milliseconds until the (`tries` + 1)th try: random(0, min(30 s, 0.5 s * 2^tries)). */
export function backoff(tries, random = Math.random) {
  return random() * Math.min(CAP, BASE * 2 ** tries)
}
