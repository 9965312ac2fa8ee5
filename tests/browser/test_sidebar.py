"""The sidebar of a page that stays open: rooms that come are drawn as the server draws them, drafts have a pencil, moderators a number."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

SHAPE = """room => {
    const line = document.querySelector(`a.place[data-room="${room}"]`).closest("li").cloneNode(true)
    for (const gone of line.querySelectorAll(".said, .badge, .count")) gone.remove()
    for (const one of line.querySelectorAll("*")) {
        one.removeAttribute("data-status")
        one.getAttribute("class") === "" && one.removeAttribute("class")
    }
    line.querySelector("a").className = "place"
    return line.innerHTML.replace(/\\s+/g, " ").replaceAll("> <", "><").trim()
}"""
"""How a room's line is drawn, without what changes by itself: numbers and statuses."""


def line(someone, room: int = 1):
    return someone.page.locator(f'a.place[data-room="{room}"]')


def write(page, words: str) -> None:
    page.fill("chat-room .composer textarea", words)


def report(place) -> None:
    """Somebody reports Bob's latest message."""
    place.run(
        "from accounts.models import User\nfrom accounts.services import people\nfrom chatsite.realtime.commit import commit\n"
        "from messaging import services\nfrom messaging.models import Message\nfrom rooms import services as rooms\n"
        "from rooms.models import Room\nroom = Room.objects.get(pk=1)\nalice = User.objects.get(username='alice')\n"
        'carol = people.new_person(username="carol", password="a garden in november")\ncommit(people.add_person, carol)\n'
        "commit(rooms.add_to_workspace, alice, room.workspace, carol)\n"
        "message = Message.objects.filter(author__username='bob', kind='message').latest('pk')\n"
        'commit(services.report_message, carol, message.pk, reason="spam")'
    )


def test_rooms_that_come_are_drawn_as_the_server_draws_them(person, place):
    bob, alice = person("bob"), person("alice")
    place.act("create_room, alice, room.workspace, name='Attic', kind='private'")
    # Behind the first call there are two rooms: each is named by its number.
    place.run(
        "from accounts.models import User\nfrom chatsite.realtime.commit import commit\nfrom rooms import services\n"
        "from messaging import services as messages\nfrom rooms.models import Room\nimport uuid\n"
        'alice, bob = User.objects.get(username="alice"), User.objects.get(username="bob")\n'
        "commit(services.add_member, alice, Room.objects.get(pk=2), bob)\n"
        "direct = commit(services.open_direct, alice, [bob.pk])[0]\n"
        'commit(messages.post_message, alice, direct.pk, body="hello", msg_id=str(uuid.uuid4()))'
    )
    expect(line(bob, 2)).to_be_visible()
    expect(line(bob, 3).locator("status-dot")).to_have_attribute("data-status", "online")
    rooms = bob.page.locator('ul[data-rooms="rooms"] .name')
    expect(rooms).to_have_text(["Attic", "general"])
    drawn = {room: bob.page.evaluate(SHAPE, room) for room in (2, 3)}
    bob.page.goto(f"{place.url}/rooms/1/")
    assert {room: bob.page.evaluate(SHAPE, room) for room in (2, 3)} == drawn
    alice.page.close()
    alice.context.close()
    expect(line(bob, 3).locator("status-dot")).to_have_attribute("data-status", "offline", timeout=15_000)


def test_rooms_of_another_workspace_do_not_come(person, place):
    place.act("create_workspace, alice, name='Boathouse'")
    place.run(
        "from accounts.models import User\nfrom chatsite.realtime.commit import commit\nfrom rooms import services\n"
        "from rooms.models import Workspace\nalice = User.objects.get(username='alice')\n"
        "commit(services.create_room, alice, Workspace.objects.get(name='Boathouse'), name='Shed')"
    )
    alice = person("alice")
    alice.write("hello")
    alice.sees("hello")
    expect(alice.page.locator('ul[data-rooms="rooms"] .name')).to_have_text(["general"])
    alice.page.goto(f"{place.url}/w/2/")
    expect(alice.page.locator('ul[data-rooms="rooms"] .name')).to_have_text(["Shed"])


@pytest.mark.parametrize("width", [1280, 390])
def test_a_pencil_follows_the_draft_from_device_to_device(person, place, width):
    desk, other = person("bob"), person("bob", viewport={"width": width, "height": 800})
    other.page.goto(f"{place.url}/w/1/")
    pencil = line(other).locator(".draft")
    expect(pencil).to_have_count(0)
    write(desk.page, "half a thought")
    expect(line(desk).locator(".draft")).to_be_hidden()
    expect(pencil).to_have_count(1, timeout=15_000)
    other.page.reload()
    expect(pencil).to_have_count(1)
    # Elsewhere on the desk: at once, and after the page is loaded anew.
    desk.page.goto(f"{place.url}/w/1/")
    expect(line(desk).locator(".draft")).to_be_visible()
    desk.page.goto(f"{place.url}/rooms/1/")
    desk.page.press("chat-room .composer textarea", "Enter")
    desk.sees("half a thought")
    expect(pencil).to_have_count(0, timeout=15_000)
    desk.page.goto(f"{place.url}/w/1/")
    expect(line(desk).locator(".draft")).to_have_count(0)


def test_without_a_network_the_pencil_is_there_and_goes_with_the_words(person, place):
    place.act("create_room, bob, room.workspace, name='Attic'")
    bob = person("bob")
    bob.page.route("**/api/v1/users/me/drafts/**", lambda route: route.abort())
    write(bob.page, "not told to anybody")
    bob.page.goto(f"{place.url}/rooms/2/")
    expect(line(bob).locator(".draft")).to_be_visible()
    bob.page.goto(f"{place.url}/rooms/1/")
    write(bob.page, "")
    bob.page.goto(f"{place.url}/rooms/2/")
    expect(line(bob).locator(".draft")).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 390])
def test_moderators_see_how_many_reports_wait(person, place, width):
    alice, bob = person("alice", viewport={"width": width, "height": 800}), person("bob")
    bob.write("buy this")
    alice.sees("buy this")
    alice.page.goto(f"{place.url}/w/1/")
    reports = alice.page.locator('[data-errand="reports"]')
    expect(reports).to_have_text("Reports")
    report(place)
    expect(reports.locator(".badge")).to_have_text(re.compile(r"^1"), timeout=10_000)
    expect(bob.page.locator('[data-errand="reports"]')).to_have_count(0)
    reports.click()
    alice.page.get_by_role("button", name="Leave the message").click()
    expect(alice.page.get_by_text("Nothing is waiting")).to_be_visible()
    expect(reports.locator(".badge")).to_have_count(0)
