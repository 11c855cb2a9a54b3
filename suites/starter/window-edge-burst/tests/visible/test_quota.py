def test_no_burst_around_the_full_minute(allowed_at):
    assert allowed_at([58, 59, 59.5, 60, 60.5, 61]) == [58, 59, 59.5]


def test_calls_within_a_minute(allowed_at):
    assert allowed_at([0, 1, 2, 3]) == [0, 1, 2]


def test_calls_are_allowed_again_later(allowed_at):
    assert allowed_at([0, 1, 2, 200]) == [0, 1, 2, 200]
