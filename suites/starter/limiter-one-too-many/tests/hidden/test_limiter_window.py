import pytest
from limiter import Limiter


@pytest.mark.parametrize("limit", [1, 2, 10])
def test_limit_holds_at_any_size(limit):
    limiter = Limiter(limit=limit, window_seconds=60)
    assert sum(limiter.allow("crm", 1.0) for _ in range(limit + 5)) == limit


def test_limit_of_nothing():
    assert not Limiter(limit=0, window_seconds=1).allow("crm", 0)


def test_call_is_possible_again_when_the_first_leaves_the_window():
    limiter = Limiter(limit=2, window_seconds=10)
    answers = [limiter.allow("crm", now) for now in (0, 4, 9.9, 10, 11, 14)]
    assert answers == [True, True, False, True, False, True]


def test_refused_calls_do_not_count():
    limiter = Limiter(limit=1, window_seconds=10)
    assert [limiter.allow("crm", now) for now in (0, 3, 6, 9, 10)] == [True, False, False, False, True]


def test_clients_do_not_share_the_limit():
    limiter = Limiter(limit=1, window_seconds=10)
    assert [limiter.allow("crm", 0), limiter.allow("shop", 0), limiter.allow("crm", 1)] == [True, True, False]


def test_remaining_calls():
    limiter = Limiter(limit=2, window_seconds=10)
    before = limiter.remaining("crm", 0)
    limiter.allow("crm", 0)
    limiter.allow("crm", 1)
    limiter.allow("crm", 2)
    assert [before, limiter.remaining("crm", 2), limiter.remaining("crm", 10)] == [2, 0, 1]
