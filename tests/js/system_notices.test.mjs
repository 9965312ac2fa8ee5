import assert from "node:assert/strict"
import { readFile } from "node:fs/promises"
import { beforeEach, test } from "node:test"
import vm from "node:vm"
import { endNotices, SystemNotices } from "../../static/js/lib/system_notices.js"

const CODE = await readFile(new URL("../../static/js/worker/notices.js", import.meta.url), "utf8")
const SHOWN = { body: "soup?", tag: "chatsite-5", data: { room: 7, seq: 12 } }
const shownByPage = []
let opened

globalThis.focus = () => {}
globalThis.Notification = class extends EventTarget {
  static isRefused = false

  constructor(title, options) {
    super()
    // Chrome on Android.
    if (Notification.isRefused) throw new TypeError("Illegal constructor. Use ServiceWorkerRegistration.showNotification() instead.")
    shownByPage.push(Object.assign(this, { title, ...options, close() {} }))
  }
}

/** What a browser has of service workers, as far as pages ask: one registration, whose worker comes to be `state`. */
class Container extends EventTarget {
  registered = []
  registration = null

  constructor(state = "activated") {
    super()
    this.state = state
  }

  async register(address) {
    this.registered.push(address)
    const worker = new EventTarget()
    const notes = []
    this.registration ??= {
      active: null, installing: worker, notes,
      showNotification: async (title, options) => notes.push({ title, ...options, close: () => notes.splice(notes.findIndex(({ tag }) => tag === options.tag), 1) }),
      getNotifications: async () => [...notes],
      unregister: async () => (this.registration = null),
    }
    const { registration } = this
    setImmediate(() => {
      worker.state = this.state
      if (this.state === "activated") registration.active = worker
      worker.dispatchEvent(new Event("statechange"))
    })
    return registration
  }

  async getRegistration() {
    return this.registration ?? undefined
  }
}

function notices(container) {
  opened = []
  return new SystemNotices({ open: (place) => opened.push(place), container })
}

beforeEach(() => {
  shownByPage.length = 0
  Notification.isRefused = false
})

test("a worker shows it once it is there, and the page makes none, which Chrome on Android refuses", async () => {
  Notification.isRefused = true
  const container = new Container()
  const one = notices(container)
  assert.deepEqual(container.registered, [])
  await one.show("Bob", SHOWN)
  assert.match(container.registered[0], /\/static\/js\/worker\/notices\.js$/)
  const [{ title, body, tag, data }] = container.registration.notes
  assert.deepEqual([title, body, tag, data], ["Bob", "soup?", "chatsite-5", { room: 7, seq: 12 }])
})

test("without workers, and where one cannot be installed, the page shows it and leads to it", async () => {
  for (const container of [undefined, new Container("redundant")]) {
    await notices(container).show("Bob", SHOWN)
    shownByPage.at(-1).dispatchEvent(new Event("click"))
    assert.deepEqual(opened, [{ room: 7, seq: 12 }])
  }
  assert.equal(shownByPage.length, 2)
})

test("a browser that lets nobody show anything breaks nothing", async () => {
  Notification.isRefused = true
  await notices(undefined).show("Bob", SHOWN)
  assert.equal(shownByPage.length, 0)
})

test("those of a room that is read go, all of them at the end, and the worker with the wish", async () => {
  const container = new Container()
  const one = notices(container)
  await one.show("Bob", SHOWN)
  await one.show("Cleo", { ...SHOWN, tag: "chatsite-6", data: { room: 8, seq: 1 } })
  const { notes } = container.registration
  await one.close(7)
  assert.deepEqual(notes.map(({ data }) => data.room), [8])
  await one.close()
  assert.deepEqual(notes, [])
  await one.show("Bob", SHOWN)
  await endNotices(container)
  assert.deepEqual([notes, container.registration], [[], null])
  await endNotices(undefined)
})

test("a page goes to the message that was clicked", () => {
  const container = new Container()
  notices(container)
  container.dispatchEvent(Object.assign(new Event("message"), { data: { open: { room: 7, seq: 12 } } }))
  container.dispatchEvent(Object.assign(new Event("message"), { data: "something else" }))
  assert.deepEqual(opened, [{ room: 7, seq: 12 }])
})

/** Runs the worker with these pages open; what a click on the notification does. */
async function clicked(...pages) {
  const did = []
  const made = pages.map(([path, visibilityState = "hidden"]) => ({
    url: `https://chat.example${path}`, visibilityState,
    postMessage: ({ open }) => did.push(["told", path, { ...open }]),
    focus: async () => void did.push(["focused", path]),
  }))
  const self = Object.assign(new EventTarget(), { clients: {
    matchAll: async (asked) => (asked.includeUncontrolled && asked.type === "window" ? made : []),
    openWindow: async (path) => void did.push(["opened", path]),
  } })
  vm.runInNewContext(CODE, { self, URL })
  let isDone
  self.dispatchEvent(Object.assign(new Event("notificationclick"), {
    notification: { data: SHOWN.data, close: () => did.push(["closed"]) }, waitUntil: (promise) => (isDone = promise),
  }))
  await isDone
  return did
}

const place = { room: 7, seq: 12 }

test("a click leads the page of the room there, else the one that is seen, else any page of the chat", async () => {
  assert.deepEqual(await clicked(["/rooms/8/", "visible"], ["/rooms/7/"]), [["closed"], ["told", "/rooms/7/", place], ["focused", "/rooms/7/"]])
  assert.deepEqual((await clicked(["/rooms/8/"], ["/profile/", "visible"]))[1], ["told", "/profile/", place])
  assert.deepEqual((await clicked(["/rooms/77/"]))[1], ["told", "/rooms/77/", place])
})

test("where no page of the chat is open, a click opens one", async () => {
  assert.deepEqual(await clicked(), [["closed"], ["opened", "/rooms/7/12/"]])
  assert.deepEqual(await clicked(["/admin/"], ["/accounts/login/"]), [["closed"], ["opened", "/rooms/7/12/"]])
})

test("it answers no requests and keeps no pages", () => {
  assert.doesNotMatch(CODE, /fetch|caches/)
})
