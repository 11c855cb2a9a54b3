import asyncio

import pytest

from downloads import fetch_all, fetch_book


def test_more_pages_than_places(site):
    addresses = ["z", "m", "a", "q", "b", "y"]
    turns = dict(zip(addresses, [50, 5, 40, 1, 30, 2]))
    pages = asyncio.run(fetch_all(addresses, site(turns).fetch, limit=2))
    assert pages == [f"<{address}>" for address in addresses]


def test_an_address_may_come_twice(site):
    pages = asyncio.run(fetch_all(["b", "a", "b"], site({"a": 1, "b": 20}).fetch))
    assert pages == ["<b>", "<a>", "<b>"]


@pytest.mark.parametrize("limit", [1, 3])
def test_as_many_at_a_time_as_allowed(site, limit):
    pages = site({name: 10 for name in "abcdefgh"})
    asyncio.run(fetch_all(list("abcdefgh"), pages.fetch, limit=limit))
    assert pages.peak == limit


def test_equal_pages_keep_their_places():
    async def fetch(address):
        for _ in range(int(address)):
            await asyncio.sleep(0)
        return "odd" if int(address) % 2 else "even"

    assert asyncio.run(fetch_all(["9", "4", "7", "2"], fetch)) == ["odd", "even", "odd", "even"]


def test_no_addresses(site):
    assert asyncio.run(fetch_all([], site({}).fetch)) == []


def test_a_failure_is_raised():
    async def fetch(address):
        raise ConnectionError(address)

    with pytest.raises(ConnectionError):
        asyncio.run(fetch_all(["a"], fetch))


def test_a_book(site):
    assert asyncio.run(fetch_book(["2", "1"], site({"2": 9, "1": 3}).fetch, separator="|")) == "<2>|<1>"
