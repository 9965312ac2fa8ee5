"""B10: what it takes to have Chatsite at all."""

import http.client
import shutil
import signal
import subprocess
import time
from pathlib import Path

from benchmarks.bench.house import Crowd
from benchmarks.bench.processes import MB, family, use
from benchmarks.bench.run import FREE, Run, product
from tests.services import ROOT, free_port

LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "var", "node_modules", "__pycache__", ".build", ".*_cache", ".hypothesis"
)


def b10(run: Run) -> None:
    """Footprint: seconds from `bin/run` in a new checkout to its first page, and memory at rest with 100 people."""
    row = run.row("B10", "Chatsite, SQLite", "bin/run in a new checkout, packages installed")
    for _repeat in range(run.pick(1, run.repeats)):
        checkout = run.house.folder / "checkout"
        shutil.copytree(ROOT, checkout, ignore=LEFT_OUT)
        (checkout / ".venv").symlink_to(ROOT / ".venv")
        row.add(**{"first start, s": _first_page(checkout), "second start, s": _first_page(checkout)})
        shutil.rmtree(checkout)
    run.told(row)
    people, seconds = run.pick((10, 1.0), (100, 60.0))
    row = run.row("B10", "Chatsite, SQLite", f"{people} idle people, after {seconds:.0f} s")
    for _repeat in range(run.pick(1, min(3, run.repeats))):
        with product(run, Crowd(people), FREE, database="sqlite") as found:
            found.generator.connect(people)
            found.generator.ask(do="idle", seconds=seconds)
            pid = found.served.families["server"]
            row.add(**{"memory, MB": use(pid).memory / MB, "processes": len(family(pid))})
    run.told(row)


def _first_page(checkout: Path) -> float:
    """Seconds until the first page is there, the set-up's."""
    port = free_port()
    began = time.monotonic()
    process = subprocess.Popen(
        [str(checkout / "bin/run"), "--port", str(port)],
        cwd=checkout,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > began + 120:
                raise RuntimeError("bin/run did not come up in a new checkout")
            time.sleep(0.01)
        return time.monotonic() - began
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/accounts/login/")
        return connection.getresponse().status in (200, 503)
    except OSError:
        return False
    finally:
        connection.close()
