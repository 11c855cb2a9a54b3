import itertools

from quota import Quota


def test_each_call_leaves_on_its_own(allowed_at):
    assert allowed_at([30, 40, 50, 89.5, 90, 95, 100, 105, 110]) == [30, 40, 50, 90, 100, 110]


def test_refused_calls_do_not_count(allowed_at):
    times = [0, 0, 0, *range(10, 60), 60, 60, 60, 60]
    assert allowed_at(times) == [0, 0, 0, 60, 60, 60]


def test_never_too_many_in_any_stretch(allowed_at):
    times = [step * 0.5 for step in range(300)]
    allowed = allowed_at(times, calls=4, seconds=10)
    for start in allowed:
        assert sum(start <= time < start + 10 for time in allowed) <= 4
    assert len(allowed) == 4 * 15


def test_a_steady_stream_below_the_quota_passes(allowed_at):
    times = list(itertools.accumulate([20] * 30))
    assert allowed_at(times) == times


def test_a_few_calls_then_a_burst(allowed_at):
    assert allowed_at([0, 55, 61, 62, 63, 114, 115, 116, 121]) == [0, 55, 61, 62, 115, 121]


def test_single_calls(allowed_at):
    assert allowed_at([0.5, 1, 1.25, 1.5, 2, 2.5], calls=1, seconds=1) == [0.5, 1.5, 2.5]


def test_no_calls_at_all(allowed_at):
    assert allowed_at([0, 100], calls=0) == []


def test_keys_do_not_share():
    quota = Quota(calls=1, seconds=60, clock=lambda: 5.0)
    assert [quota.allow("a"), quota.allow("b"), quota.allow("a"), quota.allow()] == [True, True, False, True]
