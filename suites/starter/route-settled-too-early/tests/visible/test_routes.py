from routes import Route, cheapest


def test_cheaper_detour_is_taken():
    roads = {"Harbour": {"Mill": 10, "Inn": 1}, "Inn": {"Mill": 1}}
    assert cheapest(roads, "Harbour", "Mill") == Route(2, ("Harbour", "Inn", "Mill"))


def test_direct_road_is_taken_where_it_is_cheaper():
    roads = {"Harbour": {"Mill": 1, "Inn": 1}, "Inn": {"Mill": 1}}
    assert cheapest(roads, "Harbour", "Mill") == Route(1, ("Harbour", "Mill"))
