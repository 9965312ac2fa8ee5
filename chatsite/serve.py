"""Starts Chatsite: makes everything ready, then serves. All in one process: each further Python with Django costs a second."""

import argparse
import errno
import logging
import os
import signal
import socket
import sys
import time
from pathlib import Path

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from chatsite.sizes import size_of

log = logging.getLogger(__name__)

HTTP = "chatsite.http_protocol:Protocol"
WEBSOCKETS = "chatsite.realtime.prepared:Protocol"


def main() -> None:
    # Being asked to stop is no failure. uvicorn ends first, then raises the signal that it caught once more.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    options = parse()
    if options.workers > 1 and not os.environ.get("REDIS_URL"):
        sys.exit("Several workers need Redis to hear of one another: set REDIS_URL, or leave out --workers.")
    door = bind(options.host, options.port)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    os.environ.setdefault("SITE_URL", "http://{}:{}".format(*reachable(door)))
    # Imported late, because it brings Django: a port that is taken should be said at once.
    from django.db import connection

    from chatsite.prepare import make_demo, prepare, writable

    data = writable(options.data)
    os.environ["CHATSITE_DATA"] = str(data)
    set_up_path = prepare(data)
    greeting = f"Chatsite is at {os.environ['SITE_URL']}/"
    if options.demo:
        greeting += f"\n{make_demo()}"
    elif set_up_path:
        greeting += f"\nSet it up, once, at {os.environ['SITE_URL']}{set_up_path}"
    greeting += f"\n{size_of(connection.vendor, options.workers)}"
    config = uvicorn.Config(
        "chatsite.asgi:application",
        workers=options.workers,
        http=HTTP,
        ws=WEBSOCKETS,
        ws_max_size=65_536,
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        lifespan="on",
        # What is left by then are HTTP requests: the sockets have gone (`chatsite/drain.py`).
        timeout_graceful_shutdown=8,
    )
    if options.workers > 1:
        print(greeting, flush=True)
        supervisor = Supervisor(config, sockets=[door])
        supervisor.run()
        if any(worker.exitcode == STARTUP_FAILURE for worker in supervisor.processes):
            sys.exit(STARTUP_FAILURE)
    else:
        Server(config, greeting).run(sockets=[door])


class Server(uvicorn.Server):
    """uvicorn's server, which says where it is once it listens."""

    def __init__(self, config: uvicorn.Config, greeting: str) -> None:
        super().__init__(config)
        self.greeting = greeting

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(self.greeting, flush=True)


class Supervisor(Multiprocess):
    """uvicorn's supervisor of the workers, which waits for their drain, and passes on that somebody will not wait."""

    def terminate_all(self) -> None:
        super().terminate_all()
        # Else connections are still taken, by nobody, when the last worker listens no more.
        for door in self.sockets:
            door.close()

    def join_all(self) -> None:
        while any(worker.process.is_alive() for worker in self.processes):
            if {signal.SIGINT, signal.SIGTERM}.intersection(self.signal_queue):
                self.signal_queue.clear()
                for worker in self.processes:
                    if worker.pid and worker.process.is_alive():
                        os.kill(worker.pid, signal.SIGQUIT)
            time.sleep(0.1)
        super().join_all()

    def handle_hup(self) -> None:
        """Replacing the workers one by one is uvicorn's answer; each would take connections, and refuse sockets, while it drains."""
        log.warning("SIGHUP does nothing: start another Chatsite beside this one, then stop this one")


def parse() -> argparse.Namespace:
    root = Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(prog="bin/run", description="Starts Chatsite.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at (%(default)s)")
    parser.add_argument("--port", default=8080, type=port_number, help="port to listen at (%(default)s)")
    parser.add_argument("--workers", default=1, type=int, metavar="N", help="processes; more than one needs REDIS_URL")
    parser.add_argument("--demo", action="store_true", help="fill the empty database with a workspace to try it with")
    parser.add_argument(
        "--data",
        default=os.environ.get("CHATSITE_DATA") or root / "var",
        type=Path,
        metavar="DIR",
        help="folder for everything that is kept (var)",
    )
    return parser.parse_args()


def port_number(text: str) -> int:
    if text.isdecimal() and int(text) < 65_536:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} is not a port; expected a number from 0 to 65535.")


def bind(host: str, port: int) -> socket.socket:
    """The bound socket, not listening yet: a port that is taken is found before anything is written."""
    door = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sys.exit(f"Port {port} is taken: stop the program that uses it, or choose another with --port.")
        sys.exit(f"Chatsite cannot listen at {host} port {port}: {error.strerror}.")
    return door


def reachable(door: socket.socket) -> tuple[str, int]:
    """Host and port as they stand in a URL that leads to `door` from this machine."""
    host, port = door.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return (f"[{host}]" if ":" in host else host), port


if __name__ == "__main__":
    main()
