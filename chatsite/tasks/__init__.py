"""Work for later: a call is a row of the transaction that asks for it, and is made by a thread of some process, at least once.

`django.tasks` is the door (`@task`, `.enqueue(...)`); `schedule.every` is for what comes again and again. Knows no app.
"""
