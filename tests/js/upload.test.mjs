import assert from "node:assert/strict"
import { beforeEach, test } from "node:test"
import { Upload } from "../../static/js/lib/upload.js"

globalThis.document = { querySelector: () => ({ value: "token" }) }

/** An XMLHttpRequest without a network. */
class FakeRequest extends EventTarget {
  upload = new EventTarget()
  headers = {}
  isAborted = false

  open(method, address) {
    Object.assign(this, { method, address })
  }

  setRequestHeader(name, value) {
    this.headers[name] = value
  }

  send(form) {
    this.form = form
  }

  abort() {
    this.isAborted = true
  }

  answer(status, said) {
    Object.assign(this, { status, responseText: typeof said === "string" ? said : JSON.stringify(said) })
    this.dispatchEvent(new Event("load"))
  }
}

let request, upload, told

beforeEach(() => {
  told = []
  request = new FakeRequest()
  upload = new Upload({
    file: new File(["tea"], "tea.txt"), open: () => request, changed: ({ state, progress }) => told.push(`${state} ${progress}`),
  })
})

test("a file is sent with our token, and tells how far it is", () => {
  upload.start()
  assert.equal(request.headers["X-CSRFToken"], "token")
  assert.equal(request.form.get("file").name, "tea.txt")
  request.upload.dispatchEvent(Object.assign(new Event("progress"), { loaded: 1, total: 2 }))
  request.answer(201, { id: 7, name: "tea.txt", size: 3 })
  assert.deepEqual(told, ["sending 0", "sending 0.5", "done 1"])
  assert.equal(upload.attachment.id, 7)
  assert.equal(upload.isUnderWay, false)
})

test("the server's own sentence says why one was refused", () => {
  upload.start()
  request.answer(400, { code: "invalid", detail: "file: This file is empty.", errors: { file: ["This file is empty."] } })
  assert.equal(upload.state, "failed")
  assert.equal(upload.refusal.sentence, "This file is empty.")
  assert.equal(upload.refusal.isFinal, true)
})

test("an answer that is none of ours is no end of it", () => {
  upload.start()
  request.answer(502, "<html>Bad gateway</html>")
  assert.equal(upload.refusal.isFinal, false)
  upload.rewind()
  assert.deepEqual([upload.state, upload.refusal], ["waiting", null])
})

test("a proxy's own 413 is final, too", () => {
  upload.start()
  request.answer(413, "Request Entity Too Large")
  assert.equal(upload.refusal.code, "too_large")
})

test("a network that is away is told as that, and one that is not wanted is stopped", () => {
  upload.start()
  request.dispatchEvent(new Event("error"))
  assert.equal(upload.refusal.isClosed, true)
  upload.cancel()
  assert.equal(request.isAborted, true)
})
