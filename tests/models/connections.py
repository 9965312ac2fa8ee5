"""Clients that come, go and come again with what they held, and another epoch."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from rooms import services
from tests.models.choices import encodings, pages, people, picks, rooms
from tests.models.line import Line
from tests.models.steps import Steps


class Connections(Steps):
    @precondition(lambda self: len(self.lines) < 6)
    @rule(who=people, encoding=encodings, page=pages)
    def connect(self, who, encoding, page):
        line = self.new_line(who, encoding, page)
        self.lines.append(line)
        self.open(line)

    @rule(pick=picks)
    def come_or_go(self, pick):
        """One of the clients disconnects, or comes again with what it held."""
        line = self.lines[pick % len(self.lines)]
        if line.is_open:
            self.acts.append(f"{line.who} disconnects")
            self.run(line.disconnect())
        else:
            self.open(line)

    @precondition(lambda self: len(self.world.sent) > 15)
    @rule(how=st.sampled_from(["rung", "lost"]))
    def restore(self, how):
        """Another epoch, and seldom: every socket is closed, and every client begins anew."""
        self.everybody_hears()
        self.acts.append("another epoch")

        async def begin_anew():
            self.house.commit(services.new_epoch, news=how)
            await self.house.spread()
            for line in self.lines_that(is_open=True):
                assert (await line.socket.closing()).code == 1012
                await line.disconnect()
                await line.connect(self.house.tokens[line.who])

        self.run(begin_anew())
        self.everybody_hears()

    @rule()
    def spread_news(self):
        self.everybody_hears()

    @precondition(lambda self: self.lines_that(is_open=True))
    @rule(pick=picks, number=rooms)
    def scroll_up(self, pick, number):
        found, pk = self.lines_that(is_open=True), self.names.rooms[number]
        line = found[pick % len(found)]
        self.everybody_hears()
        held = line.device.rooms.get(pk)
        if held and held.low > 1:
            self.run(line.answer(line.device.show_earlier(pk)))
            self.everybody_hears()

    def open(self, line: Line):
        self.acts.append(f"{line.who} connects, {line.encoding}")
        self.run(line.connect(self.house.tokens[line.who]))
        self.everybody_hears()
