"""Names of accounts."""

MAX_LENGTH = 30


def clean(name: str) -> str:
    """Return a name as it is shown: without outer blanks, inner ones single."""
    cleaned = " ".join(name.split())
    if not cleaned or len(cleaned) > MAX_LENGTH:
        raise ValueError(f"A name has 1 to {MAX_LENGTH} characters, not {name!r}")
    return cleaned


def key(name: str) -> str:
    """Return what is equal for names that are the same to a reader."""
    return clean(name).lower()
