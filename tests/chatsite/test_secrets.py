"""Keys of the data folder, where many want the first one at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

from chatsite.secrets import kept_secret

AT_ONCE = 16


def test_who_starts_at_once_reads_one_whole_key(tmp_path):
    for attempt in range(20):
        together = threading.Barrier(AT_ONCE)

        def begin(folder, together=together):
            together.wait()
            return kept_secret(folder, "secret_key", allowed=True)

        folder = tmp_path / str(attempt)
        with ThreadPoolExecutor(AT_ONCE) as threads:
            keys = set(threads.map(begin, [folder] * AT_ONCE))
        assert len(keys) == 1 and len(keys.pop()) == 64
        assert [one.name for one in folder.iterdir()] == ["secret_key"]
        assert (folder / "secret_key").stat().st_mode & 0o777 == 0o600
