from routes import Route, cheapest

TOWN = {
    "A": {"B": 7, "C": 3},
    "C": {"B": 1, "D": 9},
    "B": {"D": 2, "E": 20},
    "D": {"E": 1, "A": 1},
}


def test_detour_to_a_place_on_the_way():
    roads = {"A": {"B": 9, "C": 1}, "C": {"B": 1}, "B": {"D": 5}}
    assert cheapest(roads, "A", "D") == Route(7, ("A", "C", "B", "D"))


def test_several_detours_in_a_row():
    assert cheapest(TOWN, "A", "E") == Route(7, ("A", "C", "B", "D", "E"))


def test_circular_roads_end():
    assert cheapest(TOWN, "B", "C") == Route(6, ("B", "D", "A", "C"))


def test_place_without_a_road_to_it():
    assert cheapest(TOWN, "A", "Z") is None


def test_dead_end_start():
    assert cheapest(TOWN, "E", "A") is None


def test_start_is_the_goal():
    assert cheapest(TOWN, "A", "A") == Route(0, ("A",))


def test_free_roads_count_too():
    roads = {"A": {"B": 1, "C": 0}, "C": {"B": 0}}
    assert cheapest(roads, "A", "B") == Route(0, ("A", "C", "B"))
