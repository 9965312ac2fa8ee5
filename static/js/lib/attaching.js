import { DropZone } from "./dropping.js"
import { KeptFiles } from "./kept_files.js"
import { chat } from "./page.js"
import { text } from "./texts.js"
import { toast } from "./toast.js"
import { tooLarge, Tray } from "./tray.js"
import { Upload } from "./upload.js"

const AT_ONCE = 2
const MOST = 10

/**
 * The files of the message that a composer writes: chosen, dropped or pasted, sent ahead of the message that will name them.
 * What has arrived outlives the page, as the words do; what has not waits for the network, and is gone with the page.
 */
export class Attaching {
  #uploads = []
  #awaited = null

  /** `key` names the draft that the files belong to, `dropOn` is where they may be dropped, `signal` ends it. */
  constructor({ form, key, dropOn, signal }) {
    Object.assign(this, { kept: new KeptFiles(chat.store, `chatsite:files:${chat.me}:${key}`) })
    this.input = form.querySelector("input[type=file]")
    if (!this.input) return
    this.most = Number(this.input.dataset.most)
    this.tray = new Tray({ form, again: (upload) => this.#again(upload), remove: (upload) => this.remove(upload) })
    this.input.addEventListener("change", () => this.#chosen())
    form.addEventListener("paste", (event) => this.#pasted(event))
    new DropZone(dropOn, (files) => this.add(files))
    chat.addEventListener("state", () => this.#connection(), { signal })
    this.#restore()
  }

  get any() {
    return this.#uploads.length > 0
  }

  get hasFailed() {
    return this.#uploads.some(({ state }) => state === "failed")
  }

  get isUnderWay() {
    return this.#uploads.some((upload) => upload.isUnderWay)
  }

  /** Begins to send `files` to the server. */
  add(files) {
    for (const file of files) {
      if (this.#uploads.length >= MOST) return toast(text("too_many_files", { n: MOST }))
      this.#put(new Upload({ file, changed: (upload) => this.#changed(upload) }))
    }
    this.#pump()
  }

  /** Takes up files that are at the server already: of a message that was not taken. */
  put(attachments = []) {
    for (const attachment of attachments) this.#put(new Upload({ attachment, changed: (upload) => this.#changed(upload) }))
    this.#keep()
  }

  /** `sent()` is called once all are there; a failure forgets it. */
  whenThere(sent) {
    this.#awaited = sent
  }

  /** Hands the files over to the message that names them: as the server told of each. */
  take() {
    const taken = this.#uploads.map(({ attachment }) => attachment)
    for (const upload of [...this.#uploads]) this.#forget(upload)
    return taken
  }

  remove(upload) {
    upload.cancel()
    this.#forget(upload)
    this.#pump()
    this.#settle()
  }

  #put(upload) {
    this.#uploads.push(upload)
    if (upload.file?.size > this.most) upload.refuse(tooLarge(this.most))
    this.tray.show(upload)
  }

  #forget(upload) {
    this.#uploads = this.#uploads.filter((one) => one !== upload)
    this.tray.take(upload)
    this.#keep()
  }

  #chosen() {
    this.add([...this.input.files])
    this.input.value = ""
  }

  #pasted(event) {
    const files = [...(event.clipboardData?.files ?? [])]
    // Text with a picture of itself beside it, as word processors give it, is pasted as text.
    if (!files.length || event.clipboardData.types.includes("text/plain")) return
    event.preventDefault()
    this.add(files)
  }

  #changed(upload) {
    this.tray.show(upload)
    if (upload.state === "sending") return
    if (upload.state === "done") this.#keep()
    if (upload.state === "failed" && upload.refusal.isClosed && !chat.isConnected) upload.rewind()
    else if (upload.state === "failed" && upload.refusal.code === "rate_limited") {
      setTimeout(() => this.#again(upload), (upload.refusal.retryAfter ?? 5) * 1000)
    }
    this.#pump()
    this.#settle()
  }

  #again(upload) {
    if (!this.#uploads.includes(upload) || upload.state !== "failed") return
    upload.rewind()
    this.#pump()
  }

  #pump() {
    if (!chat.isConnected) return
    const sending = this.#uploads.filter(({ state }) => state === "sending").length
    const next = this.#uploads.filter(({ state }) => state === "waiting").slice(0, Math.max(0, AT_ONCE - sending))
    for (const upload of next) upload.start()
  }

  #settle() {
    if (this.isUnderWay) return
    const sent = this.#awaited
    this.#awaited = null
    if (sent && !this.hasFailed) sent()
  }

  #connection() {
    for (const upload of this.#uploads) if (upload.refusal?.isClosed) this.#again(upload)
    this.#pump()
  }

  #keep() {
    this.kept.set(this.#uploads.map(({ attachment }) => attachment).filter(Boolean))
  }

  #restore() {
    this.put(this.kept.get())
    for (const upload of this.#uploads) isThere(upload.attachment).then((holds) => holds || this.#forget(upload))
  }
}

/** Whether the server still has it: it waits for a day. Without an answer it counts as there. */
async function isThere({ url }) {
  const answer = await fetch(url, { method: "HEAD" }).catch(() => null)
  return answer?.status !== 404
}
