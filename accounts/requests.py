"""The request of somebody who is signed in, as views behind `login_required` see it."""

from django.http import HttpRequest

from accounts.models import Session, User


class PersonRequest(HttpRequest):
    """What AuthenticationMiddleware makes of a request, once it is known that somebody is there. For annotations."""

    user: User  # type: ignore[assignment]
    device: Session
