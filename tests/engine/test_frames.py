"""Bad frames: each gets an error that says what is wrong, and the connection lives; too many end it."""

import pytest

from tests.engine.conftest import Refused

BAD = [
    ("not json", "{", ""),
    ("a list", "[]", ""),
    ("no payload", '{"msg_id": "a", "cmd_type": "ping"}', "a"),
    ("an unknown member", '{"msg_id": "a", "cmd_type": "ping", "payload": {}, "extra": 1}', "a"),
    ("an unknown payload member", '{"msg_id": "a", "cmd_type": "rooms", "payload": {"extra": 1}}', "a"),
    ("an unknown command", '{"msg_id": "a", "cmd_type": "message.shout", "payload": {}}', "a"),
    ("NaN", '{"msg_id": "a", "cmd_type": "read", "payload": {"room": 1, "seq": NaN}}', "a"),
    ("a key twice", '{"msg_id": "a", "cmd_type": "ping", "payload": {}, "payload": {}}', "a"),
    ("two ids", '{"msg_id": "a", "msg_id": "a", "cmd_type": "ping", "payload": {}}', ""),
    (
        "half a surrogate pair",
        '{"msg_id": "a", "cmd_type": "message.send", "payload": {"room": 1, "body": "\\ud800"}}',
        "a",
    ),
    ("NUL", '{"msg_id": "a", "cmd_type": "message.send", "payload": {"room": 1, "body": "\\u0000"}}', "a"),
    ("a number that is true", '{"msg_id": "a", "cmd_type": "read", "payload": {"room": true, "seq": 1}}', "a"),
    ("a number with a point", '{"msg_id": "a", "cmd_type": "read", "payload": {"room": 1.0, "seq": 1}}', "a"),
    ("a number that is text", '{"msg_id": "a", "cmd_type": "read", "payload": {"room": "1", "seq": 1}}', "a"),
    ("a huge number", '{"msg_id": "a", "cmd_type": "read", "payload": {"room": 1, "seq": ' + "9" * 5000 + "}}", "a"),
    ("an empty id", '{"msg_id": "", "cmd_type": "ping", "payload": {}}', ""),
    ("a long id", '{"msg_id": "' + "a" * 65 + '", "cmd_type": "ping", "payload": {}}', ""),
    (
        "ten thousand brackets",
        '{"msg_id": "a", "cmd_type": "ping", "payload": ' + "[" * 10_000 + "]" * 10_000 + "}",
        "",
    ),
]


@pytest.mark.parametrize(("frame", "msg_id"), [one[1:] for one in BAD], ids=[one[0] for one in BAD])
async def test_a_bad_frame_is_answered_and_the_connection_lives(connect, room, bob, frame, msg_id):
    his = await connect(bob)
    await his.send_text(frame)
    error = await his.until(lambda: next((f for f in his.frames if f["cmd_type"] == "error"), None), "an error")
    assert (error["msg_id"], error["payload"]["code"]) == (msg_id, "invalid")
    assert error["payload"]["message"] and error["payload"]["request_id"]
    assert await his.ask("ping")


async def test_the_twentieth_bad_frame_is_answered_and_ends_it(connect, room, bob):
    his = await connect(bob)
    for _frame in range(20):
        await his.send_text("{")
    assert (await his.closing()).code == 4400
    assert len([frame for frame in his.frames if frame["cmd_type"] == "error"]) == 20


async def test_refusals_that_are_no_bad_frames_do_not_count(connect, room, bob, settings):
    settings.READS_BURST = 100
    his = await connect(bob)
    for _try in range(25):
        with pytest.raises(Refused, match="invalid"):
            await his.ask("history", room=room.pk, limit=0)
    assert await his.ask("ping")


async def test_a_flood_is_refused_and_then_ended(connect, room, bob):
    his = await connect(bob)
    for n in range(120):
        await his.send_text(f'{{"msg_id": "{n}", "cmd_type": "ping", "payload": {{}}}}')
    closed = await his.closing()
    assert closed.code == 4429 and closed.reason.startswith("retry_after=")
    refused = [f["payload"] for f in his.frames if f["cmd_type"] == "error"]
    assert {one["code"] for one in refused} == {"rate_limited"} and all(one["retry_after"] >= 1 for one in refused)


async def test_a_body_over_the_limit_is_too_large_and_leaves_nothing(connect, room, bob):
    his = await connect(bob)
    for body, code in (("x" * 10_001, "too_large"), (" \n\t ", "invalid"), ("\u3000", "invalid")):
        with pytest.raises(Refused) as refused:
            await his.say(room, body)
        assert refused.value.code == code
    assert (await his.say(room, "é" * 10_000))["seq"] == 3
