import { Refusal } from "./refusal.js"
import { rest, token } from "./rest.js"

const ADDRESS = "/api/v1/uploads/"

/** One file on its way to the server. `changed()` is called whenever `state`, `progress` or `refusal` is another. */
export class Upload {
  state = "waiting" // then "sending", then "done" with `attachment`, or "failed" with `refusal`
  progress = 0
  attachment = null
  refusal = null
  #request = null

  /** `attachment` is one that is there already, as the server told of it. */
  constructor({ file = null, attachment = null, changed, open = () => new XMLHttpRequest() }) {
    Object.assign(this, { file, attachment, changed, open })
    if (attachment) this.state = "done"
  }

  get name() {
    return this.attachment?.name ?? this.file.name
  }

  get size() {
    return this.attachment?.size ?? this.file.size
  }

  /** Whether its message has to wait for it. */
  get isUnderWay() {
    return this.state === "waiting" || this.state === "sending"
  }

  start() {
    const request = (this.#request = this.open())
    request.open("POST", ADDRESS)
    request.setRequestHeader("Accept", "application/json")
    request.setRequestHeader("X-CSRFToken", token())
    request.upload.addEventListener("progress", ({ loaded, total }) => this.#tell("sending", { progress: loaded / total }))
    request.addEventListener("load", () => this.#answered(request))
    request.addEventListener("error", () => this.#tell("failed", { refusal: new Refusal({ code: "closed" }) }))
    const form = new FormData()
    form.append("file", this.file, this.file.name)
    this.#tell("sending", { progress: 0, refusal: null })
    request.send(form)
  }

  /** Is not to be started now: it is refused before a byte goes out. */
  refuse(sentence) {
    this.#tell("failed", { refusal: new Refusal({ code: "too_large", message: sentence }) })
  }

  /** Waits to be started again. */
  rewind() {
    this.#tell("waiting", { progress: 0, refusal: null })
  }

  /** It is not wanted any more, here nor at the server. */
  cancel() {
    this.#request?.abort()
    if (this.attachment) rest("DELETE", `uploads/${this.attachment.id}/`).catch(() => {}) // it goes by itself after a day
  }

  #answered(request) {
    const said = parsed(request.responseText)
    if (request.status === 201 && said) return this.#tell("done", { progress: 1, attachment: said })
    const { code = request.status === 413 ? "too_large" : "internal", detail, errors, retry_after } = said ?? {}
    this.#tell("failed", { refusal: new Refusal({ code, message: errors?.file?.[0] ?? detail, errors, retry_after }) })
  }

  #tell(state, more) {
    Object.assign(this, { state, ...more })
    this.changed(this)
  }
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
