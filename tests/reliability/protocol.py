"""Words of the protocol's page: what the closed lists say, what each close code asks of a client, and how long it waits."""

import random

SUBPROTOCOL = "chat.v1.json"
BINARY = "chat.v1.proto"
ANSWER_SECONDS = 10.0
"""A client without an answer for so long reconnects."""
HISTORY_LIMIT = 100
"""Messages that one `history` may ask for."""
LONGEST_PAUSE = 30.0
"""Seconds between two tries to connect, at most."""
FIRST_PAUSE = 0.5
PEACE_SECONDS = 60.0
"""After so long on one socket the next loss counts as the first."""

FINAL = {
    "invalid",
    "forbidden",
    "not_found",
    "method_not_allowed",
    "unsupported_media_type",
    "conflict",
    "too_large",
}
"""Codes of errors after which the same thing is not sent again. Codes that the page does not know are none of these."""

DONE = 1000
NOT_SIGNED_IN = 4401
FLOOD = 4429
STOP = {DONE, 1002, 1003, 1007, 4400, 4403, 4409}
"""Close codes after which a client does not come again by itself."""
AFTER_GOAWAY = {None, 1001, 1006, 1011, 1012, 1013}
"""Close codes (None: no close frame came) after which a client comes again after `goaway.reconnect_ms`, where that was said."""


def is_final(code: str) -> bool:
    """Whether an error says: do not send it again."""
    return code in FINAL


def backoff(losses: int, chance: random.Random, longest: float = LONGEST_PAUSE) -> float:
    """Seconds to wait after the loss number `losses` (from 0) without peace: random(0, min(longest, 0.5 s * 2^n))."""
    return chance.uniform(0, min(longest, FIRST_PAUSE * 2 ** min(losses, 16)))


def flood_pause(reason: str) -> float:
    """The seconds in the reason of a close with 4429, `retry_after=SECONDS`; 1.0 where it is not readable."""
    name, _, seconds = reason.partition("=")
    return float(seconds) if name == "retry_after" and seconds.isdecimal() else 1.0
