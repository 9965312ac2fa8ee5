import assert from "node:assert/strict"
import { beforeEach, test } from "node:test"
import { DraftSync } from "../../static/js/lib/draft_sync.js"
import { Refusal } from "../../static/js/lib/refusal.js"
import { FakeClock, settled } from "./fake_clock.mjs"

let clock, stored, asked

/** The server's one draft: the last to write wins by version. */
class FakeServer {
  draft = null
  version = 0
  isDown = false

  put({ body, reply_to }, version) {
    asked.push(["put", body, version])
    return this.#answer(() => {
      if (this.draft && this.draft.version !== version && this.draft.body !== body) throw this.#conflict()
      return (this.draft = { body, reply_to, version: (this.version += 1) })
    })
  }

  remove(version) {
    asked.push(["remove", version])
    return this.#answer(() => {
      if (this.draft && this.draft.version !== version) throw this.#conflict()
      this.draft = null
      this.version += 1
      return null
    })
  }

  fetch() {
    asked.push(["fetch"])
    return this.#answer(() => this.draft && { ...this.draft })
  }

  async #answer(act) {
    if (this.isDown) throw new Refusal({ code: "closed" })
    return act()
  }

  #conflict() {
    return Object.assign(new Refusal({ code: "conflict" }), { answer: { draft: { ...this.draft } } })
  }
}

/** A field on one device. */
class Device {
  content = { body: "", reply_to: null }

  constructor(server, kept = null, drawn = null) {
    this.sync = new DraftSync({
      server, timers: clock, read: () => this.content, show: (content) => (this.content = { body: content.body, reply_to: content.reply_to ?? null }),
      keep: (content, known) => (stored = { ...content, known }),
    })
    if (kept ?? drawn) this.content = { body: (kept ?? drawn).body, reply_to: null }
    this.sync.begin((kept ? kept.known : drawn) ?? null, drawn)
  }

  async write(body) {
    this.content = { body, reply_to: null }
    this.sync.changed()
    await settled()
  }

  async pause(milliseconds = 2000) {
    await clock.pass(milliseconds)
    await settled()
  }

  get body() {
    return this.content.body
  }
}

const heard = async (...devices) => {
  for (const device of devices) await device.sync.refresh()
  await settled()
}

beforeEach(() => {
  clock = new FakeClock()
  asked = []
  stored = null
})

test("what is written is kept here at once and sent after a pause", async () => {
  const server = new FakeServer()
  const desk = new Device(server)
  await desk.write("ha")
  assert.equal(stored.body, "ha")
  await desk.write("half a thought")
  await desk.pause(1999)
  assert.deepEqual(asked, [])
  await desk.pause(1)
  assert.deepEqual(asked, [["put", "half a thought", null]])
  assert.equal(stored.known.version, 1)
  await desk.write("half a thought more")
  await desk.pause()
  assert.deepEqual(asked.at(-1), ["put", "half a thought more", 1])
})

test("what is empty again, since it was sent, the server forgets at once", async () => {
  const server = new FakeServer()
  const desk = new Device(server)
  await desk.write("hello")
  await desk.pause()
  await desk.write("")
  await desk.pause(0)
  assert.deepEqual(asked.at(-1), ["remove", 1])
  assert.equal(server.draft, null)
  assert.equal(stored.known, null)
})

test("words that were never sent leave nothing to forget", async () => {
  const desk = new Device(new FakeServer())
  await desk.write("hello")
  await desk.write("")
  await desk.pause()
  assert.deepEqual(asked, [])
})

test("another device takes what it has not touched, and clears what was sent", async () => {
  const server = new FakeServer()
  const [desk, phone] = [new Device(server), new Device(server)]
  await desk.write("from the desk")
  await desk.pause()
  await heard(phone)
  assert.equal(phone.body, "from the desk")
  await desk.write("")
  await desk.pause(0)
  await heard(phone)
  assert.equal(phone.body, "")
})

