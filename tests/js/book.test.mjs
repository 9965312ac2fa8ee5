import assert from "node:assert/strict"
import { beforeEach, test } from "node:test"
import { Book } from "../../static/js/lib/book.js"
import { Refusal } from "../../static/js/lib/refusal.js"
import { FakeClock, settled } from "./fake_clock.mjs"

const ME = 3
let book, asked, told, clock

const row = (seq, fields = {}) => ({ seq, event_seq: seq, kind: "message", author: { id: 4 }, mentions: { users: [], all: false }, ...fields })
const change = (from, to, ...messages) => ({ room: 7, from, to, messages })
const stated = (fields = {}) => ({
  id: 7, name: "engine", head: 10, last_seq: 10, role: "member", notify: null, joined_seq: 1, joined_event_seq: 1,
  last_read_seq: 10, unread: 0, mentions: 0, ...fields,
})
const hello = (fields = {}, ...rooms) => book.hear("hello", { epoch: "e", user_seq: 5, rooms: rooms.length ? rooms : [stated()], ...fields })
const counts = () => ({ unread: book.place(7).counts.unread, mentions: book.place(7).counts.mentions })
const commands = () => asked.map(({ type, payload }) => [type, payload])

beforeEach(() => {
  asked = []
  told = []
  clock = new FakeClock()
  book = new Book({ me: ME, timers: clock, ask: (type, payload) => new Promise((answer, refuse) => asked.push({ type, payload, answer, refuse })) })
  for (const type of ["stale", "gone", "rows"]) book.addEventListener(type, ({ detail }) => told.push([type, detail.room]))
})

test("a room that was not held begins at its head and wants its history", () => {
  hello()
  assert.deepEqual([book.place(7).log.cursor, told], [10, [["stale", 7]]])
})

test("what changed between the drawing of the page and the connection is asked for", () => {
  const heard = (userSeq) => {
    const mine = []
    book = new Book({ me: ME, userSeq, timers: clock, ask: () => new Promise(() => {}) })
    book.addEventListener("mine", ({ detail }) => mine.push(...detail.kinds))
    hello()
    return mine
  }
  assert.deepEqual(heard(5), [])
  assert.ok(heard(4).includes("drafts") && heard(4).includes("settings"))
})

test("a room that the page brought keeps its cursor, and a differing head means sync", async () => {
  book.seed(7, { epoch: "e", cursor: 8, joined: 1 })
  hello()
  await settled()
  assert.deepEqual(commands(), [["sync", { epoch: "e", rooms: [{ room: 7, after: 8 }] }]])
  asked[0].answer({ epoch: "e", rooms: [{ ...change(8, 10, row(9), row(10)), head: 10, more: false }] })
  await settled()
  assert.equal(book.place(7).log.cursor, 10)
})

test("gaps in many rooms are one sync, and more is asked for more", async () => {
  hello({}, stated(), stated({ id: 8 }))
  book.hear("changes", change(11, 12, row(12)))
  book.hear("changes", { ...change(11, 12, row(12)), room: 8 })
  await settled()
  assert.deepEqual(asked[0].payload.rooms.map(({ room }) => room), [7, 8])
  asked[0].answer({ epoch: "e", rooms: [{ ...change(10, 11, row(11)), more: true }, { ...change(10, 10), room: 8, more: true }] })
  await settled()
  assert.deepEqual(asked[1].payload.rooms, [{ room: 7, after: 12 }, { room: 8, after: 10 }])
})

test("a sync that is refused for now is asked again after the time it named", async () => {
  hello()
  book.hear("changes", change(11, 12, row(12)))
  await settled()
  asked[0].refuse(new Refusal({ code: "rate_limited", retry_after: 2 }))
  await clock.pass(1999)
  assert.equal(asked.length, 1)
  await clock.pass(1)
  assert.equal(asked.length, 2)
})

test("another epoch drops what was held, even where nothing else differs", () => {
  hello()
  book.place(7).log.close(book.place(7).log.open({}), { messages: [row(10)], has_before: true, has_after: false })
  hello({ epoch: "another" })
  assert.deepEqual([book.place(7).log.sorted, told], [[], [["stale", 7], ["stale", 7]]])
})

