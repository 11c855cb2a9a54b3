from rooms.office import Office
from rooms.slots import parse


def test_long_meeting_goes_to_the_next_room():
    office = Office(["blue", "red"])
    assert [office.book_any(parse(text), "x") for text in ("10:00-11:00", "09:00-12:00", "11:00-12:00")] == ["blue", "red", "blue"]
