import pytest
from seats import SeatMap


def test_each_booking_counts_once():
    hall = SeatMap(rows=5, seats=2)
    hall.take(0, 0)
    hall.take(4, 1)
    assert hall.occupied() == 2


def test_same_seat_number_in_two_rows():
    hall = SeatMap(rows=2, seats=3)
    hall.take(0, 1)
    hall.take(1, 1)
    assert [hall.free(0), hall.free(1)] == [[0, 2], [0, 2]]


def test_release_frees_one_row_only():
    hall = SeatMap(rows=2, seats=2)
    hall.take(0, 0)
    hall.take(1, 0)
    hall.release(0, 0)
    assert [hall.free(0), hall.free(1)] == [[0, 1], [1]]


def test_seat_cannot_be_taken_twice():
    hall = SeatMap(rows=2, seats=2)
    hall.take(1, 1)
    with pytest.raises(ValueError):
        hall.take(1, 1)


def test_released_seat_can_be_taken_again():
    hall = SeatMap(rows=2, seats=2)
    hall.take(1, 1)
    hall.release(1, 1)
    hall.take(1, 1)
    assert hall.occupied() == 1


def test_new_hall_is_empty():
    assert SeatMap(rows=4, seats=6).occupied() == 0


def test_last_row_is_its_own():
    hall = SeatMap(rows=3, seats=1)
    hall.take(2, 0)
    assert [hall.free(0), hall.free(1), hall.free(2)] == [[0], [0], []]
