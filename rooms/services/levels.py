"""Who hears everything: `Membership.hears_all` says of each place what it and its person's settings come to, so that posting need not ask."""

from accounts.models import Notify, User
from rooms.models import Membership


def hears_all(user_id: int, notify: str | None) -> bool:
    """Whether a place with this level, or with none of its own, hears everything. The place is locked by the caller."""
    level = notify or User.objects.values_list("notify", flat=True).get(pk=user_id)
    return level == Notify.ALL


def align_levels(user_id: int, level: str) -> None:
    """Somebody's settings are about to say `level`: their places without a level of their own follow. Locks all of them, before their person is."""
    places = Membership.objects.select_for_update(no_key=True).filter(user=user_id).order_by("pk")
    wanted = level == Notify.ALL
    wrong = [place.pk for place in places if place.notify is None and place.hears_all != wanted]
    Membership.objects.filter(pk__in=wrong).update(hears_all=wanted)