test("two who write at once keep both texts, each its own below the other", async () => {
  const server = new FakeServer()
  const [desk, phone] = [new Device(server), new Device(server)]
  await desk.write("from the desk")
  await phone.write("from the phone")
  await desk.pause()
  await phone.pause()
  assert.equal(phone.body, "from the desk\n\nfrom the phone")
  await phone.pause()
  await heard(desk)
  assert.equal(desk.body, "from the desk\n\nfrom the phone")
  assert.equal(server.draft.body, desk.body)
})

test("what was touched since is not overwritten by what another device wrote", async () => {
  const server = new FakeServer()
  const [desk, phone] = [new Device(server), new Device(server)]
  await desk.write("plan")
  await desk.pause()
  await heard(phone)
  await phone.write("plan B")
  await desk.write("plan A")
  await desk.pause(1000)
  await phone.sync.flush()
  await settled()
  await heard(desk)
  assert.equal(desk.body, "plan B\n\nplan A")
})

test("words begun anew outlive the sending of the old ones elsewhere", async () => {
  const server = new FakeServer()
  const [desk, phone] = [new Device(server), new Device(server)]
  await desk.write("old")
  await desk.pause()
  await heard(phone)
  await phone.write("old and new")
  await desk.write("")
  await desk.pause(0)
  await heard(phone)
  assert.equal(phone.body, "old and new")
  await phone.pause()
  assert.equal(server.draft.body, "old and new")
})

test("an older answer than what is known changes nothing", async () => {
  const server = new FakeServer()
  const desk = new Device(server)
  await desk.write("one")
  await desk.pause()
  const old = { ...server.draft }
  await desk.write("one two")
  await desk.pause()
  desk.sync.hear(old)
  assert.equal(desk.body, "one two")
})

test("an answer that was asked for before one's own writing is asked for anew", async () => {
  const server = new FakeServer()
  const desk = new Device(server)
  const early = desk.sync.refresh() // asked while there was no draft
  desk.content = { body: "mine", reply_to: null }
  desk.sync.changed()
  desk.sync.flush()
  await early
  await settled()
  assert.equal(desk.body, "mine")
  assert.equal(server.draft.body, "mine")
})

test("without a connection it waits for the next", async () => {
  const server = new FakeServer()
  server.isDown = true
  const desk = new Device(server)
  await desk.write("under way")
  await desk.pause()
  await desk.pause(60_000)
  assert.equal(asked.length, 1)
  server.isDown = false
  desk.sync.connect()
  await desk.pause(0)
  assert.equal(server.draft.body, "under way")
})

test("what is refused for good is not sent again until it changes", async () => {
  const desk = new Device({ put: async (content) => (asked.push(content.body), Promise.reject(new Refusal({ code: "too_large" }))) })
  await desk.write("x")
  await desk.pause(60_000)
  assert.deepEqual(asked, ["x"])
  await desk.write("y")
  await desk.pause()
  assert.deepEqual(asked, ["x", "y"])
})

test("a page that is opened again goes on with both: what it kept, and what came meanwhile", async () => {
  const server = new FakeServer()
  const first = new Device(server)
  await first.write("kept here")
  await first.pause()
  const kept = { body: "kept here, and more", known: stored.known }
  await server.put({ body: "elsewhere", reply_to: null }, 1)
  const again = new Device(server, kept, { ...server.draft })
  assert.equal(again.body, "elsewhere\n\nkept here, and more")
  await again.pause()
  assert.equal(server.draft.body, again.body)
})

test("a page that is opened again takes what it had not touched from the server, gone or new", () => {
  const server = new FakeServer()
  const known = { body: "old", reply_to: null, version: 3 }
  assert.equal(new Device(server, { body: "old", known }, { body: "newer", reply_to: null, version: 5 }).body, "newer")
  assert.equal(new Device(server, { body: "old", known }, null).body, "")
  assert.equal(new Device(server, null, { body: "newer", reply_to: null, version: 5 }).body, "newer")
})

test("a text that holds the other is both", async () => {
  const server = new FakeServer()
  const [desk, phone] = [new Device(server), new Device(server)]
  await desk.write("one")
  await phone.write("one two")
  await desk.pause()
  await phone.pause()
  assert.equal(phone.body, "one two")
})
