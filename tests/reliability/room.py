"""What a client holds of one room, and the rules by which changes and history make it (protocol page, section 6)."""

from typing import Any

from tests.reliability.frames import Page, Part, Row


class Room:
    """The cursor, one loaded range of rows (from `low` to the room's end), what is held back, and the last statement of the counts.

    `counts_are_unsure` says that the count of mentions can only be had from the server: ask `rooms`.
    """

    def __init__(self, stated: dict[str, Any], user: int) -> None:
        self.id: int = stated["id"]
        self.user = user
        self.stated = dict(stated)
        self.cursor: int = stated["head"]
        self.low: int | None = None
        self.rows: dict[int, Row] = {}
        self.held: list[Part] = []
        self.unplaced: list[Row] = []
        self.is_loading = self.is_scrolling = self.is_syncing = self.counts_are_unsure = False
        self._doubtful = 0
        """The number of the latest change that may have changed `mentions`."""
        self.drops = 0
        """How often it was dropped: an answer to a `history` that was asked before is no use."""

    @property
    def is_watched(self) -> bool:
        """Whether it is looked into, by somebody who is no member."""
        return self.stated["joined_event_seq"] is None

    @property
    def first_seq(self) -> int:
        """The first message that its history rule shows to this member."""
        return self.stated["joined_seq"] or 1 if self.stated["history"] == "joined" else 1

    @property
    def is_level(self) -> bool:
        """Whether it is loaded, and nothing is held back or asked for."""
        return self.low is not None and not (self.held or self.is_loading or self.is_syncing)

    def lose(self) -> None:
        """The socket is over: what was held back comes again by `sync`, and nobody answers what was asked."""
        self.held, self.unplaced = [], []
        self.is_loading = self.is_syncing = False

    # --- changes ---

    def take(self, part: Part) -> bool:
        """Drop, hold back or apply a change, and behind it what was held and joins. Whether it was a reset: then the rows are gone.

        While something is held, `sync` has to be asked for.
        """
        if part.reset:
            self.drop(part.head)
        elif part.to > self.cursor:
            self._apply(part)
        held, self.held = sorted(self.held, key=lambda later: later.start), []
        for later in held:
            if later.to > self.cursor:
                self._apply(later)
        return part.reset

    def _apply(self, part: Part) -> None:
        if part.start > self.cursor:
            self.held.append(part)
            return
        for row in part.rows:
            self.place(row)
        self.cursor = part.to

    def place(self, row: Row) -> None:
        """Replace the row held if this is a later state of it; insert one not held inside the loaded range or behind it."""
        held = self.rows.get(row.seq)
        if held is not None and held.event_seq >= row.event_seq:
            return
        if held is None and (self.low is None or row.seq < self.low) and (self.is_loading or self.is_scrolling):
            self.unplaced.append(row)  # the answer that is on its way may hold an older state of it
            return
        if held is None and self.low is None:
            return
        self._doubt_counts(row, held)
        if held is not None or row.seq >= (self.low or 0):
            self.rows[row.seq] = row

    def _doubt_counts(self, row: Row, held: Row | None) -> None:
        """An edit or a deletion of what a statement counted may change `mentions`, by how much only the server knows."""
        if row.is_system or not (row.is_deleted or row.edited_at):
            return
        if held.names(self.user) != row.names(self.user) if held else row.author != self.user:
            self._doubtful = row.event_seq  # a statement that is on its way may be older
            self.counts_are_unsure |= row.seq <= self.stated["last_seq"]

    def drop(self, head: int) -> None:
        """After `reset`, as a room not held."""
        self.cursor, self.low, self.rows, self.unplaced = head, None, {}, []
        self.drops += 1
        self.is_loading = False

    # --- history ---

    def load(self, page: Page) -> None:
        """The newest page, behind which rows that could not be placed find their place."""
        self.low = page.rows[0].seq if page.has_before else self.first_seq
        waiting, self.unplaced = self.unplaced, []
        for row in (*page.rows, *waiting):
            self.place(row)
        if self.low > self.stated["last_seq"] + 1:
            self.counts_are_unsure = True

    def extend(self, page: Page) -> None:
        """An older page, right before the loaded range."""
        self.low = page.rows[0].seq if page.has_before else self.first_seq
        for row in page.rows:
            if row.seq not in self.rows or self.rows[row.seq].event_seq < row.event_seq:
                self.rows[row.seq] = row
        waiting, self.unplaced = self.unplaced, []
        for row in waiting:
            self.place(row)

    # --- counts ---

    def state(self, room: dict[str, Any], head: int) -> None:
        """Take a statement that was made at `head` or later. It moves no cursor."""
        self.stated |= room
        self.counts_are_unsure |= head < self._doubtful

    def share(self, room: dict[str, Any]) -> None:
        """Take what `room.changed` says: the shared members, but for the numbers."""
        self.stated |= {name: value for name, value in room.items() if name not in ("head", "last_seq")}

    def counts(self) -> dict[str, int]:
        """`last_read_seq`, `unread` and `mentions`: as last stated, and what was said since."""
        mark, unread = self.stated["last_read_seq"], self.stated["unread"]
        mentions, last_seq = self.stated["mentions"], self.stated["last_seq"]
        for seq in sorted(seq for seq in self.rows if seq > last_seq):
            row = self.rows[seq]
            if row.is_system:
                continue
            if row.author != self.user:
                unread += 1
                mentions += row.names(self.user)
            elif not unread:
                mark = seq  # one's own post moves the mark, where nothing was unread
        return {"last_read_seq": mark, "unread": unread, "mentions": mentions}

    def final(self) -> dict[str, Any]:
        """The materialised state, as it is recorded at the end."""
        rows = {str(seq): f"{row.event_seq}:{row.state}" for seq, row in self.rows.items()}
        return {"id": self.id, "cursor": self.cursor, "low": self.low, "rows": rows, **self.counts()}
