import assert from "node:assert/strict"
import { beforeEach, test } from "node:test"
import { Book } from "../../static/js/lib/book.js"
import { isInRoom, isReply, Threads } from "../../static/js/lib/threads.js"
import { FakeClock, settled } from "./fake_clock.mjs"

const row = (seq, fields = {}) => ({
  id: 100 + seq, seq, event_seq: seq, kind: "message", author: { id: 4 }, mentions: { users: [], all: false }, thread: null, ...fields,
})
const reply = (seq, root, fields = {}) => row(seq, { thread: { root, replies: 0 }, ...fields })
const root = (seq, replies = 1, fields = {}) => row(seq, { thread: { root: 100 + seq, replies }, ...fields })
const history = (...messages) => ({ messages, has_before: false, has_after: false })

test("a root is no reply, with replies or without", () => {
  assert.deepEqual([row(1), root(1), reply(2, 101)].map(isReply), [false, false, true])
})

test("where replies gather, the room shows roots, and replies to what is hidden", () => {
  const rows = [row(1), root(2), reply(3, 102), reply(4, 50)]
  const shown = (place) => rows.filter((one) => isInRoom(one, place)).map(({ seq }) => seq)
  assert.deepEqual(shown({ gathers: false }), [1, 2, 3, 4])
  assert.deepEqual(shown({ gathers: true }), [1, 2])
  assert.deepEqual(shown({ gathers: true, firstRoot: 101 }), [1, 2, 4])
})

test("a thread's log takes its root and its replies from its room, and nothing else", () => {
  const threads = new Threads()
  const { log } = threads.open(7, 102)
  log.close(log.open({}), history(root(2), reply(3, 102)))
  const news = [row(4), reply(5, 102), root(2, 2, { event_seq: 6 }), reply(6, 999)]
  assert.deepEqual(threads.hear(7, news), [{ root: 102, touched: [5, 2] }])
  assert.deepEqual(threads.hear(8, [reply(9, 102)]), [])
  assert.deepEqual(log.sorted.map(({ seq, event_seq }) => [seq, event_seq]), [[2, 6], [3, 3], [5, 5]])
})

test("an older state of a row does not come back", () => {
  const threads = new Threads()
  const { log } = threads.open(7, 102)
  log.close(log.open({}), history(root(2), reply(3, 102, { event_seq: 9 })))
  assert.deepEqual(threads.hear(7, [reply(3, 102, { event_seq: 8 })]), [])
})

test("what comes while the thread is loading finds its place behind the answer", () => {
  const threads = new Threads()
  const { log } = threads.open(7, 102)
  const ticket = log.open({})
  threads.hear(7, [reply(5, 102)])
  log.close(ticket, history(root(2), reply(3, 102)))
  assert.deepEqual(log.sorted.map(({ seq }) => seq), [2, 3, 5])
})

// --- in the book ---

let book, asked, told

const change = (from, to, ...messages) => ({ room: 7, from, to, messages })
const stated = (fields = {}) => ({
  id: 7, name: "engine", head: 10, last_seq: 10, role: "member", notify: null, joined_seq: 1, joined_event_seq: 1,
  last_read_seq: 10, unread: 0, mentions: 0, threads: "threaded", ...fields,
})
const hello = (fields = {}) => book.hear("hello", { epoch: "e", user_seq: 5, connection_id: "c", rooms: [stated()], ...fields })

beforeEach(() => {
  asked = []
  told = []
  book = new Book({ me: 3, timers: new FakeClock(), ask: (type, payload) => new Promise((answer) => asked.push({ type, payload, answer })) })
  for (const type of ["thread", "replies", "mine"]) book.addEventListener(type, ({ detail }) => told.push([type, detail]))
})

test("a reply is never lost from its room: it counts, moves the cursor, and is told to its thread", async () => {
  hello()
  book.threads.open(7, 102)
  const loaded = book.loadThread(102)
  await settled()
  assert.deepEqual(asked[0].payload, { room: 7, thread: 102 })
  asked[0].answer({ epoch: "e", ...history(root(2), reply(3, 102)) })
  await loaded
  told = []
  book.hear("changes", change(10, 11, reply(11, 102)))
  book.hear("changes", change(11, 12, root(2, 2, { event_seq: 12 })))
  const place = book.place(7)
  assert.deepEqual([place.log.cursor, place.counts.unread, place.counts.end], [12, 1, 11])
  assert.deepEqual(told.map(([type, { root: of, touched, rows }]) => [type, of ?? rows.map(({ seq }) => seq), touched]), [
    ["thread", 102, [11]], ["replies", [11], undefined], ["thread", 102, [2]],
  ])
})

test("a thread that was closed meanwhile hears nothing", async () => {
  hello()
  book.threads.open(7, 102)
  const loaded = book.loadThread(102)
  await settled()
  book.threads.close(102)
  asked[0].answer({ epoch: "e", ...history(root(2)) })
  await loaded
  assert.deepEqual(told, [])
})

test("what is personal is told by kind, and all of it where a version was missed", () => {
  hello()
  book.hear("me.changed", { user_seq: 6, kinds: ["drafts"] })
  assert.deepEqual(told, [["mine", { kinds: ["drafts"] }]])
  book.hear("me.changed", { user_seq: 9, kinds: ["saved"] })
  assert.ok(told.at(-1)[1].kinds.includes("drafts"))
  hello({ user_seq: 9 })
  assert.equal(told.length, 2)
  hello({ user_seq: 12 })
  assert.ok(told.at(-1)[1].kinds.includes("drafts"))
})

test("a room whose rule changed is loaded anew from where it stands", () => {
  hello()
  book.place(7).log.close(book.place(7).log.open({}), history(root(2)))
  const stale = []
  book.addEventListener("stale", ({ detail }) => stale.push(detail.room))
  book.restart(7)
  assert.deepEqual([stale, book.place(7).log.sorted, book.place(7).log.cursor], [[7], [], 10])
})

test("replies of others are news where one began the thread, is named, answered or follows", () => {
  hello()
  const { log } = book.place(7)
  log.close(log.open({}), history(root(1, 1, { author: { id: 3 } }), root(2), root(3), root(4)))
  const news = (...rows) => book.concerned(7, rows)
  assert.equal(news(reply(5, 101)), true)
  assert.equal(news(reply(5, 102)), false)
  assert.equal(news(reply(5, 102, { mentions: { users: [3], all: false } })), true)
  assert.equal(news(reply(5, 103, { author: { id: 3 } })), false)
  assert.equal(news(reply(6, 103)), true)
  book.threads.followed.add(104)
  assert.equal(news(reply(7, 104)), true)
})
