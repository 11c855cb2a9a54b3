"""What every room of the tests shares: how a missing service is treated."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest


@pytest.fixture(scope="session")
def require() -> Callable[[str, str], None]:
    """Skip with a reason where a service is missing; fail where `REROLL_REQUIRE` names its tier."""

    def check(tier: str, reason: str) -> None:
        if reason:
            required = os.environ.get("REROLL_REQUIRE", "").split(",")
            (pytest.fail if tier in required else pytest.skip)(f"{tier}: {reason}")

    return check
