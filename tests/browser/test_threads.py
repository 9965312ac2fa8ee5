"""Threads beside their room, pins, saved messages and drafts: two people, two devices, on a desk and on a phone."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def gather(place) -> None:
    place.act('change_room, alice, room, threads="threaded"')


def pane(person):
    return person.page.locator("thread-pane")


def article(person, words: str):
    return person.page.locator("chat-room article.message[data-seq]", has_text=words)


def act(person, words: str, name: str) -> None:
    message = article(person, words)
    message.hover()
    message.locator(f'.acts [data-act="{name}"]').click()


def test_a_thread_is_talked_in_beside_its_room(place, person):
    gather(place)
    alice, bob = person("alice"), person("bob")
    alice.write("dinner?")
    bob.sees("dinner?")
    act(bob, "dinner?", "reply")
    expect(pane(bob)).to_be_visible()
    pane(bob).locator("textarea").fill("seven it is")
    pane(bob).locator("textarea").press("Enter")
    expect(pane(bob).locator("article.message[data-seq]", has_text="seven it is")).to_be_visible()
    expect(pane(bob).locator(".pending")).to_have_count(0)
    # In the room there is no more than the line under the root, on both pages.
    expect(bob.page.locator("chat-room article", has_text="seven it is")).to_have_count(0)
    line = article(alice, "dinner?").locator(".replies")
    expect(line).to_contain_text("1 reply")
    expect(line.locator(".avatar")).to_have_count(1)
    line.click()
    expect(pane(alice).locator("article.message", has_text="seven it is")).to_be_visible()
    assert "/threads/" in alice.page.url
    pane(alice).locator("textarea").fill("good")
    pane(alice).locator("textarea").press("Enter")
    expect(pane(bob).locator("article.message", has_text="good")).to_be_visible()
    pane(alice).locator("[data-close]").click()
    expect(pane(alice)).to_have_count(0)
    assert alice.page.url.endswith("/rooms/1/")
    alice.page.go_back()
    expect(pane(alice).locator("article.message", has_text="good")).to_be_visible()
    # The page of the thread, loaded anew, is the same.
    bob.page.reload()
    expect(pane(bob).locator("article.message", has_text="good")).to_be_visible()
    pane(bob).locator("textarea").fill("after all")
    pane(bob).locator("textarea").press("Enter")
    expect(pane(alice).locator("article.message", has_text="after all")).to_be_visible()


def test_the_sidebar_counts_threads_with_something_unread(place, person):
    gather(place)
    alice, bob = person("alice"), person("bob")
    alice.write("dinner?")
    bob.sees("dinner?")
    act(bob, "dinner?", "reply")
    pane(bob).locator("textarea").fill("seven")
    pane(bob).locator("textarea").press("Enter")
    count = alice.page.locator('[data-errand="threads"] .count')
    expect(count).to_contain_text("1")
    article(alice, "dinner?").locator(".replies").click()
    expect(count).to_have_count(0)


def test_a_draft_goes_with_its_person_to_another_device_and_back(place, person):
    desk, phone = person("alice"), person("alice", viewport={"width": 390, "height": 800})
    field = ".composer textarea"
    desk.page.fill(field, "half a thought")
    expect(phone.page.locator(field)).to_have_value("half a thought", timeout=15_000)
    expect(phone.page.locator('[data-errand="drafts"] .count')).to_have_text("1")
    phone.page.fill(field, "half a thought, and more")
    expect(desk.page.locator(field)).to_have_value("half a thought, and more", timeout=15_000)
    desk.page.press(field, "Enter")
    expect(phone.page.locator(field)).to_have_value("", timeout=15_000)
    phone.sees("half a thought, and more")


def test_two_devices_that_write_at_once_lose_nothing(place, person):
    desk, phone = person("alice"), person("alice")
    field = ".composer textarea"
    desk.page.fill(field, "from the desk")
    phone.page.fill(field, "from the phone")
    for device in (desk, phone):
        device.page.wait_for_function(
            """() => ["from the desk", "from the phone"].every(words => document.querySelector(".composer textarea").value.includes(words))""",
            timeout=20_000,
        )


def test_pins_and_saved_messages(place, person):
    alice, bob = person("alice"), person("bob")
    bob.write("the recipe")
    alice.sees("the recipe")
    act(alice, "the recipe", "pin")
    for someone in (alice, bob):
        expect(article(someone, "the recipe").locator(".pinned")).to_be_visible()
    expect(bob.page.locator('.acts [data-act="pin"]:visible')).to_have_count(0)
    act(bob, "the recipe", "save")
    expect(article(bob, "the recipe").locator('[data-act="save"]')).to_have_attribute("aria-pressed", "true")
    bob.page.goto(f"{place.url}/saved/")
    expect(bob.page.locator("article.message", has_text="the recipe")).to_be_visible()
    alice.page.goto(f"{place.url}/rooms/1/pins/")
    expect(alice.page.locator("article.message", has_text="the recipe")).to_be_visible()


def test_a_room_that_begins_to_gather_is_loaded_anew(place, person):
    alice, bob = person("alice"), person("bob")
    alice.write("dinner?")
    bob.sees("dinner?")
    act(bob, "dinner?", "reply")
    bob.page.fill(".composer textarea", "seven")
    bob.page.press(".composer textarea", "Enter")
    alice.sees("dinner?", "seven")
    gather(place)
    for someone in (alice, bob):
        expect(article(someone, "seven")).to_have_count(0)
        expect(article(someone, "dinner?").locator(".replies")).to_be_visible()


def test_a_phone_shows_one_of_the_two(place, person):
    gather(place)
    alice = person("alice", viewport={"width": 390, "height": 800})
    alice.write("dinner?")
    alice.sees("dinner?")
    act(alice, "dinner?", "reply")
    expect(pane(alice).locator("textarea")).to_be_visible()
    expect(alice.page.locator("chat-room")).to_be_hidden()
    width = alice.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    pane(alice).locator("[data-close]").click()
    expect(alice.page.locator("chat-room")).to_be_visible()
