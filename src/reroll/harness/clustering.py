"""Strategies of a run, from the signatures and outcomes in its ledger: made again whenever they grow."""

from __future__ import annotations

from collections.abc import Iterable

from reroll.ledger import Ledger, Run
from reroll.strategies import behaviour_key, cluster, unstable_probes


def cluster_run(ledger: Ledger, bugs: Iterable[str]) -> None:
    """Cluster the tested patches of each bug; ids of strategies that are known stay."""
    run = Run(ledger.folder)
    for bug in bugs:
        judgements = run.judgements(bug)
        unstable = unstable_probes(judgements.values())
        items = [
            (patch, signature, behaviour_key(judgements[patch], unstable=unstable))
            for patch, signature in run.signatures(bug).items()
            if patch in judgements
        ]
        ledger.record_strategies(bug, cluster(items, known=run.clusters(bug)))
