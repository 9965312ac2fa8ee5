import { rest } from "./rest.js"

/**
 * Tells the server in which time zone this browser is, where its person has never said: pages, mails and the admin then
 * show their own time. Once in a browser, so that who wants the server's time can have it.
 */
export async function tellZone(store, { user, zone } = document.documentElement.dataset) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone
  const told = `zone-told:${user}`
  if (!user || zone || !own || store.get(told)) return
  store.set(told, own)
  // A zone that the server does not know leaves everything as it is.
  await rest("PATCH", "users/me/", { time_zone: own }).catch(() => null)
  document.documentElement.dataset.zone ||= own
}
