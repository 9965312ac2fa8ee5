const FINAL = new Set([
  "invalid", "forbidden", "not_found", "method_not_allowed", "unsupported_media_type", "conflict", "too_large",
])

/** Why a command has no ack: the server's error object, or `closed` when the connection went before the answer. */
export class Refusal extends Error {
  constructor({ code, message = "", errors = {}, retry_after = null }) {
    super(message || code)
    Object.assign(this, { code, sentence: message, errors, retryAfter: retry_after })
  }

  /** Final means: do not send it again. Unknown codes are not final, so that nothing is given up by mistake. */
  get isFinal() {
    return FINAL.has(this.code)
  }

  get isClosed() {
    return this.code === "closed"
  }
}
