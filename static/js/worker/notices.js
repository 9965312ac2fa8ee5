/**
 * The service worker of notifications: leads to the message when one that a page showed is clicked. It controls no page,
 * keeps none and answers no request; a page registers it when its person has allowed notifications.
 */
const NO_CHATS = /^\/(accounts|admin|api)\//

self.addEventListener("install", () => self.skipWaiting())

self.addEventListener("notificationclick", (event) => {
  event.notification.close()
  event.waitUntil(open(event.notification.data))
})

// A page that it does not control cannot be sent elsewhere from here: it goes by itself.
async function open({ room, seq }) {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true })
  const chats = pages.filter(({ url }) => !NO_CHATS.test(new URL(url).pathname))
  const isThere = ({ url }) => new URL(url).pathname.startsWith(`/rooms/${room}/`)
  const page = chats.find(isThere) ?? chats.find(({ visibilityState }) => visibilityState === "visible") ?? chats[0]
  if (!page) return self.clients.openWindow(`/rooms/${room}/${seq}/`)
  page.postMessage({ open: { room, seq } })
  await page.focus().catch(() => null)
}
