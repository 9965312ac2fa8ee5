import { backoff } from "./backoff.js"
import { clock } from "./clock.js"

const PAUSE = 2000
/** What a draft is that is none. */
export const NOTHING = { body: "", reply_to: null }

/**
 * One draft on this device and on the server. The device keeps it at once, the server gets it after a pause; what another
 * device wrote is taken where this one's field is as both knew it, and else both stay, one's own below the other.
 *
 * `read()` gives what stands in the field, {body, reply_to}, `show(content)` puts another there, `keep(content, known)`
 * keeps it on this device. `server` has `put(content, version)`, `remove(version)` and `fetch()`, promises of a draft or
 * null. `known` is the draft that the server and this device agreed on last.
 */
export class DraftSync {
  #known = null
  #timer = null
  #isBusy = false
  #isAsked = false
  #generation = 0
  #tries = 0

  constructor({ read, show, keep, server, timers = clock }) {
    Object.assign(this, { read, show, keep, server, timers })
  }

  /** Begins with what this device knew (null: nothing) and what the page brought from the server (null: no draft). */
  begin(known, drawn) {
    this.#known = known
    this.hear(drawn)
    if (this.#isDirty()) this.#schedule()
  }

  /** The field changed: what is empty now, the server forgets at once. */
  changed() {
    this.#keep()
    this.#schedule(this.read().body.trim() ? PAUSE : 0)
  }

  /** The server's draft is `theirs` by now, null for none. */
  hear(theirs) {
    const mine = this.read()
    if ((theirs?.version ?? 0) === (this.#known?.version ?? 0)) return
    if (theirs && this.#known && theirs.version < this.#known.version) return
    const isUntouched = isSame(mine, this.#known ?? NOTHING)
    if (!isSame(mine, theirs ?? NOTHING)) {
      if (isUntouched) this.show(theirs ?? NOTHING)
      else if (theirs) this.show(both(theirs, mine))
    }
    this.#known = theirs
    this.#keep()
    if (this.#isDirty()) this.#schedule()
  }

  /** Another device, or another page, changed something: asks what stands there now. */
  async refresh() {
    if (this.#isBusy) return (this.#isAsked = true)
    const generation = this.#generation
    let theirs
    try {
      theirs = await this.server.fetch()
    } catch {
      return // No connection: whoever hears of one again asks anew.
    }
    // What was written meanwhile is newer than this answer.
    if (generation === this.#generation) this.hear(theirs)
    else this.refresh()
  }

  /** There is a connection again. */
  connect() {
    this.#tries = 0
    if (this.#isDirty()) this.#schedule(0)
  }

  /** The page goes: what waits is sent now. */
  flush() {
    if (this.#timer) this.#push()
  }

  stop() {
    this.timers.cancel(this.#timer)
    this.#timer = null
  }

  #isDirty() {
    const mine = this.read()
    return mine.body.trim() ? !isSame(mine, this.#known ?? NOTHING) : this.#known !== null
  }

  #schedule(wait = PAUSE) {
    this.timers.cancel(this.#timer)
    this.#timer = this.timers.after(wait, () => this.#push())
  }

  async #push() {
    this.stop()
    if (this.#isBusy || !this.#isDirty()) return
    this.#isBusy = true
    this.#generation += 1
    let theirs = null
    let wait = PAUSE
    try {
      await this.#send()
      this.#tries = 0
    } catch (refusal) {
      if (refusal.code === "conflict" && refusal.answer?.draft) theirs = refusal.answer.draft
      else wait = this.#waitAfter(refusal)
    }
    this.#isBusy = false
    this.#generation += 1
    this.#keep()
    if (theirs) this.hear(theirs)
    else if (wait !== null && this.#isDirty()) this.#schedule(wait)
    if (this.#isAsked) {
      this.#isAsked = false
      this.refresh()
    }
  }

  async #send() {
    const mine = this.read()
    const version = this.#known?.version ?? null
    if (mine.body.trim()) this.#known = await this.server.put(mine, version)
    else {
      await this.server.remove(version)
      this.#known = null
    }
  }

  // What is refused for good waits for the next change, what found no connection for the next one.
  #waitAfter(refusal) {
    if (refusal.isFinal || refusal.isClosed) return null
    return refusal.retryAfter == null ? backoff(this.#tries++, this.timers.random) + PAUSE : refusal.retryAfter * 1000
  }

  #keep() {
    this.keep(this.read(), this.#known)
  }
}

/** Whether two drafts, {body, reply_to}, say the same. */
export function isSame(one, other) {
  return one.body === other.body && (one.reply_to?.id ?? null) === (other.reply_to?.id ?? null)
}

function both(theirs, mine) {
  const reply_to = mine.reply_to ?? theirs.reply_to
  if (mine.body.includes(theirs.body)) return { body: mine.body, reply_to }
  if (theirs.body.includes(mine.body)) return { body: theirs.body, reply_to }
  return { body: `${theirs.body}\n\n${mine.body}`, reply_to }
}