test("a room missing from hello is dropped, one joined anew is loaded anew", () => {
  hello()
  hello({}, stated({ id: 8 }))
  hello({}, stated({ joined_event_seq: 30, head: 30 }))
  assert.deepEqual(told, [["stale", 7], ["gone", 7], ["stale", 8], ["gone", 8], ["stale", 7]])
})

test("room.left of an earlier membership is ignored", () => {
  hello({}, stated({ joined_event_seq: 9 }))
  book.hear("room.left", { room: 7, event_seq: 8, reason: "removed" })
  assert.notEqual(book.place(7), undefined)
  book.hear("room.left", { room: 7, event_seq: 11, reason: "removed" })
  assert.equal(book.place(7), undefined)
  book.hear("changes", change(10, 11, row(11)))
})

test("counts begin with the statement and add what others write above it", () => {
  hello({}, stated({ last_read_seq: 8, unread: 2, mentions: 1 }))
  book.hear("changes", change(10, 11, row(10, { event_seq: 11 })))
  book.hear("changes", change(11, 12, row(11, { event_seq: 12, mentions: { users: [ME], all: false } })))
  book.hear("changes", change(12, 13, row(12, { event_seq: 13, kind: "system" })))
  book.hear("changes", change(13, 14, row(13, { event_seq: 14, author: { id: ME } })))
  book.hear("changes", change(14, 15, row(11, { event_seq: 15, mentions: { users: [], all: false }, deleted_at: "now" })))
  assert.deepEqual(counts(), { unread: 3, mentions: 1 })
})

test("one's own post moves the mark where nothing was unread", () => {
  hello()
  book.hear("changes", change(10, 11, row(11, { author: { id: ME } })))
  assert.equal(book.place(7).counts.lastRead, 11)
})

test("personal members come only from a statement that is not older", () => {
  hello({ user_seq: 5 }, stated({ last_read_seq: 8, unread: 2 }))
  book.hear("rooms.changed", { user_seq: 4, rooms: [stated({ unread: 9 })], gone: [7] })
  assert.equal(counts().unread, 2)
  book.hear("rooms.changed", { user_seq: 6, rooms: [stated()], gone: [] })
  assert.equal(counts().unread, 0)
})

test("a version that was skipped, or one in heads, asks rooms", async () => {
  hello()
  book.hear("me.changed", { user_seq: 6, kinds: ["drafts"] })
  await settled()
  assert.deepEqual(commands(), [])
  book.hear("me.changed", { user_seq: 8, kinds: ["drafts"] })
  await settled()
  asked[0].answer({ user_seq: 8, rooms: [stated()] })
  await settled()
  book.hear("heads", { user_seq: 9, rooms: {} })
  await settled()
  assert.deepEqual(commands(), [["rooms", {}], ["rooms", {}]])
})

test("an answer to rooms that is older than what was told is asked for again", async () => {
  hello()
  book.hear("heads", { user_seq: 6, rooms: {} })
  await settled()
  book.hear("rooms.changed", { user_seq: 7, rooms: [stated({ id: 8 })], gone: [] })
  asked[0].answer({ user_seq: 6, rooms: [stated()] })
  await settled()
  assert.notEqual(book.place(8), undefined)
  assert.equal(asked.at(-1).type, "rooms")
})

test("heads above a cursor mean sync", async () => {
  hello()
  book.hear("heads", { user_seq: 5, rooms: { 7: 12, 99: 4 } })
  await settled()
  assert.deepEqual(commands(), [["sync", { epoch: "e", rooms: [{ room: 7, after: 10 }] }]])
})

test("a room that one only looks at outlives hello as it was loaded", async () => {
  book.seed(7, { epoch: "e", cursor: 8, joined: null, watch: true })
  hello({}, stated({ id: 8 }))
  await settled()
  assert.deepEqual(commands(), [])
  assert.ok(book.place(7))
})

test("what it does not know it ignores", () => {
  hello()
  book.hear("presence", { users: {} })
  book.hear("constructor", {})
  book.hear("changes", { ...change(10, 11, row(11)), room: 4711 })
})
