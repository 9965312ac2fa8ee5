"""A Dockerfile's steps, done one by one in a folder: there is no Docker engine here. What it knows is what ours uses."""

import fnmatch
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

KEYWORDS = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "CMD"}
ROOTED = re.compile(r"(?<![\w./-])(/(?:venv|app|data|tmp/data)\b)")
"""Paths of the image, which lie in the stage's folder here."""
ONLY_NOTED = {"useradd"}
"""Commands that would change this machine."""


@dataclass
class Stage:
    """What one FROM makes: its files in `root`, and what the image says of itself."""

    base: str
    root: Path
    workdir: str = "/"
    env: dict[str, str] = field(default_factory=dict)
    user: str = "root"
    volumes: list[str] = field(default_factory=list)
    ports: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)
    noted: list[list[str]] = field(default_factory=list)

    def here(self, path: str) -> Path:
        """Where a path of the image lies on this machine."""
        return self.root / (path if path.startswith("/") else f"{self.workdir}/{path}").lstrip("/")

    def mapped(self, word: str) -> str:
        return ROOTED.sub(lambda found: str(self.root) + found[1], word)

    def environment(self) -> dict[str, str]:
        """What a process of the image gets: nothing of this machine's but what a shell needs."""
        path = os.pathsep.join([str(Path(sys._base_executable).parent), "/usr/local/bin:/usr/bin:/bin"])  # type: ignore[attr-defined]
        kept = {name: os.environ[name] for name in ("HOME", "PIP_INDEX_URL", "SSL_CERT_FILE") if name in os.environ}
        return {"PATH": path, **kept, **{name: self.mapped(value) for name, value in self.env.items()}}

    def argv(self, command: list[str]) -> list[str]:
        words = [self.mapped(word) for word in command]
        program = shutil.which(words[0], path=self.environment()["PATH"])
        assert program, f"{words[0]} is not in the image's PATH"
        return [program, *words[1:]]


def steps(dockerfile: Path) -> list[tuple[str, str]]:
    """The instructions with what stands behind them, in their order."""
    lines = [line for line in dockerfile.read_text().splitlines() if line.strip() and not line.startswith("#")]
    found = [tuple(line.split(None, 1)) for line in lines]
    assert {keyword for keyword, _rest in found} <= KEYWORDS
    return found  # type: ignore[return-value]


def context(folder: Path, target: Path) -> Path:
    """What the builder is sent of `folder`: everything that .dockerignore lets through."""
    rules = [line for line in (folder / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    assert rules[0] == "*"
    allowed = {rule[1:] for rule in rules if rule.startswith("!")}
    refused = [rule.removeprefix("**/") for rule in rules[1:] if not rule.startswith("!")]

    def ignored(_folder: str, names: list[str]) -> set[str]:
        return {name for name in names if any(fnmatch.fnmatch(name, rule) for rule in refused)}

    target.mkdir()
    for name in allowed:
        source = folder / name
        assert source.exists(), f".dockerignore lets {name} through, which is not there"
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=ignored)
        else:
            shutil.copy2(source, target / name)
    return target


def build(dockerfile: Path, sent: Path, folder: Path) -> list[Stage]:
    """Do every step. Fails where one does."""
    stages: dict[str, Stage] = {}
    stage = None
    for keyword, rest in steps(dockerfile):
        if keyword == "FROM":
            base, _as, name = (*rest.split(), "", "")[:3]
            stage = stages[name or str(len(stages))] = Stage(base, folder / f"stage-{len(stages)}")
            stage.root.mkdir()
            continue
        assert stage, "the first instruction is FROM"
        _do(stage, keyword, rest, sent, stages)
    return list(stages.values())


def _do(stage: Stage, keyword: str, rest: str, sent: Path, stages: dict[str, Stage]) -> None:
    match keyword:
        case "WORKDIR":
            stage.workdir = rest
            stage.here(".").mkdir(parents=True, exist_ok=True)
        case "COPY":
            _copy(stage, rest.split(), sent, stages)
        case "RUN":
            _run(stage, rest)
        case "ENV":
            stage.env |= dict(pair.split("=", 1) for pair in shlex.split(rest))
        case "USER":
            stage.user = rest
        case "VOLUME":
            stage.volumes.append(rest)
        case "EXPOSE":
            stage.ports.append(rest)
        case "HEALTHCHECK":
            stage.health = json.loads(rest[rest.index("CMD") + 3 :])
        case "CMD":
            stage.command = json.loads(rest)


def _copy(stage: Stage, words: list[str], sent: Path, stages: dict[str, Stage]) -> None:
    origin = sent
    if words[0].startswith("--from="):
        origin, words = stages[words[0].removeprefix("--from=")].root, words[1:]
    *sources, target = words
    for source in sources:
        found, there = origin / source.lstrip("/"), stage.here(target)
        assert found.exists(), f"COPY names {source}, which is not there"
        if found.is_dir():
            shutil.copytree(found, there, symlinks=True, dirs_exist_ok=True)
        else:
            there.mkdir(parents=True, exist_ok=True)
            shutil.copy2(found, there / found.name)


def _run(stage: Stage, line: str) -> None:
    assert not re.search(r"[;&|<>$`\\]", line), f"more than a plain command: {line}"
    words = shlex.split(line)
    env = {}
    while "=" in words[0]:
        name, value = words.pop(0).split("=", 1)
        env[name] = stage.mapped(value)
    if words[0] in ONLY_NOTED:
        stage.noted.append(words)
        return
    if words[0] == "install":
        # Without its owner: that user was only noted.
        words = [
            word for at, word in enumerate(words) if word not in ("-o", "-g") and words[at - 1] not in ("-o", "-g")
        ]
    done = subprocess.run(
        stage.argv([word for word in words if word != "--no-cache-dir"]),
        cwd=stage.here("."),
        env=stage.environment() | env,
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert done.returncode == 0, f"RUN {line}\n{done.stdout}\n{done.stderr}"
