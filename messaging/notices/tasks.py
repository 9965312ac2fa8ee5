"""The background work of notifications. What each does is elsewhere: posting names these, and must not bring it all along."""

from django.tasks import task

from chatsite.tasks.schedule import every

LOOK_SECONDS = 300
DAY = 86_400


@task(priority=10)
def deliver(messages: list[int]) -> None:
    """Tell who is to be told of these messages. Done twice it tells nobody twice."""
    from messaging.notices import delivery

    delivery.deliver(messages)


@task(priority=-10)
def mail_missed() -> None:
    """See who has missed something, and is not here to see it."""
    from messaging.notices import digest

    digest.begin()


@task(priority=-10)
def send_digest(user: int, notifications: list[int]) -> None:
    """Mail somebody what of these they have not read yet. Tried again where the mail server refuses; it may then come twice, never too late."""
    from messaging.notices import digest

    digest.send(user, notifications)


@task(priority=-20)
def forget_old() -> None:
    """Old notifications go."""
    from messaging.notices import reading

    reading.forget_old()


every(LOOK_SECONDS, mail_missed)
every(DAY, forget_old)
