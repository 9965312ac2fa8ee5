import { Errand } from "./errand.js"

const PAGE = 50

/** Loads a room's history into its log, piece by piece: what `want` names, one question at a time. */
export class Pager {
  #bounds = null
  #errand

  /** `load(bounds)` asks; `loaded(bounds)` is called when the log has it; `busy(isBusy)` while one is asked. */
  constructor({ load, loaded, busy }) {
    Object.assign(this, { load, loaded, busy })
    this.#errand = new Errand(() => this.#act())
  }

  /** Wants the newest messages ({}), or those `before`, `after` or `around` a `seq`. A later wish takes the place of an earlier. */
  want(bounds) {
    this.#bounds = { ...bounds, limit: PAGE }
    this.#errand.want()
  }

  /** Wants what lies beyond the end of `range` that the reader comes near to; nothing while something is asked. */
  approach(range, scroll) {
    const [low, high] = range ?? [1, Infinity]
    if (this.isBusy) return
    if (low > 1 && scroll.isNearStart) this.want({ before: low })
    else if (high !== Infinity && scroll.isNearBottom) this.want({ after: high })
  }

  get isBusy() {
    return this.#bounds !== null
  }

  /** There is a connection again: what was not answered is asked once more. */
  connect() {
    if (this.#bounds) this.#errand.want()
  }

  disconnect() {
    this.#errand.disconnect()
    this.busy(false)
  }

  async #act() {
    const bounds = this.#bounds
    if (!bounds) return
    this.busy(true)
    try {
      await this.load(bounds)
    } catch (refusal) {
      if (!refusal.isFinal) throw refusal
      this.#bounds = null
      return
    } finally {
      this.busy(false)
    }
    if (this.#bounds === bounds) this.#bounds = null
    else this.#errand.want()
    this.loaded(bounds)
  }
}
