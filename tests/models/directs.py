"""Hiding a direct room, and what brings it back."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from rooms import services
from tests.models.choices import news
from tests.models.talk import Talk

DIRECT = 3
"""Its number: that of Alice and Bob, the last that is made."""
two = st.sampled_from(["alice", "bob"])


class Directs(Talk):
    def open_direct(self, who, others):
        """A room of `who` and `others`, in which nobody has said anything."""
        self.world.open(who, others)

        async def real():
            room, _is_new = self.house.commit(services.open_direct, self.house.people[who], self._ids(others))
            self.names.rooms.append(room.pk)

        self.run(real())

    @rule(who=two, how=news)
    def hide(self, who, how):
        """A second time it stays hidden."""

        async def real():
            room = self.house.room(self.names.rooms[DIRECT])
            self.house.commit(services.hide_room, self.house.people[who], room, news=how)

        self.do(f"{who} hides", lambda: self.world.hide(who, DIRECT), real, news=how)

    @rule(who=two, how=news)
    def open_again(self, who, how):
        others = [one for one in ("alice", "bob") if one != who]

        async def real():
            self.house.commit(services.open_direct, self.house.people[who], self._ids(others), news=how)

        self.do(f"{who} opens", lambda: self.world.open_again(who, DIRECT), real, news=how)

    def _ids(self, people):
        return [self.house.people[one].pk for one in people]
