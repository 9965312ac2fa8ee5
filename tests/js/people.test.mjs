import assert from "node:assert/strict"
import { beforeEach, test } from "node:test"
import { Attention } from "../../static/js/lib/attention.js"
import { Here } from "../../static/js/lib/here.js"
import { Members } from "../../static/js/lib/members.js"
import { Status } from "../../static/js/lib/status.js"
import { Store } from "../../static/js/lib/store.js"
import { Typist } from "../../static/js/lib/typist.js"
import { FakeClock } from "./fake_clock.mjs"
import { FakeStorage } from "./fake_storage.mjs"

const MINUTE = 60_000
let clock

beforeEach(() => {
  clock = new FakeClock()
})

test("a whole statement of who is here forgets whom it does not name", () => {
  const here = new Here()
  here.hear("presence", { users: { 1: "online", 2: "away" }, counts: { 7: 800 }, whole: true })
  here.hear("presence", { users: { 2: "dnd" } })
  assert.deepEqual([here.status(1), here.status(2), here.status(3), here.counts.get(7)], ["online", "dnd", "offline", 800])
  here.hear("presence", { users: { 3: "online" }, whole: true })
  assert.deepEqual([here.status(1), here.status(3), here.counts.get(7)], ["offline", "online", undefined])
})

test("without a connection nobody is known to be here", () => {
  const here = new Here()
  let told = 0
  here.hear("presence", { users: { 1: "online" }, whole: true })
  here.addEventListener("presence", () => (told += 1))
  here.disconnect()
  assert.deepEqual([here.status(1), told], ["offline", 1])
})

test("what is not about people is not taken", () => {
  const here = new Here()
  let told = 0
  for (const type of ["presence", "typing", "read"]) here.addEventListener(type, () => (told += 1))
  for (const type of ["hello", "changes", "typing", "read"]) here.hear(type, {})
  assert.equal(told, 2)
})

test("one says that one types every three seconds, and when one stops", async () => {
  const told = []
  const typist = new Typist({ tell: (active) => told.push([clock.now(), active]), timers: clock })
  for (let second = 0; second < 7; second += 1) {
    typist.typed(false)
    await clock.pass(1000)
  }
  await clock.pass(5000)
  assert.deepEqual(told, [[0, true], [3000, true], [6000, true], [11_000, false]])
})

test("an empty field and sending end it, once", () => {
  const told = []
  const typist = new Typist({ tell: (active) => told.push(active), timers: clock })
  typist.typed(true)
  typist.typed(false)
  typist.typed(true)
  typist.stop()
  assert.deepEqual(told, [true, false])
})

function page() {
  const window = new EventTarget()
  const document = Object.assign(new EventTarget(), { visibilityState: "visible" })
  const hide = (isHidden) => {
    document.visibilityState = isHidden ? "hidden" : "visible"
    document.dispatchEvent(new Event("visibilitychange"))
  }
  return { window, document, hide }
}

test("who does nothing for ten minutes is away, until they do something", async () => {
  const { window, document } = page()
  const turns = []
  const attention = new Attention({ changed: () => turns.push(attention.isAway), timers: clock, page: window, document })
  await clock.pass(9 * MINUTE)
  window.dispatchEvent(new Event("keydown"))
  await clock.pass(9 * MINUTE)
  assert.deepEqual(turns, [])
  await clock.pass(MINUTE)
  window.dispatchEvent(new Event("pointermove"))
  assert.deepEqual(turns, [true, false])
})

test("a page that stays hidden is away after a minute", async () => {
  const { window, document, hide } = page()
  const turns = []
  const attention = new Attention({ changed: () => turns.push(attention.isAway), timers: clock, page: window, document })
  hide(true)
  await clock.pass(MINUTE / 2)
  hide(false)
  hide(true)
  await clock.pass(MINUTE)
  hide(false)
  assert.deepEqual(turns, [true, false])
})

function status({ isQuiet = false, isAway = false, storage = new FakeStorage() } = {}) {
  const told = []
  const attention = { isAway }
  const made = new Status({ store: new Store(storage), user: 3, attention, isQuiet, tell: async (one) => void told.push(one) })
  return { made, told, attention, storage }
}

test("only what differs from what the server takes one for is told", () => {
  const { made, told, attention } = status()
  made.connected()
  attention.isAway = true
  made.look()
  made.look()
  attention.isAway = false
  made.look()
  assert.deepEqual(told, ["away", "online"])
})

test("a chosen away is kept by the next page, and told by its connection", () => {
  const { made, storage } = status()
  made.choose("away")
  const next = status({ storage })
  next.made.connected()
  assert.deepEqual([next.told, next.made.shown], [["away"], "away"])
  next.made.choose("online")
  assert.deepEqual([next.told, status({ storage }).made.shown], [["away", "online"], "online"])
})

test("a page that goes idle leaves do not disturb alone", () => {
  const { made, told, attention } = status({ isQuiet: true })
  made.connected()
  attention.isAway = true
  made.look()
  assert.deepEqual([told, made.shown], [[], "dnd"])
  made.heard(false)
  assert.deepEqual([told, made.shown], [["away"], "away"])
})

test("do not disturb is told once it is chosen", () => {
  const { made, told } = status()
  made.choose("dnd")
  assert.deepEqual([told, made.shown], [["dnd"], "dnd"])
})

test("a choice that is refused leaves all as it was, and what was refused by itself is told again", async () => {
  const told = []
  let isRefused = true
  const tell = async (one) => {
    told.push(one)
    if (isRefused) throw new Error("unavailable")
  }
  const attention = { isAway: false }
  const made = new Status({ store: new Store(new FakeStorage()), user: 3, attention, isQuiet: false, tell })
  await assert.rejects(made.choose("dnd"))
  assert.equal(made.shown, "online")
  attention.isAway = true
  made.look()
  await clock.pass(0)
  isRefused = false
  made.look()
  assert.deepEqual(told, ["dnd", "away", "away"])
})

const people = (...marks) => ({ results: marks.map((mark, index) => ({ user: { id: index + 1 }, last_read_seq: mark })) })

test("members are read once, and what is heard meanwhile counts", async () => {
  let asked = 0
  const members = new Members({ room: 7, ask: async () => ((asked += 1), people(4, 9)) })
  members.note(1, 6)
  members.note(2, 5)
  const [found] = await Promise.all([members.load(), members.load()])
  members.note(2, 12)
  members.note(99, 1)
  assert.deepEqual([asked, found.get(1).mark, found.get(2).mark, found.size], [1, 6, 12, 2])
  members.forget()
  await members.load()
  assert.equal(asked, 2)
})

test("members that could not be read are asked for again", async () => {
  let asked = 0
  const members = new Members({ room: 7, ask: async () => { if (++asked === 1) throw new Error("offline"); return people(4) } })
  assert.equal(await members.load(), null)
  assert.equal((await members.load()).get(1).mark, 4)
})
