"""Whom one blocks on one page, all open pages know: messages fold and unfold, a conversation of two closes and opens."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def meet_bob(someone):
    """Somebody's second page, at Bob's."""
    page = someone.context.new_page()
    page.goto(f"{someone.place.url}/people/2/")
    return page


def test_an_open_room_follows(person):
    alice, bob = person("alice"), person("bob")
    alice.write("soup?")
    bob.sees("soup?")
    bob.page.locator("article.message", has_text="soup?").hover()
    bob.write("buy this")
    alice.sees("soup?", "buy this")
    message = alice.page.locator("article.message", has=alice.page.locator(".text", has_text="buy this"))
    there = meet_bob(alice)
    there.get_by_role("button", name="Block").click()
    expect(message.locator(".fold")).to_be_visible()
    expect(message.locator(".text")).to_be_hidden()
    bob.write("and that")
    expect(alice.page.locator("article.message .fold")).to_have_count(2)
    there.get_by_role("button", name="Unblock").click()
    expect(message.locator(".fold")).to_have_count(0)
    expect(message.locator(".text")).to_be_visible()
    assert not alice.errors and not bob.errors


def test_who_is_blocked_types_no_more(person):
    alice, bob = person("alice"), person("bob")
    bob.page.locator(".composer textarea").press_sequentially("a word", delay=30)
    expect(alice.page.locator("typing-line")).to_have_text("Bob Stone is typing…")
    meet_bob(alice).get_by_role("button", name="Block").click()
    expect(alice.page.locator("typing-line")).to_have_text("", timeout=4000)


def test_an_open_conversation_of_two_closes_and_opens_again(person, place):
    place.act("open_direct, alice, [bob.pk]")
    alice = person("alice")
    alice.page.goto(f"{place.url}/rooms/2/")
    alice.write("hello")
    alice.sees("hello")
    alice.page.fill(".composer textarea", "half a thought")
    there = meet_bob(alice)
    there.get_by_role("button", name="Block").click()
    expect(alice.page.locator(".composer")).to_have_count(0)
    expect(alice.page.locator(".notice-bar").first).to_be_visible()
    there.get_by_role("button", name="Unblock").click()
    expect(alice.page.locator(".composer textarea")).to_have_value("half a thought")
    assert not alice.errors
