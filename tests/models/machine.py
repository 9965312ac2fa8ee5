"""The whole machine: connections, talk, places and direct rooms, in any order."""

from hypothesis.stateful import initialize

from tests.models.choices import encodings, histories, pages
from tests.models.connections import Connections
from tests.models.directs import DIRECT, Directs
from tests.models.places import Places


class Machine(Connections, Places, Directs):
    @initialize(first=histories, second=histories, third=histories, encoding=encodings, page=pages)
    def settle(self, first, second, third, encoding, page):
        """A public room, a private one of Bob's, one where hardly anybody is, and one of Alice and Bob alone; Gus came last and missed what was said before."""
        self.open_room("alice", "public", first, ["bob", "dan"])
        self.open_room("bob", "private", second, ["dan", "mo"])
        self.open_room("alice", "public", third, ["bob"])
        self.open_direct("alice", ["bob"])
        self.everybody_hears()
        self.send("alice", DIRECT, "", ["rung"])
        for number in range(3):
            self.converse(number, "@all", "lost", [0, 1, 2])
        for who in ("bob", "dan", "gus"):
            self.connect(who, encoding, page)
        self.add("alice", 0, "gus", "rung")
        self.add("bob", 1, "gus", "late")
