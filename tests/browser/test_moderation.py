"""Reporting a message, and slow mode, as they are met in a browser."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 800}, "has_touch": True}


@pytest.mark.parametrize("screen", [{}, PHONE], ids=["desk", "phone"])
def test_a_message_is_reported_and_deleted(person, screen):
    alice, bob = person("alice"), person("bob", **screen)
    alice.write("good soup")
    bob.write("buy this")
    alice.sees("good soup", "buy this")
    bob.page.locator("article.message:not(.mine)").hover()
    bob.page.locator("article.message:not(.mine)").get_by_role("button", name="Report").click()
    dialog = bob.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Report").click()
    expect(dialog.get_by_role("alert")).to_have_text("Please say what is wrong with it.")
    dialog.get_by_role("textbox").fill("too salty")
    dialog.get_by_role("button", name="Report").click()
    expect(dialog).to_be_hidden()
    expect(bob.page.locator(".toast")).to_have_text("Thank you. The moderators will look at it.")
    expect(bob.page.locator("article.mine [data-act=report]")).to_be_hidden()


def test_a_moderator_decides(person):
    alice, bob = person("alice"), person("bob")
    bob.write("buy this")
    alice.sees("buy this")
    alice.place.run(
        "from accounts.models import User\nfrom chatsite.realtime.commit import commit\nfrom messaging import services\n"
        "from messaging.models import Message, Report\n"
        "from accounts.services import people\nfrom rooms import services as rooms\nfrom rooms.models import Room\n"
        'carol = people.new_person(username="carol", password="a garden in november")\ncommit(people.add_person, carol)\n'
        "room = Room.objects.get()\nalice = User.objects.get(username='alice')\n"
        "commit(rooms.add_to_workspace, alice, room.workspace, carol)\n"
        'commit(services.report_message, carol, Message.objects.get(body="buy this").pk, reason="spam")'
    )
    alice.page.goto(f"{alice.place.url}/w/1/reports/")
    expect(alice.page.locator("main")).to_contain_text("carol reports: spam")
    alice.page.get_by_role("button", name="Delete the message").click()
    expect(alice.page.locator(".notices")).to_contain_text("The message was deleted")
    bob.sees("Message deleted")


@pytest.mark.parametrize("screen", [{}, PHONE], ids=["desk", "phone"])
def test_a_ban_gets_other_terms(person, screen):
    alice = person("alice", **screen)
    alice.place.act("ban_from_workspace, alice, room.workspace, bob, reason='loud'")
    alice.page.goto(f"{alice.place.url}/w/1/members/")
    banned = alice.page.locator(".group", has_text="Banned")
    expect(banned).to_contain_text("for good · loud")
    banned.get_by_role("link", name="Change").click()
    expect(alice.page.locator("h1")).to_have_text("Bob Stone")
    expect(alice.page.locator("[name=reason]")).to_have_value("loud")
    alice.page.fill("[name=reason]", "loud, but sorry")
    alice.page.select_option("[name=expires_at]", "7")
    alice.page.get_by_role("button", name="Save changes").click()
    expect(alice.page.locator(".notices")).to_contain_text("The ban of Bob Stone has other terms now.")
    expect(banned).to_contain_text("until")
    expect(banned).to_contain_text("loud, but sorry")


def test_slow_mode_keeps_the_words_and_says_how_long(person):
    alice, bob = person("alice"), person("bob")
    bob.place.act("change_room, alice, room, slow_mode_seconds=5")
    expect(bob.page.locator(".log")).to_contain_text("slow mode")
    bob.write("one")
    alice.sees("one")
    expect(bob.page.locator(".composer .wait")).to_contain_text("You can write again in")
    bob.write("two")
    expect(bob.page.locator(".composer textarea")).to_have_value("two")
    assert bob.read == ["one"]
    expect(bob.page.locator(".composer .wait")).to_be_hidden(timeout=10_000)
    bob.page.press(".composer textarea", "Enter")
    alice.sees("one", "two")
    alice.write("three", "four")
    bob.sees("one", "two", "three", "four")
    expect(alice.page.locator(".composer .wait")).to_have_count(0)


def test_the_server_decides_and_the_message_waits_in_the_outbox(person):
    """Another device wrote meanwhile: this one learns of the wait by its refusal, and sends the message when it is over."""
    alice, bob = person("alice"), person("bob")
    other = person("bob")
    bob.place.act("change_room, alice, room, slow_mode_seconds=5")
    expect(bob.page.locator(".log")).to_contain_text("slow mode")
    other.write("from the phone")
    alice.sees("from the phone")
    bob.write("from the desk")
    expect(bob.page.locator(".composer .wait")).to_contain_text("You can write again in")
    alice.sees("from the phone", "from the desk")


def test_the_browser_tells_its_time_zone_once(person):
    bob = person("bob", timezone_id="Asia/Shanghai")
    bob.write("what time is it?")
    bob.sees("what time is it?")
    bob.page.goto(f"{bob.place.url}/profile/")
    expect(bob.page.locator("[name=time_zone]")).to_have_value("Asia/Shanghai")
    bob.page.select_option("[name=time_zone]", "")
    bob.page.get_by_role("button", name="Save changes").first.click()
    bob.page.goto(f"{bob.place.url}/rooms/1/")
    bob.write("and now?")
    bob.sees("what time is it?", "and now?")
    bob.page.goto(f"{bob.place.url}/profile/")
    expect(bob.page.locator("[name=time_zone]")).to_have_value("")
