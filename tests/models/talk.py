"""What people say, change, read and look up."""

import uuid

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from messaging.search import finding, query
from tests.models.choices import authors, doors, insiders, leaders, mentions, picks, talks
from tests.models.steps import JSON, Steps

STALE = "2001-01-01T00:00:00.000Z"
EMOJI = st.sampled_from(["👍", "🎉", "👍🏽"])


class Talk(Steps):
    @rule(who=insiders, number=talks, named=mentions, doors=st.lists(doors, min_size=1, max_size=4))
    def send(self, who, number, named, doors):
        """A message through each of `doors`."""
        for door in doors:
            self.say(self.member(number, who), number, self.a_text(named), str(uuid.uuid4()), door)

    @rule(number=talks, named=mentions, door=doors, whos=st.lists(insiders, min_size=2, max_size=5))
    def converse(self, number, named, door, whos):
        """Several people, one after the other."""
        for who in whos:
            self.send(who, number, named, [door])

    @rule(who=insiders, number=talks, pick=picks, door=doors)
    def reply(self, who, number, pick, door):
        self.say(
            self.member(number, who), number, self.a_text(), str(uuid.uuid4()), door, reply_to=self.a_seq(number, pick)
        )

    @precondition(lambda self: self.world.sent)
    @rule(pick=picks, number=st.none() | talks, door=doors)
    def send_again(self, pick, number, door):
        """The same msg_id once more, with what it was sent as, or to another room."""
        (who, msg_id), sent = list(self.world.sent.items())[-1 - pick % len(self.world.sent)]
        reply_to = None if number not in (None, sent.room) else sent.reply_to
        self.say(who, sent.room if number is None else number, sent.body, msg_id, door, reply_to=reply_to)

    def say(self, who, number, body, msg_id, door, reply_to=None):
        payload = {"room": self.names.rooms[number], "body": body}
        if reply_to:
            payload["reply_to"] = self.names.messages[number, reply_to]

        def model():
            return self.world.send(who, number, body, msg_id, reply_to)

        if done := self.command(who, "message.send", model, door, msg_id=msg_id, **payload):
            (sent, duplicate), ack = done
            assert (ack["seq"], ack["event_seq"], ack["duplicate"]) == (sent.seq, sent.event_seq, duplicate)

    @rule(
        who=authors,
        number=talks,
        pick=picks,
        named=mentions,
        how=st.sampled_from(["new", "new", "new", "same", "stale"]),
        door=doors,
    )
    def edit(self, who, number, pick, named, how, door):
        """By its author, where `who` is None."""
        seq = self.a_seq(number, pick)
        before = self.room(number).now()[seq]
        who = before.author if who is None else self.member(number, who)
        body = (before.body if how == "same" else "") or self.a_text(named)
        was = self.edited.get((number, seq))

        def model():
            return self.world.edit(who, number, seq, body, stale=how == "stale")

        payload = {"message": self.names.messages[number, seq], "body": body}
        edited_at = STALE if how == "stale" else was
        if done := self.command(who, "message.edit", model, door, **payload, edited_at=edited_at):
            after, ack = done
            assert ack["event_seq"] == after.event_seq
            assert ack["edited_at"] == was if after == before else ack["edited_at"] > (was or "")
            self.edited[number, seq] = ack["edited_at"]

    @rule(who=authors, number=talks, pick=picks, door=doors)
    def delete(self, who, number, pick, door):
        """By its author, where `who` is None."""
        seq = self.a_seq(number, pick)
        who = self.room(number).now()[seq].author if who is None else self.member(number, who)
        self.change(who, "message.delete", lambda: self.world.delete(who, number, seq), door, number, seq)

    @rule(who=insiders, number=talks, pick=picks, emoji=EMOJI, times=st.integers(1, 3), door=doors)
    def react(self, who, number, pick, emoji, times, door):
        """By turns there and not there, and then the last once more."""
        who, seq = self.member(number, who), self.a_seq(number, pick)
        there = who not in dict(self.room(number).now()[seq].reactions).get(emoji, ())
        turns = [there, not there, there][:times]
        for turn in [*turns, turns[-1]]:

            def model(turn=turn):
                return self.world.react(who, number, seq, emoji, there=turn)

            self.change(who, f"reaction.{'add' if turn else 'remove'}", model, door, number, seq, emoji=emoji)

    @rule(who=leaders, number=talks, pick=picks, pinned=st.booleans(), door=doors)
    def pin(self, who, number, pick, pinned, door):
        """Or take the pin off; by one who moderates the room, where `who` is None."""
        who, seq = self.leader(number, who), self.a_seq(number, pick)

        def model():
            return self.world.pin(who, number, seq, pinned=pinned)

        self.change(who, f"message.{'pin' if pinned else 'unpin'}", model, door, number, seq)

    def change(self, who, cmd_type, model, door, number, seq, **payload):
        done = self.command(who, cmd_type, model, door, message=self.names.messages[number, seq], **payload)
        if done:
            message, ack = done
            assert ack["event_seq"] == message.event_seq

    @rule(who=insiders, number=talks, pick=picks, back=st.booleans(), door=doors)
    def mark(self, who, number, pick, back, door):
        who, room, seq = self.member(number, who), self.room(number), self.a_seq(number, pick)
        act = self.world.unread if back else self.world.read
        payload = {"room": self.names.rooms[number], "seq": seq}
        cmd_type = "unread" if back else "read"
        if done := self.command(who, cmd_type, lambda: act(who, number, seq), door, **payload):
            assert done[1] == {
                "last_read_seq": room.members[who].mark,
                "unread": room.unread(who),
                "mentions": room.mentions(who),
                "last_seq": room.last_seq,
                "user_seq": self.version(who),
            }

    # --- looking ---

    @rule(
        who=insiders, number=talks, pick=picks, bound=st.sampled_from(["", "before", "after"]), limit=st.integers(1, 8)
    )
    def look(self, who, number, pick, bound, limit):
        """Any page of any room: the watch compares it, where there is an answer."""
        who = self.member(number, who)
        asked = {"room": self.names.rooms[number], "limit": limit} | (
            {bound: self.a_seq(number, pick)} if bound else {}
        )
        self.read(who, "history", lambda: self.world.may_read(who, number), asked)

    @rule(who=insiders, number=talks, behind=st.integers(-2, 12))
    def resume(self, who, number, behind):
        """From any cursor, also one beyond the end: the watch compares the answer."""
        after = max(0, self.room(number).head - behind)
        entries = [{"room": self.names.rooms[number], "after": after}]
        self.read(self.member(number, who), "sync", lambda: None, {"rooms": entries})

    @rule(who=insiders, number=talks, pick=picks, former=st.booleans())
    def find(self, who, number, pick, former):
        """A word that stands in a message, or `former`ly stood there: found is what one may read, as it is now."""
        who, seq = self.member(number, who), self.a_seq(number, pick)
        texts = [one.body for one in self.room(number).log if one.seq == seq and one.body]
        if not texts:
            return
        word = texts[0 if former else -1].split()[0]

        async def real():
            found = finding.find(self.house.people[who], query.read(word)).messages
            return {(self.names.room(one.room_id), one.seq) for one in found}

        wanted, found = self.do(f"{who} finds {word}", lambda: self.world.find(who, word), real)
        assert found == wanted

    def read(self, who, cmd_type, model, asked):
        """Over a socket of theirs, or of a visit that has just begun."""
        self.everybody_hears()
        line = self.line_of(who) or self.new_line(who, JSON, page=2)

        async def real():
            if not line.is_open:
                await line.connect(self.house.tokens[who])
            epoch = {"epoch": line.device.epoch} if cmd_type == "sync" else {}
            return await line.ask(cmd_type, **epoch, **asked)

        self.do(f"{who} {cmd_type} {asked}", model, real)
        if line not in self.lines:
            self.run(line.disconnect())
