import pytest


@pytest.fixture
def meter_file(tmp_path):
    def write(*rows):
        path = tmp_path / "meter.csv"
        path.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
        return path

    return write
