"""Markdown drawn by other processes, which load `messaging.markdown` and nothing that knows the database."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Self

from messaging.markdown import Rendered, render

PIECE = 100
"""Texts that a process draws at a time."""


class Renderers:
    """A pool of `processes` that draw Markdown; with 0 it is drawn where it is asked for. A context manager."""

    def __init__(self, processes: int) -> None:
        self.processes = processes
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        if self.processes:
            # Not forked: a child would hold the parent's database connection, and end it when it goes.
            spawn = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self.processes, mp_context=spawn, initializer=_begin)
        return self

    def __exit__(self, *exc: object) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def drawn[T](
        self, batches: Iterable[T], texts_of: Callable[[T], Sequence[str]]
    ) -> Iterator[tuple[T, list[Rendered]]]:
        """Each batch with the renderings of its texts, in order. Reads as many batches ahead as keep the processes busy, no more."""
        waiting: deque[tuple[T, list[Future[list[Rendered]]]]] = deque()
        for batch in batches:
            if self._pool is None:
                yield batch, [render(text) for text in texts_of(batch)]
                continue
            waiting.append((batch, self._begun(texts_of(batch))))
            if len(waiting) > self.processes + 1:
                yield _finished(waiting.popleft())
        while waiting:
            yield _finished(waiting.popleft())

    def _begun(self, texts: Sequence[str]) -> list[Future[list[Rendered]]]:
        pieces = [texts[start : start + PIECE] for start in range(0, len(texts), PIECE)]
        return [self._pool.submit(_draw, piece) for piece in pieces] if self._pool else []


def _finished[T](waiting: tuple[T, list[Future[list[Rendered]]]]) -> tuple[T, list[Rendered]]:
    batch, pieces = waiting
    return batch, [one for piece in pieces for one in piece.result()]


def _draw(texts: Sequence[str]) -> list[Rendered]:
    return [render(text) for text in texts]


def _begin() -> None:
    """What a rendering process does first."""
    # Ctrl-C reaches the whole group; it is the parent's to answer.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The pool's children outlive a parent that was killed: each holds the pipes of the others open.
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)
