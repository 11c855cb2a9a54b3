"""Permissions of members, as bit flags."""

READ = 1
WRITE = 2
DELETE = 4
SHARE = 8
ADMIN = 16

_NAMES = {READ: "read", WRITE: "write", DELETE: "delete", SHARE: "share", ADMIN: "admin"}


def grant(mask: int, flags: int) -> int:
    """Return the mask with the flags set."""
    return mask | flags


def revoke(mask: int, flags: int) -> int:
    """Return the mask with the flags cleared; flags may be several, joined by `|`."""
    return mask ^ flags


def allowed(mask: int, flags: int) -> bool:
    """Return whether all the flags are set."""
    return mask & flags == flags


def names(mask: int) -> list[str]:
    """Return the names of the flags that are set."""
    return [name for flag, name in _NAMES.items() if mask & flag]


def apply_policy(masks: dict[str, int], *, add: int = 0, remove: int = 0) -> dict[str, int]:
    """Return the masks of all members after a policy; what is removed wins over what is added."""
    return {member: revoke(grant(mask, add), remove) for member, mask in masks.items()}
