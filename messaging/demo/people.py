"""Who lives in the demo, and what their faces are drawn with."""

from dataclasses import dataclass

from rooms.models import Role


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person of the demo; `face` is what `pictures.face` takes: background, skin, hair, clothes, and the cut of the hair."""

    username: str
    name: str
    face: tuple[str, str, str, str, str]
    role: str = Role.MEMBER
    language: str = ""
    is_bot: bool = False


HOST = Somebody("robin", "Robin Vale", ("#cfe3dc", "#f0c9a4", "#5b3a29", "#2f6f5e", "short"), Role.OWNER)
"""Who signs in: the owner of the place, in the admin as well."""

OTHERS = [
    Somebody("mei", "林美", ("#f6d9c9", "#f3d2ae", "#22201f", "#c4553d", "long"), Role.ADMIN, "zh-hans"),
    Somebody("amara", "Amara Obi", ("#e8d6f0", "#8a5a3c", "#1d1715", "#d9a032", "round"), Role.MODERATOR),
    Somebody("tomas", "Tomás Rey", ("#d3e0f4", "#dba77c", "#33261d", "#41609b", "short")),
    Somebody("jun", "王俊", ("#dfeacb", "#eec6a0", "#191919", "#55753a", "short"), language="zh-hans"),
    Somebody("ilse", "Ilse Brandt", ("#f4e7c3", "#f6d7bd", "#c9a24a", "#7a4a6e", "bun")),
    Somebody("noor", "Noor Haddad", ("#f2d3d8", "#cf9a73", "#2b1b14", "#375a63", "scarf")),
    Somebody("finn", "Finn Larsen", ("#d6ecef", "#f4cfb4", "#a8552c", "#8a3b32", "beard"), Role.GUEST),
    Somebody("tides", "Tide bot", ("#c6dcea", "#5f8fae", "#5f8fae", "#2d5672", "bot"), is_bot=True),
]
