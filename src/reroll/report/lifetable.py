"""Chains: the life table by turn and the echo after a failure, from a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reroll.statistics.chains import life_table, self_echo

if TYPE_CHECKING:
    from reroll.ledger import Run


def lines(run: Run) -> list[str]:
    """Return, per checkpoint, the chains solved at each turn, and how often a failed strategy came again."""
    found = []
    frame = run.attempts
    for checkpoint in run.checkpoints:
        own = frame[(frame["checkpoint"] == checkpoint) & frame["counted"]]
        chains = [group for _, group in own.groupby(["bug", "index"], sort=False)]
        ends = [(len(chain), bool(chain["correct"].iloc[-1])) for chain in chains]
        found.append(f"{checkpoint}: {len(chains)} chains; turn: at risk, solved, hazard, solved so far")
        found += [
            f"  {row.turn}: {row.at_risk}, {row.solved}, {row.hazard:.3f}, {row.cumulative:.3f}"
            for row in life_table(ends)
        ]
        told = self_echo([list(chain["coarse"].where(chain["coarse"].notna(), None)) for chain in chains])
        if told is not None:
            found.append(
                f"  after a failure, the next patch has the same strategy with probability {told:.3f}"
            )
    return found
