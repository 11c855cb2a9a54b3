"""Paths of static files."""

import re

_PARENT = re.compile(r"[^/]+/\.\./")

TYPES = {"css": "text/css", "js": "text/javascript", "html": "text/html", "svg": "image/svg+xml"}


def clean_path(path: str) -> str:
    """Return the path of a request without `.`, `..`, doubled and leading slashes."""
    path = re.sub(r"/(\./)+", "/", path)
    path = re.sub(r"/{2,}", "/", path)
    path = _PARENT.sub("", path)
    return path.lstrip("/")


def resolve(root: str, path: str) -> str:
    """Return the file that a request for `path` below `root` means."""
    cleaned = clean_path(path)
    return f"{root.rstrip('/')}/{cleaned or 'index.html'}"


def content_type(path: str) -> str:
    """Return the media type of a file by its extension."""
    return TYPES.get(path.rpartition(".")[2].lower(), "application/octet-stream")
