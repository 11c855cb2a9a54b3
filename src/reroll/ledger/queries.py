"""What a run is asked, as SQL; `run.py` makes records of the answers, `frames.py` frames."""

from __future__ import annotations

ATTEMPTS = """
SELECT b.suite, a.bug, b.slice, a.checkpoint, a.number AS "index", a.turn, a.seed,
       CASE WHEN a.patch IS NULL THEN 'no_patch' ELSE coalesce(j.verdict, 'invalid') END AS verdict,
       coalesce(j.visible_passed, 0) AS visible_passed, a.patch, a.reason,
       f.strategy AS fine, c.strategy AS coarse, s.label AS label, a.finish_reason,
       a.prompt_tokens, a.completion_tokens, a.generation_seconds, j.wall_seconds AS test_seconds
FROM attempt a JOIN bug b ON b.id = a.bug JOIN checkpoint k ON k.name = a.checkpoint
LEFT JOIN judgement j ON j.bug = a.bug AND j.patch = a.patch
LEFT JOIN member f ON f.bug = a.bug AND f.patch = a.patch AND f.grain = 'fine'
LEFT JOIN member c ON c.bug = a.bug AND c.patch = a.patch AND c.grain = 'coarse'
LEFT JOIN strategy s ON s.bug = a.bug AND s.grain = 'coarse' AND s.id = c.strategy
WHERE {attempt}
UNION ALL
SELECT b.suite, i.bug, b.slice, i.checkpoint, i.number, i.turn, NULL, 'invalid', 0, NULL, i.reason,
       NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM invalid i JOIN bug b ON b.id = i.bug WHERE {invalid}
"""
"""One row an attempt, then one row an attempt that the harness lost; `about` says of which bugs."""

TALLY = """
SELECT a.bug, b.slice, a.checkpoint,
       CASE WHEN a.patch IS NULL THEN 'no_patch' ELSE coalesce(j.verdict, 'invalid') END AS verdict,
       m.strategy, count(*), total(a.completion_tokens), total(a.generation_seconds) + total(j.wall_seconds)
FROM attempt a JOIN bug b ON b.id = a.bug
LEFT JOIN judgement j ON j.bug = a.bug AND j.patch = a.patch
LEFT JOIN member m ON m.bug = a.bug AND m.patch = a.patch AND m.grain = ?
WHERE NOT EXISTS (SELECT 1 FROM attempt later WHERE later.bug = a.bug AND later.checkpoint = a.checkpoint
                  AND later.number = a.number AND later.turn > a.turn)
GROUP BY 1, 2, 3, 4, 5 ORDER BY b.position
"""
"""Attempts by bug, checkpoint, verdict and strategy; of a chain, its last turn. Takes the grain."""

STRATEGIES = """
SELECT s.bug, s.grain, s.id AS strategy, s.label, a.checkpoint, count(*) AS attempts,
       sum(j.verdict = 'fixed') AS correct
FROM strategy s JOIN member m ON m.bug = s.bug AND m.grain = s.grain AND m.strategy = s.id
JOIN attempt a ON a.bug = s.bug AND a.patch = m.patch
JOIN judgement j ON j.bug = a.bug AND j.patch = a.patch
WHERE {strategy}
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 7 DESC, 6 DESC, 3, 5
"""
"""Attempts and fixes by strategy and checkpoint; `about` says of which bugs."""

POOLS = """
SELECT a.checkpoint, a.bug, a.patch IS NULL, coalesce(j.visible_passed, 0),
       coalesce(j.verdict = 'fixed', 0), sum(a.number)
FROM (SELECT bug, checkpoint, patch, count(*) AS number FROM attempt GROUP BY bug, checkpoint, patch) a
LEFT JOIN judgement j ON j.bug = a.bug AND j.patch = a.patch
WHERE a.patch IS NULL OR j.bug IS NOT NULL
GROUP BY a.checkpoint, a.bug, a.patch IS NULL, j.outcomes, j.probes, 4, 5
"""
"""Attempts by what a user without an oracle could tell apart."""

SCORES = """
SELECT a.checkpoint, a.bug, a.logprobs, coalesce(j.verdict = 'fixed', 0)
FROM attempt a LEFT JOIN judgement j ON j.bug = a.bug AND j.patch = a.patch
WHERE a.patch IS NULL OR j.bug IS NOT NULL
"""
"""Log-probabilities of every counted attempt, and whether it is a fix."""

DEMONSTRATIONS = """
SELECT a.checkpoint, a.bug, m.strategy, count(*), sum(a.number)
FROM (SELECT bug, checkpoint, patch, count(*) AS number FROM attempt WHERE patch IS NOT NULL
      GROUP BY bug, checkpoint, patch) a
JOIN judgement j ON j.bug = a.bug AND j.patch = a.patch AND j.verdict = 'fixed'
JOIN member m ON m.bug = a.bug AND m.patch = a.patch AND m.grain = ?
GROUP BY 1, 2, 3
"""
"""Distinct patches and attempts of every correct strategy. Takes the grain."""

TURNS = """
SELECT a.bug, a.checkpoint, a.number, a.patch IS NOT NULL AND j.bug IS NULL, m.strategy,
       coalesce(j.verdict = 'fixed', 0), coalesce(j.visible_passed, 0)
FROM attempt a LEFT JOIN judgement j ON j.bug = a.bug AND j.patch = a.patch
LEFT JOIN member m ON m.bug = a.bug AND m.patch = a.patch AND m.grain = ?
ORDER BY a.bug, a.checkpoint, a.number, a.turn
"""
"""Every turn in order, and whether the harness lost it. Takes the grain."""

LOST = """
SELECT i.bug, b.slice, i.checkpoint, count(*) FROM invalid i JOIN bug b ON b.id = i.bug GROUP BY 1, 2, 3
"""
"""Attempts that the harness lost, by bug and checkpoint."""

COMPLETIONS = """
SELECT * FROM attempt WHERE bug = ? AND (? IS NULL OR checkpoint = ?) ORDER BY checkpoint, number, turn
"""
"""Attempts of one bug, of one checkpoint or of all."""


def about(query: str, bug: str | None, **columns: str) -> str:
    """Return a query for one bug, or for all: a condition that fits both would keep SQLite from its index."""
    return query.format(
        **{name: "TRUE" if bug is None else f"{column} = ?" for name, column in columns.items()}
    )
