import assert from "node:assert/strict"
import { test } from "node:test"
import { isMore } from "../../static/js/lib/grouping.js"
import { clockTime, dayName, dayOf, nameOfDay } from "../../static/js/lib/time.js"

const berlin = { lang: "en-GB", zone: "Europe/Berlin" }
const now = Date.parse("2026-11-24T12:00:00Z")

globalThis.document = { documentElement: { lang: "en", dataset: { zone: "UTC" } } }

test("a day begins at the viewer's midnight", () => {
  assert.equal(dayOf("2026-11-19T23:30:00.000Z", berlin), "2026-11-20")
  assert.equal(dayOf("2026-11-19T23:30:00.000Z", { lang: "en", zone: "America/New_York" }), "2026-11-19")
})

test("days are called by what they are to the viewer", () => {
  assert.equal(dayName("2026-11-24T01:00:00.000Z", berlin, now), "Today")
  assert.equal(dayName("2026-11-22T23:30:00.000Z", berlin, now), "Yesterday")
  assert.match(dayName("2026-11-19T09:00:00.000Z", berlin, now), /^Thursday,? 19 November$/)
  assert.match(dayName("2025-11-19T09:00:00.000Z", berlin, now), /^Wednesday,? 19 November 2025$/)
  assert.equal(dayName("2026-11-24T01:00:00.000Z", { lang: "zh-hans", zone: "UTC" }, now), "今天")
})

test("a day of dayOf is Today where it is today, whatever day it is in Greenwich", () => {
  const shanghai = { lang: "zh-hans", zone: "Asia/Shanghai" }
  const early = Date.parse("2026-11-24T17:20:00.000Z")
  assert.equal(nameOfDay("2026-11-25", shanghai, early), "今天")
  assert.equal(nameOfDay("2026-11-24", shanghai, early), "昨天")
  assert.equal(nameOfDay("2026-11-21", shanghai, early), "11月21日星期六")
})

test("the time is local", () => {
  assert.equal(clockTime("2026-11-19T23:30:00.000Z", berlin), "00:30")
})

test("a block is one person's, within five minutes of one day, and no answer", () => {
  const row = (fields) => ({ kind: "message", author: { id: 4 }, created_at: "2026-11-19T10:00:00.000Z", reply_to: null, ...fields })
  const later = row({ created_at: "2026-11-19T10:04:59.000Z" })
  assert.equal(isMore(later, row()), true)
  assert.equal(isMore(row({ created_at: "2026-11-19T10:05:00.000Z" }), row()), false)
  assert.equal(isMore(row({ author: { id: 5 } }), row()), false)
  assert.equal(isMore({ ...later, reply_to: { id: 1, seq: 1 } }, row()), false)
  assert.equal(isMore(later, row({ kind: "system" })), false)
  assert.equal(isMore(row({ created_at: "2026-11-20T00:01:00.000Z" }), row({ created_at: "2026-11-19T23:59:00.000Z" })), false)
  assert.equal(isMore(later, null), false)
})
