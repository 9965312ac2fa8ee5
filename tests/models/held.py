"""One room as a client holds it, by the algorithm of the protocol's section 6."""


class Held:
    """A cursor, one range of rows that reaches the room's end, and what the server stated of the room."""

    def __init__(self, stated: dict):
        self.shared: dict = {}
        self.personal: dict = {}
        self.early: list[dict] = []
        """Changes that wait for what is missing before them."""
        self.heard: dict[int, int] = {}
        """`seq: author` of the ordinary messages that came as changes."""
        self.begin(stated["head"])
        self.state(stated)

    def begin(self, head: int) -> None:
        """As a room not held: nothing is loaded, and it goes on from `head`. Changes that wait are kept."""
        self.cursor = head
        self.rows: dict[int, dict] = {}
        self.low: int | None = None
        self.loading = 0
        self.loose: list[dict] = []

    # --- statements ---

    def state(self, stated: dict, *, personal: bool = True) -> None:
        """Take a statement of the room; its personal members only where `personal` is true."""
        self.share(stated)
        if personal:
            self.personal = {k: stated[k] for k in ("role", "joined_seq", "joined_event_seq")}
            self.count(stated)

    def share(self, stated: dict) -> None:
        if stated["head"] < self.shared.get("head", 0):
            return
        self.shared = {k: v for k, v in stated.items() if k not in ("unread", "mentions", "last_read_seq")}
        self._forget_hidden()

    def count(self, stated: dict) -> None:
        self.counted = {k: stated[k] for k in ("last_seq", "last_read_seq", "unread")}

    def _forget_hidden(self) -> None:
        """Rows that one may not see any more change unseen: who kept them would show something old once they are visible again."""
        if self.shared["history"] == "joined" and self.personal:
            first = self.personal["joined_seq"]
            self.rows = {seq: row for seq, row in self.rows.items() if seq >= first}
            if self.low is not None:
                self.low = max(self.low, first)

    @property
    def first_seq(self) -> int:
        return self.personal["joined_seq"] if self.shared["history"] == "joined" else 1

    # --- changes ---

    def change(self, change: dict) -> bool:
        """Apply, keep or drop a range of changes. False where something before it is missing: time for a `sync`."""
        if change["to"] > self.cursor:
            self.early.append(change)
        self.early.sort(key=lambda one: one["from"])
        while self.early and self.early[0]["from"] <= self.cursor:
            self._apply(self.early.pop(0))
        return not self.early

    def _apply(self, change: dict) -> None:
        if change["to"] <= self.cursor:
            return
        for row in change["messages"]:
            self.place(row)
            if row["kind"] == "message":
                self.heard[row["seq"]] = row["author"]["id"]
        self.cursor = change["to"]

    def place(self, row: dict) -> None:
        held = self.rows.get(row["seq"])
        if held:
            if row["event_seq"] > held["event_seq"]:
                self.rows[row["seq"]] = row
        elif self.low is not None and row["seq"] >= self.low:
            self.rows[row["seq"]] = row
        elif self.loading:
            self.loose.append(row)

    def load(self, answer: dict) -> None:
        """Take the answer of a `history` that reaches the room's end, or what is loaded."""
        self.loading -= 1
        rows = answer["messages"]
        self.low = rows[0]["seq"] if answer["has_before"] else self.first_seq
        loose, self.loose = self.loose, []
        for row in [*rows, *loose]:
            self.place(row)

    # --- counts ---

    def marks(self, me: int) -> tuple[int, int]:
        """`(last_read_seq, unread)`: as stated, and what was heard above the statement's end since."""
        mark, unread = self.counted["last_read_seq"], self.counted["unread"]
        for seq, author in sorted(self.heard.items()):
            if seq > self.counted["last_seq"]:
                if author != me:
                    unread += 1
                elif unread == 0:
                    mark = seq
        return mark, unread

    def mentions(self, me: int) -> int | None:
        """As counted from the rows; None where not all rows behind the mark are loaded."""
        mark, _unread = self.marks(me)
        if self.low is None or self.low > mark + 1:
            return None
        return len([row for row in self.rows.values() if row["seq"] > mark and names(row, me)])


def names(row: dict, me: int) -> bool:
    named = row["mentions"]["all"] or me in row["mentions"]["users"]
    return row["kind"] == "message" and row["author"]["id"] != me and named
