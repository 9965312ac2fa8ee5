"""Workspaces and rooms over REST (`docs/protocol.md`, section 10)."""
