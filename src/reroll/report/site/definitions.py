"""What every figure and metric of the report means: the text behind each "Definition".

A definition says in words what a number is, how it is estimated from counts, and when it is undefined.
The long form, with sources, intervals and worked examples, is docs/method.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One entry of the method page."""

    id: str
    """Anchor on the method page."""
    name: str
    """Heading."""
    words: str
    """What it is, in words."""
    formula: str = ""
    """How it is estimated from counts."""
    undefined: str = ""
    """When there is no number, and why."""
    source: str = ""
    """Where the estimator comes from."""
    metrics: str = ""
    """Regular expression of the metric names that it defines."""


NOTATION = (
    "For one bug and one checkpoint: n attempts that count, c of them correct, and xₛ correct attempts with "
    "strategy s, so that Σ xₛ = c. C(a, b) is a binomial coefficient, zero for b > a. A value for a slice "
    "is the plain mean over its bugs. Attempts are independent draws with a seed each; crashes and timeouts "
    "of the patched program are incorrect attempts; attempts that the harness lost are run again and never "
    "counted."
)

DEFINITIONS = (
    Definition(
        id="pass-at-k",
        name="pass@k: bugs fixed within k attempts",
        words="The chance that at least one of k attempts fixes the bug. pass@1 is the success rate of a "
        "first try. It cannot see strategies: a model with one fix and a model with four can have the same "
        "pass@k.",
        formula="pass@k = 1 − C(n − c, k) / C(n, k)",
        undefined="k > n. An interval over attempts within one bug needs n ≥ 2k.",
        source="Chen et al. 2021",
        metrics=r"pass@\d+",
    ),
    Definition(
        id="yield",
        name="Yield of attempt k: marginal fixes and new strategies",
        words="What the k-th attempt adds after k − 1 others: the chance that it is the first fix, and the "
        "expected number of correct strategies that it shows for the first time. The last one is the "
        "Good–Turing estimate: the share of strategies seen once.",
        formula="g(k) = pass@k − pass@(k − 1);  d(k) = C_k − C_(k − 1)",
        undefined="k > n.",
        source="Good 1953",
        metrics=r"marginal.*|discovery.*",
    ),
    Definition(
        id="retry-gain",
        name="Retry gain, rescued fraction, effective retries",
        words="Three answers to what k − 1 retries are worth. The gain shrinks mechanically when the first "
        "try improves, so it is read with the other two: the share of first-try failures that retries "
        "repair, and the number of independent attempts that k attempts are worth.",
        formula="G = P_k − P_1;  R = (P_k − P_1) / (1 − P_1);  k_eff = ln(1 − P_k) / ln(1 − P_1)",
        undefined="R for P_1 = 1; k_eff for P_1 of 0 or 1, and it is infinite for P_k = 1.",
        metrics=r"retry_gain.*|rescued.*|effective_retries.*",
    ),
    Definition(
        id="cost",
        name="Cost of a new fix",
        words="Tokens and seconds, of generation and tests, that a loop of k attempts spends until it stops "
        "at its first fix, for each bug that it fixes.",
        formula="A(k) = Σ_(j < k) (1 − pass@j);  attempts per fix = A(k) / pass@k",
        undefined="pass@k = 0.",
        metrics=r"cost.*|attempts_per_fix.*|tokens_per_fix.*|seconds_per_fix.*|.*per_fix.*",
    ),
    Definition(
        id="c-k",
        name="C_k: strategies in k attempts",
        words="The expected number of really different correct fixes among k attempts. It mixes accuracy "
        "and variety: C_1 is pass@1.",
        formula="C_k = Σₛ [1 − C(n − xₛ, k) / C(n, k)]",
        undefined="k > n; zero without a correct attempt.",
        source="Rarefaction, Hurlbert 1971",
        metrics=r"C_\d+",
    ),
    Definition(
        id="d-b",
        name="D_b: strategies among b fixes",
        words="The expected number of different strategies among b correct attempts. Accuracy plays no part "
        "in it, so it shows variety alone. D_4 is the primary endpoint: it needs the fewest bugs to see a "
        "change. Compared only over bugs with b correct attempts under both checkpoints.",
        formula="D_b = Σₛ [1 − C(c − xₛ, b) / C(c, b)]",
        undefined="fewer than b correct attempts.",
        source="Rarefaction, Hurlbert 1971",
        metrics=r"D_\d+",
    ),
    Definition(
        id="echo",
        name="Echo rate",
        words="The chance that two correct attempts are the same strategy: 1 when every fix repeats the "
        "first, 0 when no two are alike. D_2 = 2 − echo.",
        formula="E = Σₛ xₛ (xₛ − 1) / (c (c − 1))",
        undefined="fewer than two correct attempts.",
        source="Simpson 1949",
        metrics=r"echo.*",
    ),
    Definition(
        id="tilt",
        name="Tilt A and Dist²: where the mass moved",
        words="A rise of the echo rate has two causes. Tilt A is positive where the mass moved toward the "
        "fixes that the base already preferred; Dist² is the change without a direction. A training that "
        "keeps the ratios between equally correct fixes has A = 0 and Dist² = 0.",
        formula="A = E_bt − E_bb;  Dist² = E_tt − 2 E_bt + E_bb;  E_tt − E_bb = 2A + Dist²",
        undefined="fewer than two correct attempts of the base, or none of the other.",
        source="docs/method.md M12",
        metrics=r"tilt.*|dist.*|kappa.*",
    ),
    Definition(
        id="selection",
        name="Picking one of k attempts without an oracle",
        words="pass@k assumes that somebody recognises a fix. sel@k picks any attempt that passes the "
        "visible tests, best@k the one whose tokens the model found most likely on average, maj@k one of "
        "the largest group that behaves alike. The false-fix rate is how often the pick passes the visible "
        "tests and is wrong. Repeating oneself helps a majority.",
        formula="sel@k = (h/v) [1 − C(n − v, k) / C(n, k)];  false fixes: (v − h)/v times the bracket",
        undefined="k > n; best@k without log-probabilities; maj@k without tested behaviours.",
        source="docs/method.md M16 to M18",
        metrics=r"sel@\d+|best@\d+|maj@\d+|false.*",
    ),
    Definition(
        id="chains",
        name="Chains: the life table, and the echo after a failure",
        words="A turn sees the failures of earlier ones, so turns are not independent draws and the chain is "
        "what is counted: pass@k is over chains. At each turn: the chains that made it, those that it "
        "solved, and the share solved by then. A chain that stops at a patch that only passes the visible "
        "tests is never solved. Self-echo is how often the turn after a failed one has the same strategy.",
        formula="solved by t = Σ_(s ≤ t) S(s − 1) · solved / at risk;  "
        "S(t) = Π (1 − (solved + stopped) / at risk)",
        undefined="no chain; self-echo without a patch before and after a failure.",
        source="Kaplan and Meier 1958; Aalen and Johansen 1978",
        metrics=r"self_echo.*",
    ),
    Definition(
        id="demonstrations",
        name="Demonstrations: what a set of fixes covers",
        words="A demonstration is a correct attempt that training would show. It adds a strategy, or says "
        "again, in other words or in the same ones, what another demonstration of the bug shows. Known "
        "strategies are those of any checkpoint of the run.",
    ),
    Definition(
        id="forecast",
        name="Forecast: what training should do, from the base alone",
        words="Each known fix of a bug is scored with and without every other one as a demonstration. From "
        "these log-probabilities follow the shares of the strategies after one round of self-distillation, "
        "at its fixed point, with demonstrations balanced over strategies, and under ideal reinforcement, "
        "which keeps the ratios. It knows only the fixes that were seen.",
        formula="log r(y) = log q(y) + E over demonstrations of the gain in log-probability + constant",
        undefined="a bug with few correct attempts.",
        source="docs/method.md, section 1.2",
    ),
    Definition(
        id="strategy",
        name="Strategy, fine and coarse",
        words="A class of patches that do the same thing. Names, layout, loop forms, commuted operands and "
        "inverted branches are surface and make no new strategy. A fine strategy is one edit signature with "
        "one vector of outcomes; a coarse one is the place of the edit and its dominant kind. A conclusion "
        "should hold at both.",
    ),
    Definition(
        id="paired",
        name="Paired changes, intervals, p-values",
        words="Both checkpoints try the same bugs, so changes are taken bug by bug. Intervals are "
        "delete-one-bug jackknife with Student's t over bugs; p-values flip the signs of the bugs' changes. "
        "One metric is the primary endpoint; the others are corrected by Holm. Intervals speak about bugs, "
        "not about training seeds.",
        formula="θ ± t(B − 1, 0.975) · SE,  SE² = (B − 1) / B · Σ (θ₍₋ᵢ₎ − θ̄)²",
        undefined="fewer than two bugs.",
    ),
    Definition(
        id="verdict",
        name="The four answers, and the size of a loss",
        words="Still pays: no loss beyond the margins that were stated beforehand, a tenth of a strategy "
        "among four fixes and three of a hundred failed first attempts. Pays less: further attempts add "
        "fewer fixes or fewer strategies than before, beyond doubt. Locks in: the first try improves while "
        "all attempts together fix less. Inconclusive: the data allow none of these, and the notes say what "
        "would. The size of a loss is read off the same interval: slight if it reaches into the margin, "
        "moderate if all of it lies beyond, large beyond three margins, unsure if it holds both.",
    ),
    Definition(
        id="invalid",
        name="Attempts that the harness lost",
        words="A lost attempt says nothing about the model. It is run again; if it stays lost it is left "
        "out, and the report gives pass@k as if all lost attempts had failed and as if all had been fixes.",
        metrics=r"bounds.*|.*worst.*|.*best_case.*",
    ),
)


def definition_of(metric: str) -> str:
    """Return the anchor that defines a metric; that of paired changes for one that no entry names."""
    for entry in DEFINITIONS:
        if entry.metrics and re.fullmatch(entry.metrics, metric):
            return entry.id
    return "paired"
