/** My emoji under messages whose reactions are too many to name everybody: the `mine` of `history` and `sync`. */
export class Mine {
  #emoji = new Map()

  /** Takes an answer and gives it back. */
  take(answer) {
    for (const [message, emoji] of Object.entries(answer.mine ?? {})) this.#emoji.set(Number(message), emoji)
    return answer
  }

  /** I put an emoji under a message, or took it away. */
  note(message, emoji, isThere) {
    const others = this.under(message).filter((one) => one !== emoji)
    this.#emoji.set(message, isThere ? [...others, emoji] : others)
  }

  /** What I put under the message, as far as it was said. */
  under(message) {
    return this.#emoji.get(message) ?? []
  }
}
