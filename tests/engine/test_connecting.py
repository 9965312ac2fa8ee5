"""The handshake, `hello`, and how a connection ends (`protocol.md`, sections 2, 4, 7, 8)."""

import asyncio
from datetime import timedelta

import pytest
from channels.testing import WebsocketCommunicator
from django.db import connections
from django.test import Client
from django.utils import timezone

from accounts import services as accounts
from accounts import sessions, tokens
from accounts.models import Session
from chatsite.asgi import application
from chatsite.realtime.commit import commit
from chatsite.realtime.hub import hub
from rooms import services
from tests.engine.conftest import Refused, apart, say

HELLO = {
    "connection_id", "protocol", "epoch", "user_seq", "heartbeat_seconds", "timeout_seconds", "max_frame_bytes", "max_body_chars",
    "server_time", "user", "rooms",
}  # fmt: skip
SHARED = {
    "id", "workspace", "slug", "name", "topic", "kind", "history", "threads", "open_to_web", "archived", "slow_mode_seconds", "head",
    "last_seq", "members_count",
}  # fmt: skip
PERSONAL = {"role", "joined_seq", "joined_event_seq", "notify", "last_read_seq", "unread", "mentions"}


async def refused_handshake(headers=(), subprotocols=("chat.v1.json",), path="/ws/"):
    communicator = WebsocketCommunicator(application, path, headers=list(headers), subprotocols=list(subprotocols))
    await communicator.send_input({"type": "websocket.connect"})
    return await communicator.receive_output(5)


async def cookie_of(user):
    def sign_in():
        user.set_password("correct horse battery")
        user.save()
        client = Client()
        client.post("/accounts/login/", {"login": user.username, "password": "correct horse battery"})
        connections.close_all()
        return client.cookies["sessionid"].value

    return (b"cookie", b"sessionid=" + (await asyncio.to_thread(sign_in)).encode())


async def test_hello_has_its_members_and_no_others(connect, room, cellar, alice):
    hers = await connect(alice)
    assert set(hers.hello) == HELLO
    assert hers.hello["user"].keys() == {"id", "username", "display_name", "avatar_url", "language", "role"}
    assert {frozenset(one) for one in hers.hello["rooms"]} == {frozenset(SHARED | PERSONAL)}


async def test_unread_and_mentions_are_counted(connect, room, alice, bob):
    say(alice, room, "hello @bob")
    say(alice, room, "and @all")
    say(bob, room, "mine")
    say(alice, room, "no one")
    his = await connect(bob)
    (stated,) = his.hello["rooms"]
    assert (stated["unread"], stated["mentions"]) == (3, 2)


@pytest.mark.parametrize(
    "origin", [b"https://evil.example", b"null", b"http://127.0.0.1:8080.evil", b"https://127.0.0.1:8080", None]
)
async def test_a_foreign_origin_beside_a_cookie_is_refused_before_the_upgrade(connect, bob, origin):
    headers = [await cookie_of(bob), *([(b"origin", origin)] if origin else [])]
    assert (await refused_handshake(headers))["status"] == 403


async def test_a_cookie_with_our_origin_opens(connect, bob, settings):
    cookie = await cookie_of(bob)
    his = await connect(headers=[cookie, (b"origin", settings.SITE_URL.encode())])
    assert his.hello["user"]["username"] == "bob"


async def test_unknown_subprotocols_alone_are_refused(place):
    assert (await refused_handshake(subprotocols=["chat.v9"]))["status"] == 400


async def test_no_subprotocol_means_json(connect, room, bob):
    his = await connect(bob, encoding="")
    assert his.hello["protocol"] == 1


@pytest.mark.parametrize("path", ["/ws/", "/ws/?token=abc", "/ws/?ticket=abc", "/ws/?access_token=abc"])
async def test_nobody_is_accepted_and_closed_with_4401(connect, place, path):
    assert (await (await connect(hello=False, path=path)).closing()).code == 4401


async def test_an_unknown_address_is_not_found(place):
    assert (await refused_handshake(path="/ws/other/"))["status"] == 404


async def test_signing_out_ends_the_sockets_of_that_session_alone(connect, room, bob):
    first, second = await connect(bob), await connect(bob)
    session = Session.objects.filter(user=bob).order_by("created_at")[0]
    commit(accounts.sign_out, session)
    assert (await first.closing()).code == 4401
    assert await second.ask("ping")


