import assert from "node:assert/strict"
import { test } from "node:test"
import { RoomLog } from "../../static/js/lib/log.js"
import { Ranges } from "../../static/js/lib/ranges.js"

const row = (seq, event_seq = seq) => ({ seq, event_seq })
const change = (from, to, ...messages) => ({ from, to, messages })
const page = (messages, has_before = false, has_after = false) => ({ messages, has_before, has_after })

/** A log whose end is loaded from `first` to `last`, one change a message. */
function loaded(first, last) {
  const log = new RoomLog({ cursor: last })
  const messages = Array.from({ length: last - first + 1 }, (_, index) => row(first + index))
  log.close(log.open({}), page(messages, first > 1))
  return log
}

const seqs = (log) => log.sorted.map(({ seq }) => seq)

test("a change that is known already is dropped", () => {
  const log = loaded(1, 3)
  log.offer(change(2, 3, row(9, 3)))
  assert.deepEqual(seqs(log), [1, 2, 3])
})

test("a change beyond the cursor is held until what is missing comes", () => {
  const log = loaded(1, 3)
  log.offer(change(4, 5, row(5)))
  assert.deepEqual([log.hasGap, log.cursor, seqs(log)], [true, 3, [1, 2, 3]])
  const { touched } = log.offer(change(3, 4, row(4)))
  assert.deepEqual([log.hasGap, log.cursor, [...touched]], [false, 5, [4, 5]])
})

test("a repair that overlaps what is known is applied", () => {
  const log = loaded(1, 3)
  log.offer(change(1, 5, row(3, 4), row(4, 5)))
  assert.deepEqual([log.cursor, log.rows.get(3).event_seq, seqs(log)], [5, 4, [1, 2, 3, 4]])
})

test("a row replaces the one held only if its number is higher", () => {
  const log = loaded(1, 3)
  log.offer(change(3, 4, row(2, 4)))
  log.close(log.open({ before: 3 }), page([row(1), row(2)]))
  assert.equal(log.rows.get(2).event_seq, 4)
})

test("a row that is not held is inserted only where its neighbours are loaded", () => {
  const log = loaded(5, 8)
  const { touched } = log.offer(change(8, 9, row(2, 9)))
  assert.deepEqual([[...touched], seqs(log), log.cursor], [[], [5, 6, 7, 8], 9])
})

test("nothing is inserted behind a range that does not reach the end", () => {
  const log = new RoomLog({ cursor: 100 })
  log.close(log.open({ around: 50 }), page([row(49), row(50)], true, true))
  log.offer(change(100, 101, row(101)))
  assert.deepEqual(seqs(log), [49, 50])
})

test("rows without a place wait for a history under way", () => {
  const log = new RoomLog({ cursor: 3 })
  const ticket = log.open({})
  log.offer(change(3, 4, row(4)))
  log.offer(change(4, 5, row(2, 5)))
  assert.deepEqual(seqs(log), [])
  log.close(ticket, page([row(1), row(2), row(3)]))
  assert.deepEqual(log.sorted, [row(1), row(2, 5), row(3), row(4)])
})

test("a history of before a reset is nobody's", () => {
  const log = loaded(1, 3)
  const ticket = log.open({ before: 1 })
  log.reset(90)
  log.close(ticket, page([row(1)]))
  assert.deepEqual([seqs(log), log.isLoading, log.cursor], [[], false, 90])
})

test("behind a reset the changes held back are offered again", () => {
  const log = loaded(1, 3)
  log.offer(change(90, 91, row(91)))
  log.reset(90)
  const ticket = log.open({})
  log.settle()
  log.close(ticket, page([row(89), row(90)], true))
  assert.deepEqual([log.cursor, seqs(log), log.hasGap], [91, [89, 90, 91], false])
})

test("ranges join when they touch or overlap, and only then", () => {
  const ranges = new Ranges()
  ranges.add(10, 20)
  ranges.add(30, 40)
  ranges.add(21, 25)
  assert.deepEqual(ranges.toJSON(), [[10, 25], [30, 40]])
  ranges.add(24, 35)
  ranges.add(50, Infinity)
  assert.deepEqual(ranges.toJSON(), [[10, 40], [50, Infinity]])
  assert.deepEqual([ranges.isLive, ranges.has(45), ranges.has(5000), ranges.around(12)], [true, false, true, [10, 40]])
})
