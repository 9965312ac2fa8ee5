"""Who comes into rooms and goes, and what the rooms are."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from rooms import services
from rooms.models import Ban
from tests.models.choices import histories, insiders, kinds, leaders, news, outsiders, rooms
from tests.models.talk import Talk


class Places(Talk):
    def open_room(self, who, kind, history, others):
        """A room of `who`, who then adds `others`."""
        number = len(self.world.rooms)
        name = f"Room {number}"
        self.world.create(who, kind, history, name)
        for other in others:
            self.world.add(who, number, other)

        async def real():
            place, people = self.house.place, self.house.people
            room = self.house.commit(services.create_room, people[who], place, name=name, kind=kind, history=history)
            self.names.rooms.append(room.pk)
            for other in others:
                self.house.commit(services.add_member, people[who], room, people[other])

        self.run(real())

    @rule(who=outsiders, number=rooms, actor=st.none() | insiders, how=news)
    def come(self, who, number, actor, how):
        """By joining, where nobody adds them; who lost their place in the workspace is taken back into it first."""
        who = self.outsider(number, who)
        if who != "charlie" and not self.world.roles[who]:
            self.at_place(lambda: self.world.take_back(who, "member"), services.add_to_workspace, who, how=how)
        if actor is None:
            self.act(self.world.join, services.join_room, who, number, how=how)
        else:
            self.add(self.member(number, actor), number, who, how)

    def add(self, actor, number, who, how):
        self.act(self.world.add, services.add_member, actor, number, who, how=how)

    @rule(who=insiders, number=rooms, how=news)
    def leave(self, who, number, how):
        self.act(self.world.leave, services.leave_room, self.member(number, who), number, how=how)

    @rule(actor=leaders, number=rooms, who=insiders, ban=st.booleans(), back=st.booleans(), how=news)
    def remove(self, actor, number, who, ban, back, how):
        """Or ban; and at once put `back` again, as somebody who clicked wrongly does."""
        actor, who = self.leader(number, actor), self.member(number, who)
        if ban:
            self.act(self.world.ban, services.ban_from_room, actor, number, who, how=how)
        else:
            self.act(self.world.remove, services.remove_member, actor, number, who, how=how)
        if back:
            self.lift_bans(actor, number, how)
            self.add(actor, number, who, how)

    @rule(who=st.sampled_from(["bob", "dan", "gus"]), how=news)
    def expel(self, who, how):
        """Out of the workspace, and so out of all its rooms, archived ones too."""
        self.at_place(lambda: self.world.expel("alice", who), services.remove_from_workspace, who, how=how)

    @rule(actor=leaders, number=rooms, who=insiders, role=st.sampled_from(["moderator", "member"]), how=news)
    def appoint(self, actor, number, who, role, how):
        actor, who = self.leader(number, actor), self.member(number, who)
        self.act(self.world.appoint, services.change_member_role, actor, number, who, how=how, role=role)

    @rule(actor=leaders, number=rooms, history=histories, kind=st.none() | kinds, how=news)
    def alter(self, actor, number, history, kind, how):
        changes = {"history": history} | ({"kind": kind} if kind else {})
        self.act(self.world.alter, services.change_room, self.leader(number, actor), number, how=how, **changes)

    @rule(actor=leaders, who=insiders, how=news)
    def archive(self, actor, who, how):
        """One of the rooms, or open it again; and somebody speaks there."""
        number = 2
        archived = not self.room(number).face.archived
        service = services.archive_room if archived else services.unarchive_room

        def model(*args):
            return self.world.archive(*args, archived=archived)

        self.act(model, service, self.leader(number, actor), number, how=how)
        self.send(who, number, "", [how])

    def lift_bans(self, actor, number, how):
        def unban(person, room, user):
            services.unban(person, Ban.objects.get(room=room, user=user))

        for who in sorted(self.room(number).banned):
            self.act(self.world.unban, unban, actor, number, who, how=how)

    def act(self, model, service, actor, number, who=None, *, how, **more):
        """`actor` does it to the room, or to `who` in it."""
        concerned = [who] if who else []

        async def real():
            people, room = self.house.people, self.house.room(self.names.rooms[number])
            self.house.commit(service, people[actor], room, *(people[one] for one in concerned), news=how, **more)

        what = f"{actor} {service.__name__} {number} {who or ''} {more or ''}"
        self.do(what, lambda: model(actor, number, *concerned, **more), real, news=how)

    def at_place(self, model, service, who, *, how):
        """Alice does it to `who` in the workspace."""

        async def real():
            people = self.house.people
            self.house.commit(service, people["alice"], self.house.place, people[who], news=how)

        self.do(f"alice {service.__name__} {who}", model, real, news=how)
