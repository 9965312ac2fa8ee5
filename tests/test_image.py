"""The image and compose.yaml: their steps done one by one, and what comes of it asked as Docker and a proxy would."""

import contextlib
import http.client
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

from tests.image import dockerfile
from tests.image.dockerfile import Stage
from tests.services import ROOT, free_port, wait_until

DOCKERFILE = ROOT / "Dockerfile"
SITE = "https://chat.example.org"
SECRET = "s" * 50
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
EXAMPLE = (ROOT / "deploy" / "example.env").read_text()

pytestmark = pytest.mark.once


# --- What can be read off ------------------------------------------------------------------------------------------


def test_every_path_that_is_copied_exists_and_is_let_through(tmp_path):
    sent = dockerfile.context(ROOT, tmp_path / "context")
    copied = [rest.split() for keyword, rest in dockerfile.steps(DOCKERFILE) if keyword == "COPY"]
    own = [source for words in copied if not words[0].startswith("--from=") for source in words[:-1]]
    assert {path.name for path in sent.iterdir()} == set(own), "What is sent and not copied has no business there."


def test_nothing_of_data_history_or_tests_is_sent(tmp_path):
    sent = dockerfile.context(ROOT, tmp_path / "context")
    names = {path.name for path in sent.rglob("*")}
    assert not names & {"var", ".git", ".env", "tests", "secret_key", "token_key", ".venv", "__pycache__"}
    assert not [name for name in names if name.endswith((".sqlite3", ".pyc", ".key", ".pem"))]
    assert list(sent.rglob("*.mo")), "The compiled messages are."


def test_it_runs_as_nobody_in_particular_and_says_how_it_is():
    said = dict(dockerfile.steps(DOCKERFILE))
    assert said["USER"] not in ("root", "0")
    assert said["VOLUME"] == "/data"
    assert "/health" in said["HEALTHCHECK"] and said["HEALTHCHECK"].count("CMD [") == 1
    assert "curl" not in DOCKERFILE.read_text()
    bases = [rest.split()[0] for keyword, rest in dockerfile.steps(DOCKERFILE) if keyword == "FROM"]
    version = (ROOT / ".python-version").read_text().split()[0]
    assert len(bases) == 2 and set(bases) == {f"python:{version}-slim"}


def test_packages_are_installed_by_their_hashes():
    installing = [rest for keyword, rest in dockerfile.steps(DOCKERFILE) if keyword == "RUN" and " pip " in rest]
    assert len(installing) == 1
    assert "--require-hashes" in installing[0] and "--no-deps" in installing[0]


def test_compose_has_the_parts_and_each_comes_back():
    services = COMPOSE["services"]
    assert set(services) == {"proxy", "app", "worker", "postgres", "redis"}
    for name, service in services.items():
        assert service["restart"] == "unless-stopped", name
        assert "healthcheck" in service or name == "app", "The application's is in its image."
        assert re.fullmatch(r"[a-z]+(:[\w.-]+)?", service["image"]) and not service["image"].endswith(":latest")
        for other in service.get("depends_on", {}):
            assert other in services
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or (ROOT / source).exists(), volume
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"], "One door to the street."
    assert "--locale=C.UTF-8" in services["postgres"]["environment"]["POSTGRES_INITDB_ARGS"]
    assert services["postgres"]["image"] == "postgres:17"


def test_compose_has_no_password_of_its_own_and_asks_for_each():
    text = (ROOT / "compose.yaml").read_text()
    wanted = dict(re.findall(r"\$\{(\w+)(:[?-])?", text))
    assert wanted == {"SITE": ":?", "POSTGRES_PASSWORD": ":?", "REDIS_PASSWORD": ":?", "WORKERS": ":-"}
    for line in text.splitlines():
        if re.search(r"(PASSWORD|SECRET|AUTH|requirepass)", line) and not line.lstrip().startswith("#"):
            assert "${" in line, line
    given = dict(re.findall(r"^(\w+)=(.*)$", EXAMPLE, re.MULTILINE))
    assert set(given) == {"SITE", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "SECRET_KEY"}
    assert not any(given.values()), "An example that works is a default."
    assert "/.env" in (ROOT / ".gitignore").read_text().splitlines()


def test_what_compose_sets_is_known_and_what_it_runs_exists():
    known = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (ROOT / "chatsite" / "settings.py").read_text()))
    services = COMPOSE["services"]
    for name in ("app", "worker"):
        assert set(services[name]["environment"]) <= known, name
    commented = set(re.findall(r"^# ([A-Z_]+)=", EXAMPLE, re.MULTILINE)) - {"WORKERS"}
    assert commented <= known
    assert services["worker"]["command"][-1] in get_commands()
    port = dict(dockerfile.steps(DOCKERFILE))["EXPOSE"]
    assert f"reverse_proxy app:{port}" in (ROOT / "deploy" / "Caddyfile").read_text()
    assert port in services["app"]["command"] and services["app"]["expose"] == [port]


def test_a_container_is_given_the_time_that_its_drain_takes():
    seconds = int(COMPOSE["services"]["app"]["stop_grace_period"].removesuffix("s"))
    assert seconds >= 5 + 30 + 20, "docs/operating.md: DRAIN_WAIT + DRAIN_SECONDS + 20"


