import assert from "node:assert/strict"
import { beforeEach, test } from "node:test"
import { DraftMarks } from "../../static/js/lib/draft_marks.js"
import { Drafts } from "../../static/js/lib/drafts.js"
import { Store } from "../../static/js/lib/store.js"
import { FakeStorage } from "./fake_storage.mjs"

const ROOM = 7
const known = (body, version = 1) => ({ body, reply_to: null, version })
let drafts, marks

beforeEach(() => {
  drafts = new Drafts({ store: new Store(new FakeStorage()), user: 3 })
  marks = new DraftMarks(drafts)
})

test("where this browser keeps nothing, the server's word holds, as it changes", () => {
  marks.take([ROOM, 8])
  assert.deepEqual([marks.has(ROOM), marks.has(9)], [true, false])
  marks.take([9])
  assert.deepEqual([marks.has(ROOM), marks.has(9)], [false, true])
})

test("words that the server has not yet mark their room, with or without a network", () => {
  drafts.set(ROOM, { body: "half a" })
  assert.ok(marks.has(ROOM))
  drafts.set(ROOM, { body: "half a thought" }, known("half a"))
  assert.ok(marks.has(ROOM))
})

test("what was sent from here leaves no mark, though the server does not know it yet", () => {
  marks.take([ROOM])
  drafts.set(ROOM, { body: "" }, known("half a"))
  assert.ok(!marks.has(ROOM))
})

test("what another device sent or deleted leaves no mark, though this browser keeps its words", () => {
  drafts.set(ROOM, { body: "half a" }, known("half a"))
  marks.take([ROOM])
  assert.ok(marks.has(ROOM))
  marks.take([])
  assert.ok(!marks.has(ROOM))
})

test("blanks, the beginning of an answer and the draft of a thread mark nothing", () => {
  drafts.set(ROOM, { body: "  \n" })
  drafts.set(8, { body: "", reply_to: { id: 5, seq: 2 } })
  drafts.set(`9:12`, { body: "in a thread" })
  assert.deepEqual([ROOM, 8, 9].map((room) => marks.has(room)), [false, false, false])
})
