import assert from "node:assert/strict"
import { beforeEach, test } from "node:test"
import { Store } from "../../static/js/lib/store.js"
import { FakeStorage } from "./fake_storage.mjs"

const TEXTS = { called_mention: "Somebody mentions you" }
const shown = []

class FakeNotification extends EventTarget {
  static permission = "default"
  static answer = "granted"

  static async requestPermission() {
    return (FakeNotification.permission = FakeNotification.answer)
  }

  constructor(title, options) {
    super()
    shown.push({ title, ...options })
  }
}

delete globalThis.BroadcastChannel
globalThis.Notification = FakeNotification
globalThis.document = {
  visibilityState: "hidden", documentElement: { lang: "en" }, hasFocus: () => true, querySelector: () => null,
  getElementById: () => ({ textContent: JSON.stringify(TEXTS) }),
}
const { Calls, Choice } = await import("../../static/js/lib/calls.js")

const CALL = { id: 5, kind: "mention", room: 7, message: { id: 70, seq: 12 } }
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

function chat(answer = { messages: [] }) {
  const book = Object.assign(new EventTarget(), { place: () => undefined })
  return Object.assign(new EventTarget(), { me: 3, store: new Store(new FakeStorage()), book, asked: [], async command(type, payload) {
    this.asked.push([type, payload])
    return answer
  } })
}

async function call(one) {
  one.book.dispatchEvent(Object.assign(new Event("called"), { detail: CALL }))
  await wait(600)
}

beforeEach(() => {
  shown.length = 0
  FakeNotification.permission = "default"
  FakeNotification.answer = "granted"
  Object.assign(document, { visibilityState: "hidden", querySelector: () => null })
})

test("nothing is shown, and nothing asked, before the person said so", async () => {
  const one = chat()
  FakeNotification.permission = "granted"
  new Calls(one)
  await call(one)
  assert.deepEqual([shown, one.asked], [[], []])
})

test("whoever wants no words gets none, and none are fetched", async () => {
  const one = chat()
  const { choice } = new Calls(one)
  await choice.turnOn()
  choice.showWords(false)
  await call(one)
  assert.equal(one.asked.length, 0)
  assert.deepEqual(shown.map(({ title, body, tag }) => [title, body, tag]), [["Somebody mentions you", undefined, "chatsite-5"]])
})

test("what may not be read, or is gone by now, is not shown", async () => {
  const one = chat({ messages: [{ seq: 12, deleted_at: "2026-11-29T12:00:00.000Z", fragment: "" }] })
  await new Calls(one).choice.turnOn()
  await call(one)
  one.command = () => Promise.reject(new Error("not_found"))
  await call(one)
  assert.deepEqual(shown, [])
})

test("nothing is shown of a room that is looked at", async () => {
  const one = chat()
  const { choice } = new Calls(one)
  await choice.turnOn()
  choice.showWords(false)
  Object.assign(document, { visibilityState: "visible", querySelector: (selector) => selector.includes('"7"') && {} })
  await call(one)
  assert.deepEqual(shown, [])
  document.querySelector = () => null
  await call(one)
  assert.equal(shown.length, 1)
})

test("a choice is kept by person, and a browser that refuses keeps none", async () => {
  const store = new Store(new FakeStorage())
  const choice = new Choice(store, 3)
  FakeNotification.answer = "denied"
  await choice.turnOn()
  assert.deepEqual([choice.isOn, choice.isDenied], [false, true])
  FakeNotification.answer = "granted"
  await choice.turnOn()
  assert.deepEqual([choice.isOn, choice.showsWords, new Choice(store, 4).isOn], [true, true, false])
  store.wipe("chatsite:")
  assert.equal(new Choice(store, 3).isOn, true)
  choice.turnOff()
  assert.equal(choice.isOn, false)
})

test("a damaged choice is none", () => {
  const store = new Store(new FakeStorage())
  store.set("calls:3", "{")
  FakeNotification.permission = "granted"
  assert.equal(new Choice(store, 3).isOn, false)
})
