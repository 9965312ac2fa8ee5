"""Log lines: JSON, with traces that tell where and never what."""

import json
import logging
import logging.config
import sys

import pytest

from chatsite.logs import logging_config


@pytest.fixture(params=[False, True], ids=["json", "readable"])
def line(request):
    config = logging_config("INFO", [], readable=request.param)["formatters"]["lines"]
    factory = config.pop("()")
    formatter = factory(**config)

    def line(logged):
        return formatter.format(logged)

    line.is_json = not request.param
    return line


def crash(password):
    return 1 / len(password[99:])


def test_a_trace_tells_no_values(line):
    try:
        crash("hush" * 2)
    except ZeroDivisionError:
        text = line(logging.LogRecord("chatsite", logging.ERROR, __file__, 1, "unexpected error", None, sys.exc_info()))
    assert "hushhush" not in text
    assert "ZeroDivisionError" in text
    assert "crash" in text
    if line.is_json:
        assert json.loads(text)["level"] == "error"


def test_a_level_of_one_logger_can_be_set():
    config = logging_config("INFO", ["chatsite.requests=WARNING"], readable=False)
    assert config["loggers"]["chatsite.requests"] == {"level": "WARNING"}
