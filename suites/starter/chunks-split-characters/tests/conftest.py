import pytest


@pytest.fixture
def cut():
    """Cut bytes into chunks of a size."""
    return lambda data, size: [data[start : start + size] for start in range(0, len(data), size)]
