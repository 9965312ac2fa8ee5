"""Searching what was said: the tokens of each message, the same for both databases.

`text` is how a text reads to a search, `tokens` what of it is indexed, `index` writes that beside the message, in its transaction, `spans`
which ids there are of a day;
`query` reads the box, `lookup` asks the index for candidates, `finding` checks them against the present rows, and the rights.
"""

from messaging.search.index import add, entry, forget, rewrite

__all__ = ["add", "entry", "forget", "rewrite"]
