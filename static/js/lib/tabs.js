const PREFIX = "chatsite:tab:"
const EVERY = 10_000
const SOON = 1000

/**
 * Which tabs of this browser are alive, by a lock that each holds as long as it lives. Calls `census(alive)` now and
 * then with their ids. Where the browser has no locks (plain http) every tab takes itself for the only one: a message
 * that two of them send is still stored once, by its `msg_id`.
 */
export function watchTabs(own, census) {
  const { locks } = navigator
  if (!locks) return census([own])
  locks.request(PREFIX + own, () => new Promise(() => {}))
  const count = () => locks.request("chatsite:census", async () => {
    const { held } = await locks.query()
    const alive = held.filter(({ name }) => name.startsWith(PREFIX)).map(({ name }) => name.slice(PREFIX.length))
    census([...alive, own])
  })
  count()
  // A page that is just being left may still hold its lock.
  setTimeout(count, SOON)
  setInterval(count, EVERY)
}
