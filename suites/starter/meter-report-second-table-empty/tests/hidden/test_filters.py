import pytest
from meterdata.filters import is_valid, valid
from meterdata.reader import Reading


@pytest.mark.parametrize(("value", "expected"), [("1.25", True), ("3", True), ("-1", False), ("1.x", False)])
def test_value_is_a_number(value, expected):
    assert is_valid(Reading("2024-05-01", "08:00", value)) is expected


def test_order_is_kept():
    readings = [Reading("d", str(hour), value) for hour, value in enumerate(["1", "error", "2"])]
    assert [reading.time for reading in valid(readings)] == ["0", "2"]
