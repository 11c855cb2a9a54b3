import pytest

from retrying import Retry


def test_a_kind_of_the_listed_error_is_retried(flaky, naps):
    download = flaky(ConnectionError("reset"))
    assert Retry(attempts=3, on=(OSError,), sleep=naps.append)(download) == 2
    assert naps == [1.0]


def test_another_error_is_raised_at_once(flaky, naps):
    download = flaky(KeyError("bug"))
    with pytest.raises(KeyError):
        Retry(attempts=3, on=(OSError,), sleep=naps.append)(download)
    assert (download.calls, naps) == (1, [])
