import assert from "node:assert/strict"
import { beforeEach, test } from "node:test"
import { Socket } from "../../static/js/lib/socket.js"
import { FakeClock, settled } from "./fake_clock.mjs"
import { FakeWebSocket } from "./fake_websocket.mjs"

let clock, heard, states, socket

beforeEach(() => {
  clock = new FakeClock()
  heard = []
  states = []
  FakeWebSocket.made = []
  socket = new Socket({
    url: "ws://here/ws/", protocol: "chat.v1.html", timers: clock, WebSocket: FakeWebSocket,
    heard: (type, payload) => heard.push([type, payload]),
    changed: (state, code) => states.push(code === null ? state : `${state} ${code}`),
  })
  socket.connect()
})

const refusal = (answer) => answer.then(() => assert.fail("It was answered."), (error) => error)

test("is connected from hello on", () => {
  assert.deepEqual(FakeWebSocket.last.protocols, ["chat.v1.html"])
  assert.equal(socket.state, "connecting")
  FakeWebSocket.last.hear("hello", { epoch: "e" })
  assert.deepEqual(states, ["connecting", "connected"])
  assert.deepEqual(heard, [["hello", { epoch: "e" }]])
})

test("an ack and an error settle their commands, whatever their order", async () => {
  FakeWebSocket.last.hear("hello")
  const one = socket.command("read", { room: 1, seq: 2 }, "one")
  const two = refusal(socket.command("message.send", { room: 1, body: "" }, "two"))
  FakeWebSocket.last.hear("error", { code: "invalid", message: "Write something." }, "two")
  FakeWebSocket.last.hear("ack", { last_read_seq: 2 }, "one")
  assert.deepEqual(await one, { last_read_seq: 2 })
  const { isFinal, sentence } = await two
  assert.deepEqual([isFinal, sentence], [true, "Write something."])
})

test("a command without a connection is refused as closed", async () => {
  assert.equal((await refusal(socket.command("read", {}))).isClosed, true)
})

test("pings every 30 s whatever it receives", async () => {
  FakeWebSocket.last.hear("hello")
  for (let minute = 0; minute < 4; minute += 1) {
    await clock.pass(29_999)
    FakeWebSocket.last.hear("typing", {})
    await clock.pass(1)
    FakeWebSocket.last.hear("pong", {}, FakeWebSocket.last.sent.at(-1).msg_id)
  }
  assert.deepEqual(FakeWebSocket.last.sent.map((frame) => frame.cmd_type), ["ping", "ping", "ping", "ping"])
  assert.equal(socket.state, "connected")
})

test("no frame within 10 s of a ping means disconnected", async () => {
  FakeWebSocket.last.hear("hello")
  await clock.pass(39_999)
  assert.equal(socket.state, "connected")
  await clock.pass(1)
  assert.equal(socket.state, "disconnected")
  assert.equal(FakeWebSocket.last.isClosed, true)
})

test("a command unanswered for 10 s means disconnected", async () => {
  FakeWebSocket.last.hear("hello")
  const answer = refusal(socket.command("read", {}))
  await clock.pass(10_000)
  assert.equal((await answer).isClosed, true)
  assert.equal(states.at(-1), "disconnected 1006")
})

test("reconnects by the formula, and gently again after 60 s in peace", async () => {
  FakeWebSocket.last.hear("hello")
  for (const wait of [250, 500, 1000, 2000]) {
    FakeWebSocket.last.end(1006)
    await clock.pass(wait - 1)
    assert.equal(socket.state, "disconnected")
    await clock.pass(1)
    assert.equal(socket.state, "connecting")
  }
  FakeWebSocket.last.hear("hello")
  for (let seconds = 0; seconds < 61; seconds += 1) {
    await clock.pass(1000)
    FakeWebSocket.last.hear("presence", {})
  }
  FakeWebSocket.last.end(1006)
  await clock.pass(250)
  assert.equal(socket.state, "connecting")
})

test("a goaway and a flood tell when to come again", async () => {
  FakeWebSocket.last.hear("hello")
  FakeWebSocket.last.hear("goaway", { reconnect_ms: 7000 })
  FakeWebSocket.last.end(1012)
  await clock.pass(6999)
  assert.equal(socket.state, "disconnected")
  await clock.pass(1)
  FakeWebSocket.last.hear("hello")
  FakeWebSocket.last.end(4429, "retry_after=3")
  await clock.pass(2999)
  assert.equal(socket.state, "disconnected")
  await clock.pass(1)
  assert.equal(socket.state, "connecting")
})

test("a goaway is a pause, until the first try to come again", async () => {
  FakeWebSocket.last.hear("hello")
  FakeWebSocket.last.hear("goaway", { reconnect_ms: 30_000 })
  assert.deepEqual([socket.state, socket.isPaused], ["connected", false])
  let told
  socket.changed = () => (told = socket.isPaused)
  FakeWebSocket.last.end(1012)
  assert.equal(told, true)
  await clock.pass(30_000)
  assert.deepEqual([socket.state, socket.isPaused], ["connecting", false])
  FakeWebSocket.last.end(1006)
  assert.deepEqual([socket.state, socket.isPaused], ["disconnected", false])
  await clock.pass(250)
  assert.equal(socket.state, "connecting")
})

test("a loss that nobody announced is no pause, nor is an end", () => {
  FakeWebSocket.last.hear("hello")
  FakeWebSocket.last.end(1012)
  assert.equal(socket.isPaused, false)
  socket.connect()
  FakeWebSocket.last.hear("goaway", { reconnect_ms: 7000 })
  FakeWebSocket.last.end(4401)
  assert.deepEqual([socket.state, socket.isPaused], ["closed", false])
})

for (const code of [1000, 1002, 1003, 1007, 4400, 4401, 4403, 4409]) {
  test(`${code} ends it`, async () => {
    FakeWebSocket.last.hear("hello")
    FakeWebSocket.last.end(code)
    await clock.pass(600_000)
    assert.equal(states.at(-1), `closed ${code}`)
    assert.equal(FakeWebSocket.made.length, 1)
  })
}

for (const code of [1001, 1006, 1009, 1011, 1012, 1013, 4408, 4413]) {
  test(`${code} comes again`, async () => {
    FakeWebSocket.last.hear("hello")
    FakeWebSocket.last.end(code)
    await clock.pass(1000)
    assert.equal(socket.state, "connecting")
  })
}

test("a frame too big fails the biggest command for good", async () => {
  FakeWebSocket.last.hear("hello")
  const small = refusal(socket.command("read", { room: 1 }))
  const big = refusal(socket.command("message.send", { body: "x".repeat(9999) }))
  FakeWebSocket.last.end(1009)
  assert.equal((await small).isClosed, true)
  assert.equal((await big).isFinal, true)
})

test("a hint of a network connects at once, a hint of none ends it", async () => {
  FakeWebSocket.last.hear("hello")
  socket.sleep()
  assert.equal(socket.state, "disconnected")
  socket.wake()
  assert.equal(socket.state, "connecting")
  FakeWebSocket.last.hear("hello")
  socket.wake()
  assert.equal(FakeWebSocket.last.sent[0].cmd_type, "ping")
  await settled()
})

test("frames of a lost connection are nobody's", async () => {
  const first = FakeWebSocket.last
  first.hear("hello")
  const late = first.onmessage
  first.end(1006)
  await clock.pass(1000)
  heard.length = 0
  late({ data: JSON.stringify({ msg_id: "", cmd_type: "changes", payload: {} }) })
  assert.deepEqual(heard, [])
})
