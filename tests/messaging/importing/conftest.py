"""Who imports, and from where."""

import json

import pytest

from chatsite.realtime.commit import commit
from rooms import services as rooms


@pytest.fixture
def owner():
    return commit(
        rooms.set_up, None, workspace="Place", username="olga", email="olga@example.org", password="hunter2-hunter2"
    )


@pytest.fixture
def file(tmp_path):
    def write(lines, name="chat.jsonl", opened=open):
        path = tmp_path / name
        with opened(path, "wb") as stream:
            for one in lines:
                stream.write((one if isinstance(one, bytes) else json.dumps(one).encode()) + b"\n")
        return path

    return write
