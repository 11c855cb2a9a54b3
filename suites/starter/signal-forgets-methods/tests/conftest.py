import pytest


class Badge:
    """Something with a method to connect."""

    def __init__(self, log=None, name=""):
        self.log = [] if log is None else log
        self.name = name

    def on_mail(self, mail):
        self.log.append(self.name + mail)

    def on_delete(self, mail):
        self.log.append(f"{self.name}-{mail}")


@pytest.fixture
def badge():
    return Badge()


@pytest.fixture
def make_badge():
    return Badge
