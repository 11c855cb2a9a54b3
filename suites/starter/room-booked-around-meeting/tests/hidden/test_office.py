from rooms.office import Office
from rooms.slots import parse


def test_long_meeting_goes_to_the_next_room():
    office = Office(["blue", "red"])
    wanted = [parse(text) for text in ("10:00-11:00", "09:00-12:00", "11:00-12:00")]
    assert [office.book_any(slot, "team") for slot in wanted] == ["blue", "red", "blue"]
