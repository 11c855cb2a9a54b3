-- One run. Everything is written as it completes; derived tables (strategy membership) can be made again.
CREATE TABLE IF NOT EXISTS run (
    field TEXT PRIMARY KEY,       -- a field of the specification
    value TEXT NOT NULL           -- JSON
);
CREATE TABLE IF NOT EXISTS bug (
    id TEXT PRIMARY KEY,          -- suite/name
    position INTEGER NOT NULL,    -- order of the suite
    suite TEXT NOT NULL,
    slice TEXT NOT NULL,
    digest TEXT NOT NULL,
    record TEXT NOT NULL          -- the bug as one row of a table suite, JSON
);
CREATE TABLE IF NOT EXISTS checkpoint (
    name TEXT PRIMARY KEY,
    position INTEGER NOT NULL,
    spec TEXT NOT NULL,
    digest TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS patch (
    digest TEXT PRIMARY KEY,
    files TEXT NOT NULL           -- JSON: path to text, null where deleted
);
CREATE TABLE IF NOT EXISTS attempt (
    bug TEXT NOT NULL,
    checkpoint TEXT NOT NULL,
    number INTEGER NOT NULL,      -- index of the attempt; of the chain, for chains
    turn INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    text TEXT NOT NULL,
    reasoning TEXT NOT NULL,
    finish_reason TEXT NOT NULL,
    prompt_tokens INTEGER,
    completion_tokens INTEGER,
    token_ids BLOB,               -- little-endian int32
    logprobs BLOB,                -- little-endian float64, nats
    generation_seconds REAL,
    patch TEXT,                   -- digest; null where no edit applies
    reason TEXT,                  -- why no edit applies
    PRIMARY KEY (bug, checkpoint, number, turn)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS judgement (
    bug TEXT NOT NULL,
    patch TEXT NOT NULL,
    verdict TEXT NOT NULL,
    visible_passed INTEGER NOT NULL,
    outcomes TEXT NOT NULL,       -- JSON: test to outcome
    messages TEXT NOT NULL,
    seconds TEXT NOT NULL,
    probes TEXT NOT NULL,
    output TEXT NOT NULL,
    evidence TEXT NOT NULL,
    wall_seconds REAL NOT NULL,
    cpu_seconds REAL NOT NULL,
    peak_memory_bytes INTEGER,
    PRIMARY KEY (bug, patch)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS retest (
    bug TEXT NOT NULL,
    patch TEXT NOT NULL,
    verdict TEXT NOT NULL,        -- of the second test; flaky where it differs from the first
    outcomes TEXT NOT NULL,
    PRIMARY KEY (bug, patch)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS invalid (
    bug TEXT NOT NULL,
    checkpoint TEXT NOT NULL,
    number INTEGER NOT NULL,
    turn INTEGER NOT NULL,
    reason TEXT NOT NULL,         -- what the harness failed at
    PRIMARY KEY (bug, checkpoint, number, turn)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS signature (
    bug TEXT NOT NULL,
    patch TEXT NOT NULL,
    record TEXT NOT NULL,         -- JSON of the signature
    PRIMARY KEY (bug, patch)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS strategy (
    bug TEXT NOT NULL,
    grain TEXT NOT NULL,
    id TEXT NOT NULL,
    label TEXT NOT NULL,
    PRIMARY KEY (bug, grain, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS member (
    bug TEXT NOT NULL,
    grain TEXT NOT NULL,
    patch TEXT NOT NULL,
    strategy TEXT NOT NULL,
    rank INTEGER NOT NULL,        -- 0 is the most central patch of its strategy
    PRIMARY KEY (bug, grain, patch)
) WITHOUT ROWID;
