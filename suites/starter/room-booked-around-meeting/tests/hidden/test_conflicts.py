import pytest
from rooms.slots import parse


@pytest.mark.parametrize(
    "text",
    [
        "09:30-10:15",
        "10:15-10:45",
        "10:59-12:00",
        "10:00-11:00",
        "10:00-11:30",
        "09:00-11:00",
        "11:30-13:30",
        "08:00-18:00",
    ],
)
def test_any_common_minute_is_a_conflict(room, text):
    assert not room.is_free(parse(text))


def test_back_to_back_meetings_are_fine(room):
    slots = [parse(text) for text in ("09:00-10:00", "11:00-12:00", "13:00-13:30")]
    for slot in slots:
        room.book(slot, "guest")
    assert len(room.agenda()) == 5
