import assert from "node:assert/strict"
import { test } from "node:test"
import { initials } from "../../static/js/lib/faces.js"
import { faceOf, nameOf } from "../../static/js/lib/titles.js"
import { isFolded } from "../../static/js/lib/folding.js"

globalThis.document = {
  documentElement: { lang: "zh-hans" }, getElementById: () => ({ textContent: JSON.stringify({ between_names: "、", notes: "写给自己" }) }),
}

const person = (id, display_name) => ({ id, display_name })
const ME = 3

test("initials are those that the server draws", () => {
  const names = { "Amara Okafor": "AO", "amara": "A", "林薇": "林", "林 薇": "林", "Jan van der Berg": "JB", "": "?", "🎉 Party": "🎉" }
  assert.deepEqual(Object.fromEntries(Object.keys(names).map((name) => [name, initials(name)])), names)
})

test("a direct room is known by its others, in the reader's language, another by its name", () => {
  const users = [person(2, "Bob"), person(ME, "Alice"), person(4, "Dan")]
  assert.equal(nameOf({ kind: "direct", name: "", users }, ME), "Bob、Dan")
  assert.equal(nameOf({ kind: "direct", name: "", users: [person(ME, "Alice")] }, ME), "写给自己")
  assert.equal(nameOf({ kind: "public", name: "Kitchen" }, ME), "Kitchen")
  assert.equal(faceOf({ users }, ME).id, 2)
  assert.equal(faceOf({ users: [person(ME, "Alice")] }, ME).id, ME)
})

test("what living people wrote is folded where they are blocked, and nothing else", () => {
  const blocked = new Set([7, 12])
  const row = { kind: "message", author: { id: 12 }, deleted_at: null }
  assert.ok(isFolded(row, blocked))
  for (const other of [{ author: { id: 1 } }, { kind: "system" }, { deleted_at: "2026-11-29T10:00:00.000Z" }]) {
    assert.ok(!isFolded({ ...row, ...other }, blocked))
  }
})
