"""Who is here, who types, who has read; and looking into a room without joining it: two people at once."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_who_types_and_who_has_read_is_shown(person):
    alice, bob = person("alice"), person("bob")
    typing = bob.page.locator("typing-line")
    alice.page.locator(".composer textarea").press_sequentially("a word", delay=30)
    expect(typing).to_have_text("alice is typing…")
    alice.page.press(".composer textarea", "Enter")
    expect(typing).to_have_text("")
    bob.sees("a word")
    expect(alice.page.locator("read-line")).to_have_text("Seen")
    bob.write("another")
    alice.sees("a word", "another")
    expect(alice.page.locator("read-line")).to_be_hidden()
    assert not alice.errors and not bob.errors


@pytest.mark.parametrize("width", [1280, 390])
def test_in_a_thread_one_sees_who_types_in_its_room(person, place, width):
    place.act('change_room, alice, room, threads="threaded"')
    alice, bob = person("alice"), person("bob", viewport={"width": width, "height": 800})
    alice.write("dinner?")
    bob.sees("dinner?")
    bob.page.locator("article.message", has_text="dinner?").hover()
    bob.page.locator('article.message .acts [data-act="reply"]').click()
    line = bob.page.locator("thread-pane typing-line")
    expect(line).to_have_text("")
    alice.page.locator("chat-room .composer textarea").press_sequentially("a word", delay=30)
    expect(line).to_have_text("alice is typing in this room…")
    alice.page.press("chat-room .composer textarea", "Enter")
    expect(line).to_have_text("")
    # Who writes in the thread types in the room, too.
    bob.page.locator("thread-pane textarea").press_sequentially("seven", delay=30)
    expect(alice.page.locator("chat-room typing-line")).to_have_text("Bob Stone is typing…")
    bob.page.press("thread-pane textarea", "Enter")
    expect(alice.page.locator("chat-room typing-line")).to_have_text("")
    bob.page.locator("thread-pane textarea").press_sequentially("or", delay=30)
    expect(alice.page.locator("chat-room typing-line")).to_have_text("Bob Stone is typing…")
    bob.page.locator("thread-pane [data-close]").click()
    expect(alice.page.locator("chat-room typing-line")).to_have_text("", timeout=4000)
    assert not alice.errors and not bob.errors


def test_of_several_readers_the_names_are_told_when_asked(person, place):
    place.run(
        "from accounts.services import people\nfrom accounts.models import User\nfrom chatsite.realtime.commit import commit\n"
        "from rooms import services\nfrom rooms.models import Room, Workspace\n"
        'cleo = people.new_person(username="cleo", password="a garden in november", display_name="Cleo Hill")\n'
        "commit(people.add_person, cleo)\nalice = User.objects.get(username='alice')\n"
        "commit(services.add_to_workspace, alice, Workspace.objects.get(), user=cleo)\n"
        "commit(services.add_member, alice, Room.objects.get(), user=cleo)"
    )
    alice, bob = person("alice"), person("bob")
    alice.write("read this")
    bob.sees("read this")
    line = alice.page.locator("read-line a")
    expect(line).to_have_text("Read by 1")
    line.click()
    expect(alice.page.locator(".readers")).to_contain_text("Bob Stone")
    alice.page.keyboard.press("Escape")
    expect(alice.page.locator(".readers")).to_have_count(0)
    assert not alice.errors


def test_a_status_is_shown_to_the_others(person):
    alice, bob = person("alice"), person("bob")
    alice.page.goto(f"{alice.place.url}/rooms/1/members/")
    dot = alice.page.locator("main status-dot", has=alice.page.locator("text=BS"))
    expect(dot).to_have_attribute("data-status", "online")
    bob.page.locator("status-menu summary").click()
    bob.page.get_by_role("button", name="Do not disturb").click()
    expect(dot).to_have_attribute("data-status", "dnd")
    bob.page.reload()
    expect(bob.page.locator("status-menu status-dot")).to_have_attribute("data-status", "dnd")
    bob.page.locator("status-menu summary").click()
    bob.page.get_by_role("button", name="Away").click()
    expect(dot).to_have_attribute("data-status", "away")
    bob.page.reload()
    expect(bob.page.locator("status-menu status-dot")).to_have_attribute("data-status", "away")
    expect(dot).to_have_attribute("data-status", "away")
    bob.page.close()
    expect(dot).to_have_attribute("data-status", "offline", timeout=15_000)
    assert not alice.errors and not bob.errors


def test_who_looks_into_a_room_sees_what_happens_there(person, place):
    alice, bob = person("alice"), person("bob")
    place.act("remove_member, alice, room, user=bob")
    bob.page.goto(f"{place.url}/rooms/1/")
    expect(bob.page.get_by_role("button", name="Join")).to_be_visible()
    alice.write("are you looking?")
    bob.sees("are you looking?")
    place.act("change_room, alice, room, kind='private'")
    expect(bob.page.locator(".gone-notice")).to_be_visible()
    alice.write("alone at last")
    alice.sees("alone at last")
    assert "alone at last" not in bob.page.content()
    assert not alice.errors and not bob.errors


def test_without_an_account_an_open_room_can_be_read(person, chromium, place):
    alice = person("alice")
    alice.write("come in")
    alice.sees("come in")
    place.act("change_room, alice, room, open_to_web=True")
    for size in ({"width": 1280, "height": 800}, {"width": 390, "height": 800}):
        context = chromium.new_context(viewport=size)
        page = context.new_page()
        page.goto(f"{place.url}/rooms/1/")
        expect(page.locator("article.message")).to_contain_text(["come in"])
        page.get_by_role("link", name="Sign in to take part").click()
        page.wait_for_url("**/accounts/login/?next=/rooms/1/")
        context.close()
