"""What one may not see is in no mail: whom it goes to is asked what they may see when it is sent."""

import pytest

from messaging.models import Notification
from messaging.notices import digest

pytestmark = pytest.mark.django_db


def test_a_word_is_mailed_to_the_entitled_alone(world, planted, mailoutbox):
    """Also where there are notifications from before a removal."""
    people = {user.email: (person, user) for person, user in world.people.items() if user}
    for _person, user in people.values():
        digest.send(user.pk, list(Notification.objects.filter(user=user).values_list("pk", flat=True)))
    mailed, leaks = set(), []
    for mail in mailoutbox:
        text = "".join([mail.subject, mail.body, *(content for content, _type in getattr(mail, "alternatives", ()))])
        for address in mail.recipients():
            person, _user = people[address]
            found = {name for name, canary in planted.canaries.items() if canary.word in text}
            mailed |= found
            leaks += [f"{name} to {person}" for name in found if person not in planted.canaries[name].entitled]
    assert not leaks, "\n".join(leaks)
    assert "answer" in mailed, "A word that nobody is mailed proves nothing."
