"""Whether this process was asked to stop: probes and handshakes ask, the server says."""

_draining = False


def is_draining() -> bool:
    return _draining


def begin() -> None:
    """From now on /ready answers 503 and new handshakes are refused."""
    global _draining
    _draining = True


def end() -> None:
    """For a test's next server in the same process."""
    global _draining
    _draining = False
