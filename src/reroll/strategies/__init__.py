"""Which fixes are really different: signatures of patches, and the strategies that they form.

A patch is parsed, brought to a normal form and read as edit atoms (`sign`); a whole program is read by its
mechanisms (`program_signature`). With the behaviour that the sandbox saw (`behaviour_key`), equal signatures
are one strategy (`cluster`), at a fine and a coarse grain. Everything here is pure: nothing runs a patch.
"""

from reroll.strategies.behaviour import behaviour_key, unstable_probes
from reroll.strategies.cluster import cluster, strategy_id
from reroll.strategies.explain import Part, explain
from reroll.strategies.probes import probes
from reroll.strategies.signature import program_signature, sign

__all__ = [
    "Part",
    "behaviour_key",
    "cluster",
    "explain",
    "probes",
    "program_signature",
    "sign",
    "strategy_id",
    "unstable_probes",
]
