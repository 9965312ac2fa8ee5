"""Two people begin a conversation of their own, hide it and find it again, and one blocks the other."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

DIRECT = 'ul[data-rooms="direct"] a.place'


def begin(alice):
    """Alice finds Bob as she types, and opens their conversation."""
    alice.page.get_by_role("link", name="New conversation").click()
    alice.page.get_by_role("searchbox", name="Name or username").press_sequentially("sto")
    row = alice.page.locator(".rows li")
    expect(row).to_have_count(1)
    row.get_by_role("button", name="Message Bob Stone").click()
    expect(alice.page.get_by_text("This is the beginning of your conversation with Bob Stone.")).to_be_visible()


def test_first_words_bring_the_room_to_the_other(person):
    alice, bob = person("alice"), person("bob")
    begin(alice)
    expect(alice.page.locator(f"{DIRECT} .name")).to_have_text("Bob Stone")
    expect(bob.page.locator(DIRECT)).to_have_count(0)
    alice.write("Are you coming?")
    expect(bob.page.locator(f"{DIRECT} .name")).to_have_text("alice")
    expect(bob.page.locator(f"{DIRECT} .badge")).to_contain_text("1")
    bob.page.locator(DIRECT).click()
    bob.sees("Are you coming?")
    bob.write("On my way")
    alice.sees("Are you coming?", "On my way")
    expect(bob.page.locator(f"{DIRECT} .badge")).to_have_count(0)
    expect(bob.page.locator("[data-room-name]")).to_have_text("alice")


def test_hidden_conversation_comes_back_with_the_next_words(person):
    alice, bob = person("alice"), person("bob")
    begin(alice)
    alice.write("one")
    bob.page.locator(DIRECT).click()
    bob.sees("one")
    expect(bob.page.locator(f"{DIRECT} .badge")).to_have_count(0)
    bob.page.get_by_role("button", name="Hide the conversation").click()
    expect(bob.page.locator(DIRECT)).to_have_count(0)
    expect(bob.page.get_by_text("alice is hidden until somebody writes there.")).to_be_visible()
    alice.write("two")
    expect(bob.page.locator(f"{DIRECT} .badge")).to_contain_text("1")
    bob.page.locator(DIRECT).click()
    bob.sees("one", "two")


def test_hiding_on_one_page_empties_the_other(person):
    alice = person("alice")
    begin(alice)
    alice.write("one")
    alice.sees("one")
    other = alice.context.new_page()
    other.goto(alice.page.url)
    expect(other.locator("article.message[data-seq]")).to_have_count(1)
    alice.page.get_by_role("button", name="Hide the conversation").click()
    expect(other.get_by_text("This conversation is hidden until somebody writes in it.")).to_be_visible()
    expect(other.locator("article.message[data-seq]")).to_have_count(0)


def test_choosing_several(person):
    alice = person("alice")
    alice.page.get_by_role("link", name="New conversation").click()
    alice.page.get_by_role("link", name="Add Bob Stone").click()
    expect(alice.page.locator(".chip")).to_have_text("BSBob Stone")
    expect(alice.page.get_by_role("searchbox", name="Name or username")).to_be_focused()
    alice.page.get_by_role("link", name="Take Bob Stone out").click()
    expect(alice.page.locator(".chip")).to_have_count(0)
    alice.page.get_by_role("link", name="Add Bob Stone").click()
    alice.page.get_by_role("button", name="To the conversation").click()
    expect(alice.page.locator("[data-room-name]")).to_have_text("Bob Stone")


def test_what_somebody_blocked_writes_is_folded_live_and_opens(person):
    alice, bob = person("alice"), person("bob")
    alice.write("before")
    bob.sees("before")
    bob.page.locator("article.message .by b").first.click()
    bob.page.get_by_role("button", name="Block").click()
    expect(bob.page.get_by_text("You blocked alice.", exact=True)).to_be_visible()
    bob.page.goto(f"{bob.place.url}/rooms/1/")
    alice.write("after")
    folded = bob.page.locator("article.message.blocked")
    expect(folded).to_have_count(2)
    for number in range(2):
        expect(folded.nth(number).locator(".text")).to_be_hidden()
    folded.last.get_by_text("Show").click()
    expect(folded.last.locator(".text")).to_have_text("after")
    expect(folded.first.locator(".text")).to_be_hidden()
