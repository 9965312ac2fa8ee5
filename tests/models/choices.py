"""What a step may choose among. Most often somebody who may do it does it: a machine that is always refused sees nothing."""

from hypothesis import strategies as st

ROLES = {"alice": "owner", "mo": "moderator", "bob": "member", "dan": "member", "gus": "guest", "charlie": ""}
"""In the workspace; Charlie has no business here."""

people = st.sampled_from(list(ROLES))
insiders = st.integers(0, 3) | st.integers(0, 3) | people
"""A number stands for one of the room's members (`Steps.member`)."""
authors = st.just(None) | st.just(None) | insiders
"""None stands for the author of the message."""
outsiders = st.integers(0, 3) | people
"""A number stands for one who is no member of the room (`Steps.outsider`)."""
leaders = st.just(None) | st.just(None) | people
"""None stands for one who moderates the room (`Steps.leader`)."""
rooms = st.sampled_from([0, 1, 2])
talks = st.sampled_from([0, 1, 2, 3])
"""The last is direct: one talks there, and nobody comes or goes."""
picks = st.integers(0, 20)
"""0 is the newest of what there is."""
doors = st.sampled_from(["socket", "socket", "rung", "twice", "late", "lost", "torn"])
"""A socket, or another door and what becomes of the news of it (`house.News`)."""
news = st.sampled_from(["rung", "rung", "twice", "late", "lost", "torn"])
mentions = st.sampled_from(["", "", "@bob", "@gus", "@dan @mo", "@all", "@charlie"])
histories = st.sampled_from(["shared", "joined"])
kinds = st.sampled_from(["public", "private"])
encodings = st.sampled_from(["chat.v1.json", "chat.v1.json", "chat.v1.html"])
pages = st.sampled_from([100, 5, 2])
"""Rows that a client loads at a time."""
