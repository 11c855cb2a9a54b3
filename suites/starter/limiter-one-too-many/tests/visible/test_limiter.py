from limiter import Limiter


def test_call_over_the_limit_is_refused():
    limiter = Limiter(limit=3, window_seconds=10)
    assert [limiter.allow("crm", now) for now in (0.0, 0.1, 0.2, 0.3)] == [True, True, True, False]


def test_window_slides():
    limiter = Limiter(limit=3, window_seconds=10)
    assert [limiter.allow("crm", now) for now in (0, 5, 20, 21)] == [True] * 4
