const DAY = 86_400_000

const page = () => ({ lang: document.documentElement.lang || "en", zone: document.documentElement.dataset.zone || undefined })

const formats = new Map()

// Making a format costs more than using it a hundred times.
function format(options, { lang, zone } = page()) {
  const key = JSON.stringify([lang, zone, options])
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(lang, { timeZone: zone, ...options }))
  return formats.get(key)
}

/** The local day of a moment as `2026-11-19`: equal for moments of one day. */
export function dayOf(moment, where = page()) {
  const parts = format({ year: "numeric", month: "2-digit", day: "2-digit" }, { ...where, lang: "en" }).formatToParts(new Date(moment))
  const { year, month, day } = Object.fromEntries(parts.map(({ type, value }) => [type, value]))
  return `${year}-${month}-${day}`
}

/** What a day is called: "Today", "Yesterday", "Thursday, 19 November", with the year if it is another one. */
export function dayName(moment, where = page(), now = Date.now()) {
  const day = dayOf(moment, where)
  const ago = [0, 1].find((days) => dayOf(now - days * DAY, where) === day)
  if (ago !== undefined) {
    const name = new Intl.RelativeTimeFormat(where.lang, { numeric: "auto" }).format(-ago, "day")
    return name.charAt(0).toLocaleUpperCase(where.lang) + name.slice(1)
  }
  const year = day.slice(0, 4) === dayOf(now, where).slice(0, 4) ? {} : { year: "numeric" }
  return format({ weekday: "long", day: "numeric", month: "long", ...year }, where).format(new Date(moment))
}

/** What a day of `dayOf` is called. Such a day has no zone, so it is compared with today as a day, too. */
export function nameOfDay(day, where = page(), now = Date.now()) {
  return dayName(day, { ...where, zone: "UTC" }, Date.parse(dayOf(now, where)))
}

/** The time of day, local and short. */
export function clockTime(moment, where = page()) {
  return format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, where).format(new Date(moment))
}

/** Shows the local time in every `<time>` of a message; the whole moment is its title. */
export function showLocalTimes(message) {
  for (const time of message.querySelectorAll("time[datetime]")) {
    time.textContent = clockTime(time.dateTime)
    time.title = format({ dateStyle: "full", timeStyle: "short", hourCycle: "h23" }).format(new Date(time.dateTime))
  }
}