async def test_a_session_that_ends_unheard_is_found_by_the_sweep(connect, room, bob):
    his = await connect(bob)
    Session.objects.filter(user=bob).update(expires_at=timezone.now())
    await hub().sweeper.sweep()
    assert (await his.closing()).code == 4401


async def test_that_sessions_are_in_use_is_noted_behind_the_back_of_who_uses_them(connect, room, alice, bob):
    await connect(alice), await connect(bob)
    Session.objects.update(last_seen_at=timezone.now() - timedelta(minutes=2))
    begun = timezone.now()
    for session in Session.objects.all():
        sessions.note_seen(session)
        assert session.last_seen_at >= begun
    async with asyncio.timeout(10):
        while Session.objects.filter(last_seen_at__lt=begun).exists():  # noqa: ASYNC110 - a row, not an event
            await asyncio.sleep(0.01)


async def test_a_deactivated_person_is_closed_with_4403(connect, room, alice, bob):
    his = await connect(bob)
    commit(accounts.deactivate, bob, bob)
    assert (await his.closing()).code == 4403


async def test_the_oldest_of_too_many_sockets_goes(connect, room, bob, settings):
    settings.SOCKETS_PER_PERSON = 2
    first, second, third = [await connect(bob) for _socket in range(3)]
    assert (await first.closing()).code == 4409
    assert await second.ask("ping") and await third.ask("ping")


async def test_silence_ends_a_connection(connect, room, bob, settings):
    settings.SOCKET_TIMEOUT = 0.2
    his = await connect(bob)
    assert (await his.closing()).code == 4408


async def test_heads_follow_a_pong_only_where_something_moved(connect, room, alice, bob):
    his = await connect(bob)
    posted = say(alice, room)
    await his.reaches(room, posted.event_seq)
    await his.ask("ping")
    heads = await his.event("heads")
    assert heads == {"user_seq": his.hello["user_seq"], "rooms": {str(room.pk): posted.event_seq}}
    await his.ask("ping")
    await his.ask("ping")
    assert len(his.events("heads")) == 1


async def test_a_read_mark_is_told_to_my_other_devices_only(connect, room, alice, bob):
    say(alice, room)
    one, other = await connect(bob), await connect(bob)
    hers = await connect(alice)
    mark = await one.ask("read", room=room.pk, seq=99)
    assert mark["unread"] == 0 and mark["last_read_seq"] == mark["last_seq"] == 3
    told = await other.event("rooms.changed")
    assert told["user_seq"] == mark["user_seq"] and told["rooms"][0]["last_read_seq"] == 3
    assert await hers.event("read") == {"room": room.pk, "user": bob.pk, "last_read_seq": 3}
    assert one.events("rooms.changed") == []


async def test_reading_on_takes_mentions_away_whatever_others_have_read(connect, room, alice, bob, mo):
    commit(services.join_room, mo, room)
    say(alice, room, "hello @bob")
    last = say(alice, room, "and @all")
    his = await connect(bob)
    assert (await his.ask("read", room=room.pk, seq=last.seq - 1))["mentions"] == 1
    assert (await his.ask("read", room=room.pk, seq=last.seq))["mentions"] == 0
    assert (await his.ask("unread", room=room.pk, seq=last.seq - 1))["mentions"] == 2
    assert (await his.ask("rooms"))["rooms"][0]["mentions"] == 2


async def test_a_refresh_token_opens_nothing(connect, bob):
    refresh = tokens.issue(bob)["refresh"].encode()
    assert (
        await (await connect(hello=False, headers=[(b"authorization", b"Bearer " + refresh)])).closing()
    ).code == 4401


async def test_rooms_and_names_of_others_are_told(connect, room, alice, bob):
    his = await connect(bob)
    commit(accounts.change_profile, alice, display_name="Alice Liddell")
    assert (await his.event("user.changed"))["user"]["display_name"] == "Alice Liddell"
    commit(services.create_room, bob, room.workspace, name="Attic")
    assert (await his.event("rooms.changed"))["rooms"][0]["name"] == "Attic"


async def test_every_refusal_on_a_socket_is_in_the_words_of_its_person(connect, room, alice, mo):
    mo.language = "zh-hans"
    await apart(mo.save, update_fields=["language"])
    hers, his = await connect(alice), await connect(mo)
    for socket, words in ((his, ("未知命令", "没有")), (hers, ("Unknown command", "There is no"))):
        for cmd_type, payload, begins in (("nonsense", {}, words[0]), ("history", {"room": 10**9}, words[1])):
            with pytest.raises(Refused) as refused:
                await socket.ask(cmd_type, **payload)
            assert begins in str(refused.value)
