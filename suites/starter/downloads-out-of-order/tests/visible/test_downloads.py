import asyncio

from downloads import fetch_all


def test_pages_come_in_the_order_of_the_addresses(site):
    pages = asyncio.run(fetch_all(["a", "b", "c"], site({"a": 30, "b": 20, "c": 10}).fetch))
    assert pages == ["<a>", "<b>", "<c>"]


def test_pages_that_take_equally_long(site):
    assert asyncio.run(fetch_all(["x", "y"], site({"x": 1, "y": 1}).fetch)) == ["<x>", "<y>"]
