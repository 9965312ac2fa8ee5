import assert from "node:assert/strict"
import { beforeEach, test } from "node:test"
import { Outbox } from "../../static/js/lib/outbox.js"
import { Refusal } from "../../static/js/lib/refusal.js"
import { Shelf } from "../../static/js/lib/shelf.js"
import { Store } from "../../static/js/lib/store.js"
import { FakeClock, settled } from "./fake_clock.mjs"
import { FakeStorage } from "./fake_storage.mjs"

let clock, storage, sent, outbox, told

function open(user = 3) {
  const shelf = new Shelf({ store: new Store(storage), user })
  const send = (entry) => new Promise((ack, refuse) => {
    sent.push({ entry, ack: (payload = {}) => (ack(payload), settled()), refuse: (error) => (refuse(new Refusal(error)), settled()) })
  })
  const box = new Outbox({ shelf, send, timers: clock })
  box.addEventListener("change", ({ detail }) => told.push(`${detail.what} ${detail.entry.body}`))
  return box
}

const bodies = () => sent.map(({ entry }) => entry.body)
const write = (room, ...words) => words.map((body) => outbox.add({ room, body }))

beforeEach(() => {
  clock = new FakeClock()
  storage = new FakeStorage()
  sent = []
  told = []
  outbox = open()
  outbox.connect()
})

test("sends in order, one unanswered per room, other rooms meanwhile", async () => {
  write(1, "a", "b")
  write(2, "c")
  assert.deepEqual(bodies(), ["a", "c"])
  await sent[0].ack()
  assert.deepEqual(bodies(), ["a", "c", "b"])
})

test("an acked message is gone from the disk", async () => {
  write(1, "a")
  await sent[0].ack()
  assert.equal(storage.length, 0)
  assert.deepEqual(told, ["added a", "acked a"])
})

test("what is written offline is sent later, in order, each with its own id", async () => {
  outbox.disconnect()
  const ids = write(1, "a", "b", "c").map((entry) => entry.msg_id)
  assert.deepEqual(bodies(), [])
  assert.equal(outbox.waiting, 3)
  outbox.connect()
  for (let index = 0; index < 3; index += 1) await sent[index].ack()
  assert.deepEqual(sent.map(({ entry }) => entry.msg_id), ids)
  assert.equal(new Set(ids).size, 3)
})

test("a lost connection keeps the message and its id", async () => {
  const [entry] = write(1, "a")
  outbox.disconnect()
  await sent[0].refuse({ code: "closed" })
  outbox.connect()
  assert.equal(sent[1].entry.msg_id, entry.msg_id)
})

test("survives a reload: the next page adopts what the last one left", async () => {
  outbox.disconnect()
  const ids = write(1, "a", "b").map((entry) => entry.msg_id)
  outbox = open()
  outbox.connect()
  outbox.adopt([])
  await sent[0].ack()
  await sent[1].ack()
  assert.deepEqual(sent.map(({ entry }) => entry.msg_id), ids)
})

test("a living tab's messages are left to it", () => {
  outbox.disconnect()
  write(1, "a")
  const other = open()
  other.connect()
  other.adopt([outbox.shelf.owner])
  assert.deepEqual(bodies(), [])
})

test("another person's messages are not seen", () => {
  outbox.disconnect()
  write(1, "a")
  outbox = open(4)
  outbox.connect()
  outbox.adopt([])
  assert.deepEqual(bodies(), [])
})

test("a refusal that is not final pauses its room alone, for as long as it says", async () => {
  write(1, "a", "b")
  await sent[0].refuse({ code: "slow_mode", retry_after: 30 })
  write(2, "c")
  await clock.pass(29_999)
  assert.deepEqual(bodies(), ["a", "c"])
  await clock.pass(1)
  assert.deepEqual(bodies(), ["a", "c", "a"])
  await sent[2].ack()
  assert.deepEqual(bodies(), ["a", "c", "a", "b"])
})

test("a pause is told, with what was said of it", async () => {
  const [entry] = write(1, "a")
  const pauses = []
  outbox.addEventListener("change", ({ detail }) => detail.what === "paused" && pauses.push(detail))
  await sent[0].refuse({ code: "slow_mode", message: "Wait.", retry_after: 30 })
  assert.deepEqual(pauses.map(({ room, refusal }) => [room, refusal.code, refusal.retryAfter]), [[1, "slow_mode", 30]])
  assert.equal(outbox.entries(1)[0].msg_id, entry.msg_id)
  assert.equal(outbox.entries(1)[0].refusal, null)
})

test("without a time it waits by the formula, until an ack", async () => {
  write(1, "a", "b")
  for (const wait of [250, 500, 1000]) {
    await sent.at(-1).refuse({ code: "unavailable" })
    await clock.pass(wait - 1)
    const before = sent.length
    await clock.pass(1)
    assert.equal(sent.length, before + 1)
  }
  await sent.at(-1).ack()
  await sent.at(-1).refuse({ code: "internal" })
  await clock.pass(250)
  assert.equal(sent.at(-1).entry.body, "b")
})

test("a final refusal marks the message and lets the next go", async () => {
  write(1, "a", "b")
  await sent[0].refuse({ code: "forbidden", message: "This room is read only." })
  assert.deepEqual(bodies(), ["a", "b"])
  assert.equal(outbox.entries(1)[0].refusal.sentence, "This room is read only.")
  assert.equal(outbox.waiting, 1)
  outbox.disconnect()
  outbox.connect()
  assert.deepEqual(bodies(), ["a", "b"])
})

test("a failed message can be sent again with a new id, or thrown away", async () => {
  const [first, second] = write(1, "a", "b")
  await sent[0].refuse({ code: "too_large" })
  await sent[1].refuse({ code: "too_large" })
  const again = outbox.again(first.msg_id)
  assert.notEqual(again.msg_id, first.msg_id)
  outbox.discard(second.msg_id)
  assert.deepEqual(outbox.entries(1).map((entry) => entry.body), ["a"])
  assert.deepEqual(bodies(), ["a", "b", "a"])
})

test("a full disk keeps the message in memory", async () => {
  storage.isFull = true
  write(1, "a", "b")
  await sent[0].ack()
  assert.deepEqual(bodies(), ["a", "b"])
})
