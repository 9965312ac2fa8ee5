import assert from "node:assert/strict"
import { test } from "node:test"
import { Book } from "../../static/js/lib/book.js"
import { Refusal } from "../../static/js/lib/refusal.js"
import { chance } from "./fake_chance.mjs"
import { FakeClock, settled } from "./fake_clock.mjs"
import { World } from "./fake_world.mjs"

const ROOMS = [7, 8, 9]
const SHOWN = [7, 8]
const RUNS = Number(process.env.RUNS ?? 150)

/** A client on a bad line to a world in motion: frames are lost, doubled, joined and out of order; answers come late. */
class Story {
  constructor(seed) {
    this.chance = chance(seed)
    this.clock = new FakeClock()
    this.world = new World(this.chance, ROOMS)
    this.line = []
    this.asked = []
    this.late = new Set()
    this.isUp = false
    this.book = new Book({ me: this.world.me, timers: this.clock, ask: (type, payload) => this.ask(type, payload) })
    this.book.addEventListener("stale", ({ detail }) => SHOWN.includes(detail.room) && this.load(detail.room))
  }

  ask(type, payload) {
    return new Promise((resolve, reject) => {
      if (!this.isUp) reject(new Refusal({ code: "closed" }))
      else this.asked.push({ type, payload, resolve, reject })
    })
  }

  /** As a page does: what was refused for now is asked again; a lost answer is asked again after `hello`. */
  load(room, bounds = {}) {
    this.book.load(room, bounds).catch((refusal) => {
      if (!refusal.isFinal && !refusal.isClosed) this.clock.after(500, () => this.book.place(room) && this.load(room, bounds))
    })
  }

  connect() {
    this.line = []
    this.isUp = true
    this.book.hear("hello", this.world.hello())
    for (const room of SHOWN) if (this.book.place(room) && !this.book.place(room).log.ranges.isLive) this.load(room)
  }

  disconnect() {
    this.isUp = false
    this.book.disconnect()
    for (const { reject } of [...this.asked.splice(0), ...this.late]) reject(new Refusal({ code: "closed" }))
    this.late.clear()
  }

  /** The world answers one question, sooner or later than others. */
  answer() {
    const [question] = this.asked.splice(this.chance.below(this.asked.length), 1)
    if (!question) return
    if (this.chance.one(0.1)) return question.reject(new Refusal({ code: "rate_limited", retry_after: 1 }))
    let payload
    try {
      payload = structuredClone(this.world.answer(question.type, question.payload))
    } catch (error) {
      return question.reject(new Refusal(error))
    }
    if (this.chance.one(0.7)) return question.resolve(payload)
    this.late.add(question)
    this.clock.after(this.chance.below(50), () => this.late.delete(question) && question.resolve(payload))
  }

  tell(change) {
    if (!change || !this.isUp || !this.world.members.has(change.room) || this.chance.one(0.15)) return
    const last = this.line.at(-1)
    if (last?.type === "changes" && last.payload.room === change.room && last.payload.to === change.from && this.chance.one(0.2)) {
      const row = change.messages[0]
      const kept = last.payload.messages.filter((one) => one.seq !== row.seq)
      last.payload = { room: change.room, from: last.payload.from, to: change.to, messages: [...kept, row] }
      return
    }
    this.line.push({ type: "changes", payload: structuredClone(change) })
    if (this.chance.one(0.1)) this.line.push(structuredClone(this.line.at(-1)))
    if (this.chance.one(0.2)) this.#swap()
  }

  #swap() {
    const [a, b] = this.line.slice(-2)
    if (a?.type === "changes" && b?.type === "changes") this.line.splice(-2, 2, b, a)
  }

  tellMe(frames) {
    for (const frame of frames) {
      if (this.isUp && (frame.type === "room.left" || !this.chance.one(0.2))) this.line.push(structuredClone(frame))
    }
  }

  deliver() {
    const frame = this.line.shift()
    if (frame && this.isUp) this.book.hear(frame.type, frame.payload)
  }

  step() {
    const room = this.chance.pick(ROOMS)
    const isMember = this.world.members.has(room)
    const dice = this.chance.below(100)
    if (dice < 22) this.tell(this.world.post(room))
    else if (dice < 32) this.tell(this.world.touch(room))
    else if (dice < 35) this.tell(this.world.system(room))
    else if (dice < 37 && isMember) this.tellMe([this.world.mark(room)])
    else if (dice < 39) this.tellMe(isMember ? this.world.leave(room) : [this.world.join(room)])
    else if (dice < 40) for (let index = 0; index < 50; index += 1) this.world.post(room)
    else if (dice < 42) this.isUp ? this.disconnect() : this.connect()
    else if (dice < 45 && this.isUp) this.line.push({ type: "heads", payload: this.world.heads() })
    else if (dice < 47 && this.isUp) this.page(this.chance.pick(SHOWN))
    else if (dice < 48 && this.isUp && this.book.place(room)) this.book.read(room, this.world.lastSeq(room)).catch(() => {})
    else if (dice === 48 && this.chance.one(0.2)) this.#restore()
    else if (dice < 70) this.answer()
    else this.deliver()
  }

  #restore() {
    if (this.isUp) this.disconnect()
    this.world.restore()
  }

  page(room) {
    if (!this.book.place(room)) return
    const seq = this.chance.below(this.world.lastSeq(room)) + 1
    this.load(room, this.chance.pick([{ before: seq }, { after: seq }, { around: seq }]))
  }

  /** The weather clears: all that waits arrives, and `heads` tells what was lost. */
  async calm() {
    if (!this.isUp) this.connect()
    for (let round = 0; round < 200; round += 1) {
      while (this.line.length) this.deliver()
      if (round % 20 === 0) this.book.hear("heads", this.world.heads())
      while (this.asked.length) {
        this.answer()
        await settled()
      }
      await this.clock.pass(2000)
    }
  }

  check() {
    assert.deepEqual(this.book.places.map(({ id }) => id).sort(), [...this.world.members.keys()].sort(), "the same rooms")
    for (const { id, log, counts } of this.book.places) {
      const { head, rows } = this.world.rooms.get(id)
      assert.equal(log.cursor, head, `cursor of ${id}`)
      assert.equal(log.hasGap, false)
      const shown = [...rows.values()].filter(({ seq }) => log.ranges.has(seq)).sort((a, b) => a.seq - b.seq)
      assert.deepEqual(log.sorted, shown, `rows of ${id}`)
      assert.equal(log.ranges.isLive, SHOWN.includes(id))
      assert.deepEqual({ unread: counts.unread, mentions: counts.mentions }, this.world.count(id), `counts of ${id}`)
    }
  }
}

test(`${RUNS} stories of a bad line end in the state that a fresh load has`, async () => {
  for (let seed = 1; seed <= RUNS; seed += 1) {
    const story = new Story(seed)
    story.connect()
    for (let index = 0; index < 300; index += 1) {
      story.step()
      if (story.chance.one(0.5)) await settled()
      if (story.chance.one(0.1)) await story.clock.pass(story.chance.below(1500))
    }
    await story.calm()
    try {
      story.check()
    } catch (error) {
      error.message = `Seed ${seed}: ${error.message}`
      throw error
    }
  }
})
