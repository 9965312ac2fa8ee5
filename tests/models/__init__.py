"""The machine's assertions say what differs, as those of test files do."""

import pytest

pytest.register_assert_rewrite(*(f"tests.models.{name}" for name in ("connections", "steps", "talk", "watch")))
