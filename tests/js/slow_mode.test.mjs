import assert from "node:assert/strict"
import { beforeEach, test } from "node:test"
import { SlowMode } from "../../static/js/lib/slow_mode.js"
import { FakeClock } from "./fake_clock.mjs"

const TEXTS = {
  wait: { one: "{n} second", other: "{n} seconds" },
  wait_minutes: { one: "{n} minute", other: "{n} minutes" },
}
let clock, lines, slowMode

/** The few parts of a page that it asks for. */
function element() {
  const line = { textContent: "", remove: () => (lines = lines.filter((one) => one !== line)) }
  return line
}

globalThis.document = {
  documentElement: { lang: "en" },
  getElementById: (id) =>
    id === "texts" ? { textContent: JSON.stringify(TEXTS) } : { content: { firstElementChild: { cloneNode: element } } },
}

beforeEach(() => {
  clock = new FakeClock()
  lines = []
  slowMode = new SlowMode({ prepend: (line) => lines.push(line) }, clock)
})

const said = () => lines.map((line) => line.textContent)

test("nothing is said where nobody waits", () => {
  slowMode.wait(0)
  assert.equal(slowMode.isWaiting, false)
  assert.deepEqual(said(), [])
})

test("it counts down and goes", async () => {
  slowMode.wait(12)
  assert.deepEqual(said(), ["12 seconds"])
  await clock.pass(11_000)
  assert.deepEqual(said(), ["1 second"])
  assert.equal(slowMode.isWaiting, true)
  await clock.pass(1_000)
  assert.equal(slowMode.isWaiting, false)
  assert.deepEqual(said(), [])
})

test("the longer of two waits counts, and long ones are told in minutes", () => {
  slowMode.wait(600)
  slowMode.wait(5)
  assert.deepEqual(said(), ["10 minutes"])
})

test("it ends when the room has it no more", () => {
  slowMode.wait(600)
  slowMode.end()
  assert.equal(slowMode.isWaiting, false)
  assert.deepEqual(said(), [])
})
