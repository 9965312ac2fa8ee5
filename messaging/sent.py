"""What was first sent, remembered as a keyed hash and never as text: what a repeated `msg_id` is compared with."""

import functools
import hashlib
import hmac

import msgspec
from django.conf import settings

from messaging.models import Message


def key_id() -> str:
    """Names the key in use, without telling anything of it."""
    return _id_of(_key(settings.SECRET_KEY))


@functools.lru_cache(2)
def _id_of(key: bytes) -> str:
    return hashlib.sha256(b"sent-key-id:" + key).hexdigest()[:8]


@functools.lru_cache(2)
def _key(secret: str) -> bytes:
    return hashlib.sha256(b"messaging.sent:" + secret.encode()).digest()


def mac(*, room: int, body: str, reply_to: int | None, title: str, attachments: list[int]) -> bytes:
    """32 bytes over what was sent; `body` with its line ends as LF."""
    return hmac.digest(
        _key(settings.SECRET_KEY), msgspec.json.encode([room, body, reply_to, title, attachments]), "sha256"
    )


def is_same(known: Message, sent: bytes) -> bool:
    """Whether `sent` is what the message `known` was first sent as; true where its key is lost, or it was erased."""
    if known.sent_mac is None or known.sent_mac_key != key_id():
        return True
    return hmac.compare_digest(bytes(known.sent_mac), sent)
