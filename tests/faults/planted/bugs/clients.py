"""A bug of the client: planted in the suite's own, while the server is as it should be."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults.planted import found_by
from tests.reliability.connection import Answer
from tests.reliability.outbox import Intent, Outbox


@found_by("I2")
def retry_with_a_new_msg_id() -> None:
    """What was not acked is sent again under another msg_id. (`forgetful_outboxes` plants it, in the test's own process.)"""


@contextmanager
def forgetful_outboxes() -> Iterator[None]:
    """Each try but the first of every outbox gets a new msg_id."""
    honest, tried = Outbox._try, set()

    async def forgetful(outbox: Outbox, intent: Intent) -> Answer | None:
        if intent.msg_id in tried:
            intent.msg_id = str(uuid.uuid4())
        tried.add(intent.msg_id)
        return await honest(outbox, intent)

    Outbox._try = forgetful
    try:
        yield
    finally:
        Outbox._try = honest
