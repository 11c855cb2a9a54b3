from seats import SeatMap


def test_other_rows_stay_free():
    hall = SeatMap(rows=3, seats=4)
    hall.take(0, 2)
    assert hall.free(1) == [0, 1, 2, 3]


def test_taken_seat_is_not_free():
    hall = SeatMap(rows=3, seats=4)
    hall.take(0, 2)
    assert hall.free(0) == [0, 1, 3]
