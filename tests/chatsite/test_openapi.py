"""The description of the API is complete and true: no answer that it does not name, no 5xx, whatever is sent."""

import json
import os
import subprocess
import urllib.request
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "correct horse battery"
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
)
ENDS_THE_RUN = r"auth/logout|users/me|users/\{id\}"
"""What would sign the caller out, or deactivate them."""


@pytest.fixture(scope="module")
def description(tmp_path_factory):
    path = tmp_path_factory.mktemp("schema") / "openapi.json"
    # Fails on everything that drf-spectacular had to guess.
    call_command("spectacular", file=str(path), format="openapi-json", validate=True, fail_on_warn=True)
    return json.loads(path.read_text())


def operations(description):
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def test_it_is_openapi_3_1(description):
    assert description["openapi"] == "3.1.1"
    assert set(description["components"]["securitySchemes"]) == {"bearer", "cookie"}


def test_every_operation_names_its_refusals(description):
    for name, operation in operations(description):
        named = set(operation["responses"])
        assert {"400", "401", "403", "404", "405", "429", "500", "503"} <= named, name
        if not name.startswith("get "):
            assert {"409", "413", "415"} <= named, name
        assert operation["responses"]["429"] == {"$ref": "#/components/responses/Problem429"}


def test_what_takes_no_unknown_members_says_so(description):
    for name, operation in operations(description):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            shape = description["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]
            assert shape.get("additionalProperties") is False, name


def test_it_is_served_to_everybody_and_has_pages(client, place_set_up):
    answer = client.get("/api/v1/schema/?lang=%0a&version=%0a")
    assert answer.status_code == 200
    assert answer.json()["openapi"] == "3.1.1"
    pages = client.get("/api/v1/docs/")
    assert pages.status_code == 200
    assert "script-src 'self';" in pages["Content-Security-Policy"]


@pytest.mark.thorough
def test_schemathesis_finds_no_5xx_and_no_undocumented_answer(running_server, tmp_path):
    many = {f"{kind}_BURST": "1000000" for kind in ("SENDS", "COMMANDS", "READS")}
    server = running_server(env=many | {"ACCESS_TOKEN_SECONDS": "3600"})
    server.manage("set_up", "--workspace", "House", "--owner", "olga", "--email", "olga@example.org", stdin=PASSWORD)
    done = subprocess.run(
        [
            ROOT / ".venv/bin/schemathesis", "run", f"{server.url}/api/v1/schema/",
            "--header", f"Authorization: Bearer {access_token(server.url)}",
            "--exclude-path-regex", ENDS_THE_RUN,
            "--phases", "coverage,fuzzing", "--max-examples", "5", "--seed", "7", "--generation-database", "none",
            "--checks", ",".join(CHECKS), "--continue-on-failure", "--no-color",
        ],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "Traceback" not in server.said()


def access_token(url):
    request = urllib.request.Request(
        f"{url}/api/v1/auth/token/",
        json.dumps({"username": "olga", "password": PASSWORD}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["access"]
