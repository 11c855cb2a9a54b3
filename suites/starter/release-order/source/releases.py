"""Order of release tags (Semantic Versioning without build metadata)."""

from collections.abc import Iterable


def version_key(version: str) -> tuple:
    """Return a key that sorts versions from the oldest to the newest."""
    core, _, pre = version.removeprefix("v").partition("-")
    major, minor, patch = (int(part) for part in core.split("."))
    return major, minor, patch, pre == "", pre


def in_order(versions: Iterable[str]) -> list[str]:
    """Return versions from the oldest to the newest."""
    return sorted(versions, key=version_key)


def latest(versions: Iterable[str], *, allow_pre: bool = True) -> str | None:
    """Return the newest version, or None where there is none."""
    candidates = [version for version in versions if allow_pre or "-" not in version]
    return max(candidates, key=version_key, default=None)


def is_upgrade(current: str, offered: str) -> bool:
    """Return whether the offered version is newer than the current one."""
    return version_key(offered) > version_key(current)
