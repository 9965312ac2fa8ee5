"""What one person keeps for themselves, as pages and programs see it: saved messages, drafts, and everything read at once."""
