import assert from "node:assert/strict"
import { beforeEach, test } from "node:test"
import { Blocked } from "../../static/js/lib/blocked.js"

const page = (ids, next = null) => ({ results: ids.map((id) => ({ user: { id } })), next })
let asked, told, blocked

beforeEach(() => {
  asked = []
  told = []
  blocked = new Blocked((path) => new Promise((answer, refuse) => asked.push({ path, answer, refuse })))
  blocked.addEventListener("change", ({ detail }) => told.push(detail.users))
})

const settled = () => new Promise((resolve) => setImmediate(resolve))

test("the page brings them, and tells of those that turned since", async () => {
  blocked.take("7,12")
  const done = blocked.refresh()
  asked[0].answer(page([12, 20]))
  await done
  assert.deepEqual([told, [7, 12, 20].map((id) => blocked.has(id))], [[[20, 7]], [false, true, true]])
  assert.equal(asked[0].path, "users/me/blocks/?limit=100")
})

test("nothing is told where nobody turned", async () => {
  blocked.take("7")
  const done = blocked.refresh()
  asked[0].answer(page([7]))
  await done
  assert.deepEqual(told, [])
})

test("a long list comes in pages", async () => {
  const done = blocked.refresh()
  asked[0].answer(page([1, 2], "https://chat.example/api/v1/users/me/blocks/?cursor=cD0y&limit=100"))
  await settled()
  assert.equal(asked[1].path, "users/me/blocks/?cursor=cD0y&limit=100")
  asked[1].answer(page([3]))
  await done
  assert.deepEqual(told, [[1, 2, 3]])
})

test("without an answer all stays as it is, and an answer that was overtaken counts for nothing", async () => {
  blocked.take("7")
  const failed = blocked.refresh()
  asked[0].refuse(new Error("offline"))
  await failed
  assert.ok(blocked.has(7))
  const [first, second] = [blocked.refresh(), blocked.refresh()]
  asked[2].answer(page([7, 9]))
  asked[1].answer(page([]))
  await Promise.all([first, second])
  assert.deepEqual([told, blocked.has(7), blocked.has(9)], [[[9]], true, true])
})
