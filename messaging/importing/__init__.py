"""Bringing a conversation in from elsewhere: files of JSON lines (`docs/importing.md`).

Nothing is imported here on purpose: the rendering processes come through this module and must not load the database.
"""
