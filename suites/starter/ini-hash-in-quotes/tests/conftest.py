import pytest

from inifile import parse


@pytest.fixture
def value_of():
    """Return the value that the text behind `key =` means."""
    return lambda text: parse(f"[s]\nkey = {text}\n").get("s", "key")
