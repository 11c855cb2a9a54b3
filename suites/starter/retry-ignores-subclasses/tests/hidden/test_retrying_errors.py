import pytest

from retrying import Retry


class Throttled(ConnectionResetError):
    """A kind of a kind of a kind of an OSError."""


class BothKinds(LookupError, TimeoutError):
    """Listed by its second base only."""


@pytest.mark.parametrize("error", [Throttled(), ConnectionResetError(), OSError(), BothKinds()])
def test_each_kind_of_os_error_is_retried(flaky, naps, error):
    assert Retry(attempts=2, on=(OSError,), sleep=naps.append)(flaky(error)) == 2


def test_everything_is_retried_by_default(flaky, naps):
    assert Retry(attempts=4, sleep=naps.append)(flaky(KeyError(), Throttled(), ValueError())) == 4
    assert naps == [1.0, 2.0, 4.0]


def test_a_listed_error_does_not_mean_its_base(flaky, naps):
    download = flaky(OSError())
    with pytest.raises(OSError):
        Retry(attempts=3, on=(ConnectionError,), sleep=naps.append)(download)
    assert download.calls == 1


def test_several_listed_errors(flaky, naps):
    download = flaky(Throttled(), UnicodeError(), TypeError())
    with pytest.raises(TypeError):
        Retry(attempts=9, on=(ValueError, OSError), sleep=naps.append)(download)
    assert download.calls == 3


def test_the_last_failure_is_raised_without_another_nap(flaky, naps):
    last = Throttled("last")
    with pytest.raises(Throttled) as caught:
        Retry(attempts=2, on=(OSError,), sleep=naps.append)(flaky(OSError(), last))
    assert caught.value is last
    assert naps == [1.0]


def test_a_kind_of_error_made_later_is_retried(flaky, naps):
    retry = Retry(attempts=2, on=(OSError,), sleep=naps.append)
    late = type("Late", (ConnectionError,), {})
    assert retry(flaky(late())) == 2


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_is_never_retried(flaky, naps, error):
    download = flaky(error())
    with pytest.raises(error):
        Retry(attempts=3, sleep=naps.append)(download)
    assert download.calls == 1


def test_naps_have_a_longest(flaky, naps):
    errors = [OSError() for _ in range(4)]
    Retry(attempts=5, on=(IOError,), delay=10, factor=3, longest=50, sleep=naps.append)(flaky(*errors))
    assert naps == [10, 30, 50, 50]
