from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoomsConfig(AppConfig):
    name = "rooms"
    verbose_name = _("Rooms")

    def ready(self) -> None:
        from accounts import ports
        from rooms.admission import ByRegistrationRule, Departure, InRooms

        ports.register(ByRegistrationRule(), Departure(), InRooms())
