import assert from "node:assert/strict"
import { test } from "node:test"
import { Drafts } from "../../static/js/lib/drafts.js"
import { Store } from "../../static/js/lib/store.js"
import { FakeStorage } from "./fake_storage.mjs"

test("a draft is kept per room and person, and an empty one forgotten", () => {
  const storage = new FakeStorage()
  const drafts = (user) => new Drafts({ store: new Store(storage), user })
  drafts(3).set(7, { body: "half a", reply_to: { id: 1, seq: 1 } })
  assert.deepEqual(drafts(3).get(7), { body: "half a", reply_to: { id: 1, seq: 1 } })
  assert.deepEqual(drafts(4).get(7), { body: "", reply_to: null })
  drafts(3).set(7, { body: "" })
  assert.equal(storage.length, 0)
})

test("wiping spares what it is told to spare, and what is not ours", () => {
  const storage = new FakeStorage()
  const store = new Store(storage)
  for (const key of ["chatsite:draft:3:7", "chatsite:draft:31:7", "theme"]) store.set(key, "kept")
  store.wipe("chatsite:", ["chatsite:draft:3:"])
  assert.deepEqual([store.get("chatsite:draft:3:7"), store.get("chatsite:draft:31:7"), store.get("theme")], ["kept", null, "kept"])
})

test("a damaged draft is no draft", () => {
  const storage = new FakeStorage()
  storage.setItem("chatsite:draft:3:7", "{")
  assert.equal(new Drafts({ store: new Store(storage), user: 3 }).get(7).body, "")
})
