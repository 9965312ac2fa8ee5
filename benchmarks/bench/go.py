"""Compiles what is written in Go, with Debian's Go and Debian's libraries."""

import functools
import os
import shutil
import subprocess
from pathlib import Path

from tests.services import Missing

SOURCES = Path(__file__).resolve().parent.parent / "go"
BUILT = SOURCES.parent / ".build"
LIBRARIES = Path("/usr/share/gocode")
"""Where Debian's packages golang-*-dev put their sources."""


@functools.cache
def built(name: str, *libraries: str) -> str:
    """The path of the program `name`, compiled unless it is younger than its sources. Raises Missing."""
    for library in libraries:
        if not (LIBRARIES / "src" / library).exists():
            raise Missing(f"{name} needs the Go library {library}, which is not in {LIBRARIES} (bin/bench --install).")
    sources, program = list((SOURCES / name).glob("*.go")), BUILT / name
    if not program.exists() or program.stat().st_mtime < max(source.stat().st_mtime for source in sources):
        if not (compiler := shutil.which("go")):
            raise Missing("Go is not on this machine (Debian: golang-go; bin/bench --install).")
        BUILT.mkdir(exist_ok=True)
        env = os.environ | {"GO111MODULE": "off", "GOPATH": str(LIBRARIES), "GOFLAGS": "", "CGO_ENABLED": "0"}
        env.setdefault("GOCACHE", str(BUILT / "cache"))
        done = subprocess.run(
            [compiler, "build", "-o", str(program), "."], cwd=SOURCES / name, env=env, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"{name} could not be compiled:\n{done.stderr}")
    return str(program)
