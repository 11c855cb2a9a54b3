import pytest
from rooms.calendar import RoomCalendar
from rooms.slots import parse


@pytest.fixture
def room():
    """Return a room with an interview from ten to eleven and a lunch from noon to one."""
    calendar = RoomCalendar()
    calendar.book(parse("10:00-11:00"), "interview")
    calendar.book(parse("12:00-13:00"), "lunch")
    return calendar
