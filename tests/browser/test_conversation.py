"""Two people in two browsers hold a conversation, and nothing of it is lost."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_two_people_talk(person):
    alice, bob = person("alice"), person("bob")
    alice.write("Is anybody **here**?")
    bob.sees("Is anybody here?")
    bob.write("I am, @alice\nand how are you?")
    alice.sees("Is anybody here?", "I am, @alice\nand how are you?")
    expect(alice.page.locator("article.names-me .mention.me-too")).to_have_text("@alice")
    expect(bob.page.locator("article.mine")).to_have_count(1)


def test_what_can_be_done_to_a_message_shows_on_both_sides(person):
    alice, bob = person("alice"), person("bob")
    alice.write("The firts draft")
    bob.sees("The firts draft")
    bob.page.locator("article.message").hover()
    bob.page.get_by_role("button", name="Add a reaction").click()
    bob.page.keyboard.press("Enter")
    expect(alice.page.locator(".reaction")).to_have_attribute("aria-pressed", "false")
    expect(bob.page.locator(".reaction")).to_have_attribute("aria-pressed", "true")
    bob.page.locator("article.message").hover()
    bob.page.get_by_role("button", name="Reply").click()
    bob.write("There is a slip")
    expect(alice.page.locator("a.quote span")).to_have_text("The firts draft")
    alice.page.focus(".composer textarea")
    alice.page.keyboard.press("ArrowUp")
    alice.page.fill("form.editing textarea", "The first draft")
    alice.page.keyboard.press("Enter")
    bob.sees("The first draft", "There is a slip")
    expect(bob.page.locator("a.quote span")).to_have_text("The first draft")
    alice.page.locator("article.mine").hover()
    alice.page.locator("article.mine").get_by_role("button", name="Delete").click()
    alice.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    bob.sees("Message deleted", "There is a slip")
    expect(bob.page.locator("a.quote span")).to_have_text("Message deleted")


def test_who_was_offline_catches_up_and_their_words_go_out_in_order(person):
    alice, bob = person("alice"), person("bob")
    alice.write("before")
    bob.sees("before")
    bob.context.set_offline(True)
    bob.write("one", "two", "three")
    expect(bob.page.locator("connection-status")).to_contain_text("3 messages are waiting")
    expect(bob.page.locator(".pending .state").first).to_have_text("Waiting for the network")
    alice.write("a", "b", "c")
    alice.sees("before", "a", "b", "c")
    assert bob.read == ["before"]
    bob.context.set_offline(False)
    for someone in (alice, bob):
        someone.sees("before", "a", "b", "c", "one", "two", "three")
    expect(bob.page.locator("connection-status")).to_be_hidden()


def test_words_written_offline_survive_the_page(person):
    alice, bob = person("alice"), person("bob")
    bob.context.set_offline(True)
    bob.write("written in a tunnel")
    bob.page.fill(".composer textarea", "half a thou")
    bob.page.close()
    bob.page = bob.context.new_page()
    bob.context.set_offline(False)
    bob.page.goto(f"{bob.place.url}/rooms/1/")
    alice.sees("written in a tunnel")
    bob.sees("written in a tunnel")
    expect(bob.page.locator(".composer textarea")).to_have_value("half a thou")


def test_removed_member_goes_quiet(person, place):
    alice, bob = person("alice"), person("bob")
    alice.write("among us")
    bob.sees("among us")
    place.act("remove_member, alice, room, user=bob")
    expect(bob.page.get_by_role("alert")).to_contain_text("You were removed from this room.")
    alice.write("now that he is gone")
    alice.sees("among us", "now that he is gone")
    bob.page.wait_for_timeout(3000)
    assert bob.read == []
    assert "now that he is gone" not in bob.page.content()
    expect(bob.page.locator(".composer")).to_be_hidden()
    expect(bob.page.locator("room-list [data-room]")).to_have_count(0)


def test_failed_message_shows_and_can_be_sent_again(person, place):
    alice, bob = person("alice"), person("bob")
    bob.context.set_offline(True)
    bob.write("too late")
    place.act("archive_room, alice, room")
    bob.context.set_offline(False)
    failed = bob.page.locator(".pending")
    expect(failed).to_contain_text("Not sent: This room is archived")
    bob.page.reload()
    expect(failed).to_contain_text("Not sent: This room is archived")
    place.act("unarchive_room, alice, room")
    expect(bob.page.locator(".composer")).to_be_visible()
    failed.get_by_role("button", name="Edit and send again").click()
    bob.page.keyboard.type(", or not?")
    bob.page.keyboard.press("Enter")
    alice.sees("too late, or not?")
    bob.sees("too late, or not?")


def test_posting_works_without_javascript(person):
    alice, bob = person("alice"), person("bob", java_script_enabled=False)
    bob.page.fill(".composer textarea", "by a plain form")
    bob.page.get_by_role("button", name="Send").click()
    assert bob.read == ["by a plain form"]
    alice.sees("by a plain form")
    alice.write("and back")
    alice.sees("by a plain form", "and back")
    bob.page.reload()
    assert bob.read == ["by a plain form", "and back"]


def test_unread_rooms_call_by_weight_and_by_badge(person, place):
    alice, bob = person("alice"), person("bob")
    bob.page.goto(f"{place.url}/profile/")
    expect(bob.page.locator("connection-status")).to_be_hidden()
    link = bob.page.locator("room-list [data-room]")
    alice.write("news")
    expect(link.locator(".count")).to_contain_text("1")
    alice.write("for @bob")
    expect(link.locator(".badge")).to_contain_text("1")
    assert bob.page.title().startswith("(1) ")
    link.click()
    expect(bob.page.locator(".line.new + article")).to_contain_text("news")
    expect(link.locator(".badge, .count")).to_have_count(0)


def test_who_signs_out_is_out_at_once(person):
    bob, elsewhere = person("bob"), person("bob", anew=True)
    elsewhere.page.get_by_role("button", name="Sign out").click()
    elsewhere.page.wait_for_url("**/accounts/login/**")
    assert elsewhere.page.evaluate("localStorage.length") == 0
    bob.write("still here")
    bob.sees("still here")


def test_long_room_loads_older_messages_on_the_way_up(person, place):
    place.run(
        "from accounts.models import User\nfrom chatsite.realtime.commit import commit\nfrom messaging import services\n"
        "import uuid\nalice = User.objects.get(username='alice')\n"
        "for n in range(180):\n    commit(services.post_message, alice, 1, body=f'line {n}', msg_id=str(uuid.uuid4()))"
    )
    bob = person("bob")
    bob.page.locator(".log").hover()
    bob.page.wait_for_function(
        """() => {
            const log = document.querySelector(".log")
            log.scrollTop = 0
            return log.querySelector('[data-seq="1"]')
        }""",
        polling=200,
    )
    assert bob.read == [f"line {n}" for n in range(180)]
