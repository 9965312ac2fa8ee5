"""Where the posts of all doors meet: what waits at the same moment is one call of `post_messages`, and one transaction."""

from typing import Any

from accounts.models import User
from chatsite.realtime.commit import commit
from chatsite.realtime.gathering import Gatherer, may_gather
from messaging.services import Post, Posted, post_message, post_messages
from messaging.services.posting import render
from messaging.services.texts import require_uuid

posts: Gatherer[Post] = Gatherer(post_messages, row=lambda post: post.room, prepare=render)


def post_together(author: User, room: int, *, body: str, msg_id: str, **more: Any) -> Posted:
    """As `post_message` through `commit`, for pages and the API: together with what others post at the same moment.

    Raises as `post_message`, and Unavailable.
    """
    if not may_gather():
        return commit(post_message, author, room, body=body, msg_id=msg_id, **more)
    return posts.wait_for(Post(author, room, body, require_uuid(msg_id), **more))
