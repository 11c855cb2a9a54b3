import pytest
from rooms.calendar import Conflict
from rooms.slots import parse


def test_meeting_around_an_interview_is_refused(room):
    with pytest.raises(Conflict):
        room.book(parse("09:00-12:00"), "board")


def test_free_afternoon(room):
    assert room.is_free(parse("14:00-16:00"))
