"""Bodies of requests whose peer has gone."""

import io

import pytest
from rest_framework.exceptions import ParseError

from chatsite.api import StrictJSONParser


def test_a_body_that_django_closed_is_refused_without_a_trace():
    """As under a link that is reset while the request waits for its thread: found as a 500 in the log."""
    body = io.BytesIO(b'{"user": 1}')
    body.close()
    with pytest.raises(ParseError):
        StrictJSONParser().parse(body)
