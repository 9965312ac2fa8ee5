"""What system messages say, in the language that is active. They name people and values, and nothing that was said."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rooms.models import Room, RoomRole


def sentence(message: dict[str, Any], people: dict[int, str]) -> str:
    """The sentence of a system message (as the protocol has it); `people` are the shown names of those whom it names."""
    system = message["system"]
    actor = people.get(message["author"]["id"]) or message["author"]["display_name"]
    names = {"actor": actor, "user": people.get(system.get("user") or 0, actor)}
    values = {"old": system.get("old", ""), "new": system.get("new", "")}
    say = _SENTENCES.get(system["event"])
    # A later version's event, read by an earlier process while both run.
    return say(names | values, "by" in system) if say else _("%(actor)s changed the room") % names


def _created(said: dict[str, Any], _by: bool) -> str:
    return _("%(actor)s opened the room") % said


def _joined(said: dict[str, Any], _by: bool) -> str:
    return _("%(user)s joined") % said


def _added(said: dict[str, Any], _by: bool) -> str:
    return _("%(actor)s added %(user)s") % said


def _left(said: dict[str, Any], _by: bool) -> str:
    return _("%(user)s left") % said


def _removed(said: dict[str, Any], _by: bool) -> str:
    return _("%(actor)s removed %(user)s") % said


def _banned(said: dict[str, Any], _by: bool) -> str:
    return _("%(actor)s banned %(user)s") % said


def _role(said: dict[str, Any], by: bool) -> str:
    if said["new"] == RoomRole.MODERATOR:
        return (_("%(actor)s made %(user)s a moderator") if by else _("%(user)s is a moderator now")) % said
    return (_("%(actor)s made %(user)s a member again") if by else _("%(user)s is a member again")) % said


def _renamed(said: dict[str, Any], _by: bool) -> str:
    return _("%(actor)s renamed the room from %(old)s to %(new)s") % said


def _topic(said: dict[str, Any], _by: bool) -> str:
    return (_("%(actor)s set the topic: %(new)s") if said["new"] else _("%(actor)s removed the topic")) % said


def _kind(said: dict[str, Any], _by: bool) -> str:
    if said["new"] == Room.Kind.PRIVATE:
        return _("%(actor)s made the room private") % said
    return _("%(actor)s made the room public") % said


def _history(said: dict[str, Any], _by: bool) -> str:
    if said["new"] == Room.History.JOINED:
        return _("%(actor)s decided that who joins sees messages from then on") % said
    return _("%(actor)s decided that who joins sees all messages") % said


def _threads(said: dict[str, Any], _by: bool) -> str:
    if said["new"] == Room.Threads.THREADED:
        return _("%(actor)s decided that replies gather in threads") % said
    return _("%(actor)s decided that replies quote") % said


def _open_to_web(said: dict[str, Any], _by: bool) -> str:
    return (
        _("%(actor)s opened the room to the web") if said["new"] else _("%(actor)s closed the room to the web")
    ) % said


def _slow_mode(said: dict[str, Any], _by: bool) -> str:
    if not said["new"]:
        return _("%(actor)s ended slow mode") % said
    seconds = int(said["new"])
    sentence = ngettext(
        "%(actor)s set slow mode: one message in %(seconds)d second",
        "%(actor)s set slow mode: one message in %(seconds)d seconds",
        seconds,
    )
    return sentence % (said | {"seconds": seconds})


def _archived(said: dict[str, Any], _by: bool) -> str:
    return _("%(actor)s archived the room") % said


def _unarchived(said: dict[str, Any], _by: bool) -> str:
    return _("%(actor)s opened the room again") % said


_SENTENCES: dict[str, Callable[[dict[str, Any], bool], str]] = {
    "room_created": _created,
    "joined": _joined,
    "added": _added,
    "left": _left,
    "removed": _removed,
    "banned": _banned,
    "role_changed": _role,
    "renamed": _renamed,
    "topic_changed": _topic,
    "kind_changed": _kind,
    "history_changed": _history,
    "threads_changed": _threads,
    "open_to_web_changed": _open_to_web,
    "slow_mode_changed": _slow_mode,
    "archived": _archived,
    "unarchived": _unarchived,
}
