import pytest

from checklist import Task


@pytest.fixture
def template():
    """A checklist of two sections."""
    top = Task("New employee", labels=["hr"])
    laptop = top.add("Laptop", labels=["it"])
    laptop.add("Order")
    laptop.add("Install")
    top.add("Badge").add("Photo", labels=["desk", "ground floor"])
    return top
