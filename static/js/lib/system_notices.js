const ICON = "/static/mark.svg"

/**
 * What the system shows, by a service worker where the browser has them: Chrome on Android lets nothing else show
 * anything. The worker is registered with the first one shown, so never before its person allowed it.
 */
export class SystemNotices {
  /** `open({room, seq})` is called when one is clicked; `container` is the browser's, or undefined where it has none. */
  constructor({ open, container = globalThis.navigator?.serviceWorker }) {
    Object.assign(this, { open, container })
    container?.addEventListener("message", ({ data }) => data?.open && open(data.open))
  }

  /** Shows one, in place of the one with the same `tag`. */
  async show(title, { body, tag, data }) {
    const options = { body, tag, data, icon: ICON }
    const worker = await register(this.container).catch(() => null)
    if (worker) await worker.showNotification(title, options)
    else this.#showByPage(title, options)
  }

  /** Takes away those that a worker showed of a room; of all rooms where none is named. */
  async close(room) {
    const found = await (await registration(this.container))?.getNotifications()
    for (const one of found ?? []) if (room === undefined || one.data?.room === room) one.close()
  }

  #showByPage(title, options) {
    try {
      const shown = new Notification(title, options)
      shown.addEventListener("click", () => {
        focus()
        this.open(options.data)
        shown.close()
      })
    } catch {
      // No worker, and a browser that lets pages show nothing.
    }
  }
}

/** Takes the worker away, with all that it showed: its person wants no notifications any more. */
export async function endNotices(container = globalThis.navigator?.serviceWorker) {
  const found = await registration(container)
  for (const one of (await found?.getNotifications()) ?? []) one.close()
  await found?.unregister()
}

// By the import map: the address changes with the file, so that a newer worker takes the place of an older one.
const address = () => import.meta.resolve("../worker/notices.js")

async function registration(container) {
  return container?.getRegistration(address()).catch(() => undefined)
}

// Again is no work: the browser has the worker of this address already.
async function register(container) {
  const found = await container?.register(address())
  const worker = found?.active ? null : (found?.installing ?? found?.waiting)
  if (worker) await new Promise((resolve, reject) => {
    worker.addEventListener("statechange", ({ target }) => {
      if (target.state === "activated") resolve()
      else if (target.state === "redundant") reject(new Error("The worker could not be installed."))
    })
  })
  return found ?? null
}
