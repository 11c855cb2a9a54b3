"""One order."""

from dataclasses import dataclass, field


@dataclass
class Order:
    """What was ordered, and how far it is."""

    number: int
    cents: int
    state: str = "new"
    history: list[str] = field(default_factory=lambda: ["new"])
    notes: list[str] = field(default_factory=list)

    def enter(self, state: str) -> None:
        """Come into a state."""
        self.state = state
        self.history.append(state)