# --- Built and started ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def image(tmp_path_factory) -> Stage:
    folder = tmp_path_factory.mktemp("image")
    stages = dockerfile.build(DOCKERFILE, dockerfile.context(ROOT, folder / "context"), folder)
    return stages[-1]


@contextlib.contextmanager
def started(image: Stage, command: list[str], env: dict[str, str], log: Path) -> Iterator[subprocess.Popen]:
    """A process of the image, ended at the end."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            image.argv(command), cwd=image.here("."), env=image.environment() | env, stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGQUIT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def at_port(command: list[str], port: int) -> list[str]:
    """The command at another port, and at this machine's own address alone."""
    return [word.replace("8080", str(port)).replace("0.0.0.0", "127.0.0.1") for word in command]


def asked(port: int, path: str) -> tuple[int, dict[str, str], bytes]:
    """What the proxy gets: it says for whom and over what it asks."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    headers = {"Host": "chat.example.org", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
    with contextlib.closing(connection):
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


def is_healthy(image: Stage, port: int) -> bool:
    done = subprocess.run(
        image.argv(at_port(image.health, port)), env=image.environment(), capture_output=True, timeout=30
    )
    return done.returncode == 0


def files_of(image: Stage) -> set[Path]:
    return {path for part in ("app", "venv") for path in (image.root / part).rglob("*")}


@pytest.mark.thorough
@pytest.mark.timeout(900)
def test_the_image_has_what_it_needs_and_nothing_else(image):
    assert {path.name for path in image.root.iterdir()} == {"venv", "app", "data"}
    assert {path.name for path in image.here("/app").iterdir()} == {
        "accounts", "chatsite", "collected", "locale", "manage.py", "messaging", "requirements.txt", "rooms", "static", "templates",
    }  # fmt: skip
    assert not list(image.here("/data").iterdir())
    assert not [
        path for path in image.root.rglob("*") if path.name in ("secret_key", "token_key") or path.suffix == ".sqlite3"
    ]
    assert image.here("/app/collected/staticfiles.json").exists()
    assert [words[0] for words in image.noted] == ["useradd"] and image.user in image.noted[0]


@pytest.mark.thorough
@pytest.mark.timeout(900)
def test_the_image_serves_and_writes_into_its_volume_alone(image, tmp_path):
    port, before = free_port(), files_of(image)
    env = {"SECRET_KEY": SECRET, "SITE_URL": SITE, "TRUSTED_PROXIES": "1", "CHATSITE_DATA": str(tmp_path)}
    assert not is_healthy(image, port)
    with started(image, at_port(image.command, port), env, tmp_path / "log") as process:
        wait_until(lambda: process.poll() is not None or is_healthy(image, port), 60, "the image is healthy")
        assert process.poll() is None, (tmp_path / "log").read_text()
        status, headers, page = asked(port, "/accounts/login/")
        assert status == 503 and b"not set up" in page
        assert headers["strict-transport-security"]
        style = re.search(rb'href="(/static/css/base\.\w+\.css)"', page)
        assert style and asked(port, style[1].decode())[0] == 200, "The static files are built in."
        assert asked(port, "/ready")[0] == 200
        link = re.search(rf"{SITE}(/set-up/\S+)", (tmp_path / "log").read_text())
        assert link and asked(port, link[1])[0] == 200
    assert files_of(image) == before
    assert {path.name for path in tmp_path.iterdir()} >= {"chatsite.sqlite3", "token_key"}


@pytest.mark.thorough
@pytest.mark.timeout(900)
def test_what_compose_starts_works_together(image, tmp_path, postgres, redis_url):
    port, services = free_port(), COMPOSE["services"]
    with postgres.database() as database:
        wired = {"SITE_URL": SITE, "DATABASE_URL": database, "REDIS_URL": redis_url, "REDIS_PREFIX": "image"}
        shared = {"SECRET_KEY": SECRET, "CHATSITE_DATA": str(tmp_path), "DRAIN_WAIT": "0", "DRAIN_SECONDS": "0"}
        app = {name: wired.get(name, value) for name, value in services["app"]["environment"].items()}
        worker = {name: wired.get(name, value) for name, value in services["worker"]["environment"].items()}
        serve = [word.replace("${WORKERS:-2}", "2") for word in services["app"]["command"]]
        with started(image, at_port(serve, port), app | shared, tmp_path / "app.log") as serving:
            wait_until(lambda: serving.poll() is not None or is_healthy(image, port), 90, "the application is healthy")
            assert serving.poll() is None, (tmp_path / "app.log").read_text()
            assert asked(port, "/ready")[0] == 200
            with started(image, services["worker"]["command"], worker | shared, tmp_path / "worker.log") as working:
                wait_until(lambda: "tasks began" in (tmp_path / "worker.log").read_text(), 60, "the worker works")
                working.terminate()
                assert working.wait(60) == 0, (tmp_path / "worker.log").read_text()
            serving.terminate()
            assert serving.wait(60) == 0, (tmp_path / "app.log").read_text()
