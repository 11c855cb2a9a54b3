import pytest

from editor import Document


@pytest.fixture
def hello():
    """A document that says `hello`, with ` world` undone."""
    document = Document()
    document.type("hello")
    document.type(" world")
    document.undo()
    return document
