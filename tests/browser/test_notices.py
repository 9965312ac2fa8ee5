"""Being called: the number beside the bell, the list, and what the system shows while one looks elsewhere."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

RECORDED = """
window.shown = []
// A browser without service workers.
Object.defineProperty(Navigator.prototype, "serviceWorker", { value: undefined })
window.Notification = class extends EventTarget {
  static permission = "default"
  static async requestPermission() { return (this.permission = "granted") }
  constructor(title, options) { super(); window.shown.push({ title, ...options }); window.latest = this }
  close() {}
}
"""


def bell(page):
    return page.locator('[data-errand="notifications"] .badge')


@pytest.mark.parametrize("width", [1280, 390])
def test_a_mention_is_counted_listed_and_read(person, width):
    alice, bob = person("alice"), person("bob", viewport={"width": width, "height": 800})
    bob.page.goto(f"{bob.place.url}/notifications/")
    expect(bob.page.get_by_text("Nobody has called you")).to_be_visible()
    alice.write("look at this, @bob")
    expect(bell(bob.page)).to_have_text(re.compile(r"^1"), timeout=10_000)
    bob.page.reload()
    expect(bob.page.locator(".called li.unread")).to_have_count(1)
    bob.page.get_by_role("button", name="Mark all as read", exact=True).last.click()
    expect(bob.page.locator(".called li")).to_have_count(1)
    expect(bob.page.locator(".called li.unread")).to_have_count(0)
    expect(bell(bob.page)).to_have_count(0)


def test_reading_the_room_takes_the_number_away(person):
    alice, bob = person("alice"), person("bob")
    bob.page.goto(f"{bob.place.url}/profile/")
    alice.write("@bob?")
    expect(bell(bob.page)).to_have_text(re.compile(r"^1"), timeout=10_000)
    bob.page.goto(f"{bob.place.url}/rooms/1/")
    expect(bell(bob.page)).to_have_count(0, timeout=10_000)


def test_the_system_shows_it_only_when_asked_and_leads_to_the_message(person):
    alice, bob = person("alice"), person("bob")
    bob.page.add_init_script(RECORDED)
    bob.page.goto(f"{bob.place.url}/notifications/")
    alice.write("first, @bob")
    expect(bell(bob.page)).to_have_text(re.compile(r"^1"), timeout=10_000)
    assert bob.page.evaluate("window.shown.length") == 0
    bob.page.get_by_role("button", name="Show them in this browser").click()
    expect(bob.page.get_by_text("This browser shows them")).to_be_visible()
    alice.write("second, @bob")
    bob.page.wait_for_function("() => window.shown.length === 1", timeout=10_000)
    [shown] = bob.page.evaluate("window.shown.map(({ title, body }) => ({ title, body }))")
    assert "alice" in shown["title"].lower() and shown["body"] == "second, @bob"
    bob.page.evaluate("window.latest.dispatchEvent(new Event('click'))")
    bob.page.wait_for_url(re.compile(r"/rooms/1/\d+/"))
    bob.sees("first, @bob", "second, @bob")


ANDROID = """
window.Notification = class {
  static permission = "granted"
  static async requestPermission() { return "granted" }
  constructor() { throw new TypeError("Illegal constructor. Use ServiceWorkerRegistration.showNotification() instead.") }
}
"""
SHOWN = """async () => {
  const [registration] = await navigator.serviceWorker.getRegistrations()
  const found = registration?.active ? await registration.getNotifications() : []
  return found.map(({ title, body, data }) => ({ title, body, data }))
}"""
CLICK = """async () => {
  const [notification] = await registration.getNotifications()
  self.dispatchEvent(new NotificationEvent("notificationclick", { notification }))
}"""


def shown_by_worker(page, count: int = 1) -> list[dict]:
    """What the system shows, once it is so many."""
    for _attempt in range(100):
        shown = page.evaluate(SHOWN)
        if len(shown) == count:
            return shown
        page.wait_for_timeout(200)
    raise AssertionError(f"{len(shown)} are shown, not {count}: {shown}")


def test_where_pages_may_show_nothing_a_worker_does_and_leads_to_the_message(person):
    """As Chrome on Android is: `new Notification` throws there."""
    alice, bob = person("alice"), person("bob")
    bob.context.grant_permissions(["notifications"], origin=bob.place.url)
    bob.page.add_init_script(ANDROID)
    bob.page.goto(f"{bob.place.url}/notifications/")
    registrations = "navigator.serviceWorker.getRegistrations().then((found) => found.map(({ scope }) => scope))"
    alice.write("first, @bob")
    expect(bell(bob.page)).to_have_text(re.compile(r"^1"), timeout=10_000)
    assert bob.page.evaluate(registrations) == [], "Nobody asked for it yet."
    bob.page.get_by_role("button", name="Show them in this browser").click()
    expect(bob.page.get_by_text("This browser shows them")).to_be_visible()
    alice.write("second, @bob")
    [shown] = shown_by_worker(bob.page)
    assert "alice" in shown["title"].lower() and shown["body"] == "second, @bob"
    assert [re.sub("^http://[^/]*", "", scope) for scope in bob.page.evaluate(registrations)] == ["/static/js/worker/"]
    assert bob.page.evaluate("navigator.serviceWorker.controller") is None, "It has no page in its hand."
    [worker] = bob.context.service_workers
    worker.evaluate(CLICK)
    bob.page.wait_for_url(re.compile(r"/rooms/1/\d+/"))
    bob.sees("first, @bob", "second, @bob")
    bob.page.goto(f"{bob.place.url}/notifications/")
    bob.page.get_by_role("button", name="Stop that").click()
    expect(bob.page.get_by_role("button", name="Show them in this browser")).to_be_visible()
    assert bob.page.evaluate(registrations) == []


def test_what_is_read_leaves_the_systems_list(person):
    alice, bob = person("alice"), person("bob")
    bob.context.grant_permissions(["notifications"], origin=bob.place.url)
    bob.page.goto(f"{bob.place.url}/notifications/")
    bob.page.get_by_role("button", name="Show them in this browser").click()
    alice.write("look, @bob")
    shown_by_worker(bob.page)
    bob.page.goto(f"{bob.place.url}/rooms/1/")
    assert shown_by_worker(bob.page, 0) == []


def test_the_settings_work_without_a_script(person):
    bob = person("bob", java_script_enabled=False)
    bob.page.goto(f"{bob.place.url}/profile/notifications/")
    bob.page.check("[name=do_not_disturb]")
    bob.page.fill("[name=quiet_from]", "22:00")
    bob.page.get_by_role("button", name="Save my choice").click()
    expect(bob.page.get_by_text("Quiet hours need an end, too.")).to_be_visible()
    bob.page.fill("[name=quiet_until]", "07:00")
    bob.page.get_by_role("button", name="Save my choice").click()
    expect(bob.page.get_by_text("Your choice was saved.")).to_be_visible()
