import copy
import json

import pytest

from settings import defaults, load


@pytest.fixture(autouse=True)
def restored_defaults():
    """Keep what one test does to the defaults from the next test."""
    before = copy.deepcopy(defaults.DEFAULTS)
    yield
    defaults.DEFAULTS.clear()
    defaults.DEFAULTS.update(before)


@pytest.fixture
def load_file(tmp_path):
    """Load settings from a file with the given content."""

    def load_content(content, environment=None):
        path = tmp_path / "settings.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        return load(path, environment)

    return load_content
