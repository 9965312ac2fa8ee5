"""Uploads as they come over a socket: large, anonymous, cut off, too large, on a full disk. None of them costs memory."""

import hashlib
import http.client
import json
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server import Server
from tests.services import Missing, needed, wait_until

pytestmark = [pytest.mark.once, pytest.mark.thorough]

PASSWORD = "a garden in november"
MB = 1 << 20
EDGE = b"--edge\r\n"
HEAD = EDGE + b'Content-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
TAIL = b"\r\n--edge--\r\n"
KIND = "multipart/form-data; boundary=edge"


class Place:
    """A Chatsite, and Alice's token."""

    def __init__(self, server: Server) -> None:
        self.server = server
        arguments = ("--workspace", "Harbour", "--owner", "alice", "--email", "alice@example.org")
        server.manage("set_up", *arguments, stdin=PASSWORD + "\n")
        _status, said = self.asked(
            "POST", "/api/v1/auth/token/", json.dumps({"username": "alice", "password": PASSWORD})
        )
        self.token = json.loads(said)["access"]

    def asked(self, method: str, path: str, body=None, **headers: str) -> tuple[int, bytes]:
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        try:
            line.request(method, path, body, {"Content-Type": "application/json", "Connection": "close"} | headers)
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()

    def uploaded(self, size: int, token: str | None = None) -> tuple[int, dict]:
        """Status and JSON of the answer to an upload of so many bytes."""
        token = self.token if token is None else token
        headers = {"Content-Type": KIND, "Content-Length": str(len(HEAD) + size + len(TAIL))}
        status, said = self.asked(
            "POST",
            "/api/v1/uploads/",
            pieces(size),
            **headers,
            **({"Authorization": f"Bearer {token}"} if token else {}),
        )
        return status, json.loads(said)

    @property
    def files(self) -> list[Path]:
        """Everything that lies in the storage, or on the way there."""
        return [
            path for name in ("files", "incoming") for path in (self.server.data / name).rglob("*") if path.is_file()
        ]

    @property
    def handles(self) -> int:
        """How many files and sockets the process holds open."""
        return len(list(Path(f"/proc/{self.server.pid}/fd").iterdir()))

    @property
    def memory(self) -> int:
        """The highest that the process has had, in bytes."""
        status = Path(f"/proc/{self.server.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) * 1024


def pieces(size: int) -> Iterator[bytes]:
    yield HEAD
    for start in range(0, size, MB):
        yield block(start)[: size - start]
    yield TAIL


def block(start: int) -> bytes:
    return hashlib.sha256(str(start).encode()).digest() * (MB // 32)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    server = Server(tmp_path_factory.mktemp("uploads") / "data", {"UPLOAD_RESERVE_BYTES": "0"})
    try:
        yield Place(server.start())
    finally:
        server.kill9()
    assert '"exception"' not in server.said() and "Traceback" not in server.said()


@pytest.fixture(autouse=True)
def folder_of_files() -> None:
    """Not the test's own process keeps them here."""


def test_a_hundred_megabytes_go_in_and_out_without_lying_in_memory(place):
    before = place.memory
    size = 100 * MB
    status, told = place.uploaded(size)
    assert (status, told["size"]) == (201, size)
    line = http.client.HTTPConnection("127.0.0.1", place.server.port, timeout=60)
    line.request("GET", told["url"], headers={"Authorization": f"Bearer {place.token}"})
    answer = line.getresponse()
    assert answer.status == 200
    for start in range(0, size, MB):
        assert answer.read(MB) == block(start)
    assert answer.read() == b""
    line.close()
    assert place.memory - before < 40 * MB
    assert place.asked("DELETE", f"/api/v1/uploads/{told['id']}/", Authorization=f"Bearer {place.token}")[0] == 204
    wait_until(lambda: not place.files, 30, "the file is gone")


def test_who_reads_slowly_and_leaves_leaves_nothing_behind(place):
    _status, told = place.uploaded(50 * MB)
    handles = place.handles
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", place.server.port), 10) as line:
            line.sendall(
                f"GET {told['url']} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {place.token}\r\n\r\n".encode()
            )
            assert line.recv(1000).startswith(b"HTTP/1.1 200")
    wait_until(lambda: place.handles <= handles + 1, 20, "its handles are closed")


def test_too_large_is_refused_while_it_comes(place):
    with socket.create_connection(("127.0.0.1", place.server.port), 20) as line:
        line.sendall(
            f"POST /api/v1/uploads/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {place.token}\r\n"
            f"Content-Type: {KIND}\r\nContent-Length: {101 * MB}\r\n\r\n".encode()
        )
        said = b""
        while more := line.recv(65536):
            said += more
    assert said.startswith(b"HTTP/1.1 413") and json.loads(said.partition(b"\r\n\r\n")[2])["code"] == "too_large"
    status, told = place.uploaded(100 * MB + 1)
    assert (status, told["code"]) == (413, "too_large")


def test_a_stranger_is_told_before_their_file_has_come(place):
    for token in ("", "x.y.z"):
        with socket.create_connection(("127.0.0.1", place.server.port), 20) as line:
            who = f"Authorization: Bearer {token}\r\n" if token else ""
            line.sendall(
                f"POST /api/v1/uploads/ HTTP/1.1\r\nHost: 127.0.0.1\r\n{who}Content-Type: {KIND}\r\n"
                f"Content-Length: {50 * MB}\r\n\r\n".encode()
                + HEAD
            )
            assert line.recv(1000).startswith(b"HTTP/1.1 401")
    assert not [path for path in place.files if path.parent.name == "incoming"]


def test_an_upload_cut_off_leaves_nothing(place):
    before = set(place.files)
    for size in (1000, 20 * MB):
        with socket.create_connection(("127.0.0.1", place.server.port), 20) as line:
            line.sendall(
                f"POST /api/v1/uploads/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {place.token}\r\n"
                f"Content-Type: {KIND}\r\nContent-Length: {len(HEAD) + size + len(TAIL)}\r\n\r\n".encode()
                + HEAD
            )
            line.sendall(b"x" * (size // 2))
            time.sleep(0.3)
    wait_until(lambda: set(place.files) == before, 10, "nothing is left")


def test_a_full_disk_is_told(place):
    """Whether it is seen beforehand, or while the body comes."""
    incoming = place.server.data / "incoming"
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(incoming)], capture_output=True, text=True
    )
    if made.returncode:
        with needed():
            raise Missing(f"No disk can be mounted here: {made.stderr}")
    try:
        for size in (20 * MB, 6 * MB):
            status, told = place.uploaded(size)
            assert (status, told["code"]) == (507, "storage_full"), size
        assert place.uploaded(1000)[0] == 201
    finally:
        subprocess.run(["umount", str(incoming)], check=True)
    assert place.uploaded(6 * MB)[0] == 201
