"""Pure functions over counts: what the ledger knows about attempts becomes numbers with intervals.

One card per figure, each with its formula, its source and when it is undefined (then it is None):

    draws           the one probability that all estimators are made of
    passk           do retries add fixes: pass@k and its sampling variance
    retries         what a retry is worth: gain, rescued fraction, effective retries, cost per fix
    diversity       do retries add strategies: C_k and D_b
    echo            how often two fixes are one strategy
    hill            diversity numbers, for description only
    decomposition   a change of C_k split into accuracy and concentration
    discovery       the next attempt: Good–Turing, Chao1, extrapolation
    difficulty      pass@k beyond the attempts that were made, by a model
    tilt            where the mass moved: tilt, drift, kappa
    log_ratios      the same from exact log-probabilities
    selection       picking one attempt without an oracle
    chains          attempts that see the failures of earlier ones
    validity        how good the clusters are, and what their errors do to the echo rate
    catalogue       the figures of a comparison, by name
    measures        what a figure is: columns per bug and a function of their means, and how it is estimated
    deletion        leaving out one bug, or group of bugs, at a time
    intervals       delete-one-bug jackknife
    inversion       changes of prices: a test on the log scale, inverted
    significance    sign-flip permutation, Holm, equivalence
    population      a population of bugs to plan with
    power           how many bugs and attempts an effect needs

The statistics see `reroll.records.Tally` and plain numbers. They leave words and verdicts to `reroll.report`.
Formulas, examples and limits: docs/method.md.
"""
