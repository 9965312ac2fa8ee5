"""When nothing may pop up."""

from datetime import datetime

from accounts.models import User
from accounts.zones import zone


def is_quiet(person: User, now: datetime) -> bool:
    """Whether the person does not want to be disturbed: by their word, or by the hours that are quiet where they live."""
    start, end = person.quiet_from, person.quiet_until
    if person.do_not_disturb or start is None or end is None:
        return person.do_not_disturb
    there = now.astimezone(zone(person.time_zone)).time()
    if start <= end:
        return start <= there < end
    return there >= start or there < end  # over midnight
