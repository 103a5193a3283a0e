-- Instants are columns that end in _ticks: ticks of 100 ns since 1970-01-01T00:00:00Z. kind: 1 contact, 2 account.

CREATE TABLE meta (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What a restart reads in one pass and people ask for. A row of version 0 has columns for people only: an account that
-- contacts lead to before it has an entry of its own. Clustered by partition, so that a range of partitions is read
-- in one sweep; the large state stands elsewhere, so that the sweep does not go through it.
CREATE TABLE grains (
  partition INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  workspace TEXT NOT NULL,
  id TEXT NOT NULL,
  grain INTEGER NOT NULL,
  version INTEGER NOT NULL,
  model_version INTEGER NOT NULL,
  first_seen_chunk INTEGER NOT NULL,
  account_id TEXT NOT NULL,
  name TEXT NOT NULL,
  fit REAL NOT NULL,
  intent REAL NOT NULL,
  intent_points REAL NOT NULL,
  stage TEXT NOT NULL,
  updated_at_ticks INTEGER NOT NULL,
  resident BLOB NOT NULL,
  PRIMARY KEY (partition, kind, workspace, id)
) STRICT, WITHOUT ROWID;

-- Numbered in the order of first writing: rows written together lie together.
CREATE TABLE grain_states (
  grain INTEGER PRIMARY KEY,
  traits TEXT NOT NULL,
  state BLOB NOT NULL
) STRICT;

-- chunk = grain * 2^20 + the lowest 20 bits of number: an integer key takes a blob of 2 KiB without overflow pages.
CREATE TABLE seen_chunks (
  chunk INTEGER PRIMARY KEY,
  number INTEGER NOT NULL,
  first_received_ticks INTEGER NOT NULL,
  last_received_ticks INTEGER NOT NULL,
  hashes BLOB NOT NULL
) STRICT;

CREATE TABLE models (
  version INTEGER PRIMARY KEY,
  content_hash BLOB NOT NULL,
  yaml TEXT NOT NULL,
  published_by TEXT NOT NULL,
  published_at_ticks INTEGER NOT NULL,
  comment TEXT NOT NULL
) STRICT;

CREATE TABLE checkpoints (
  partition INTEGER PRIMARY KEY,
  sequence INTEGER NOT NULL
) STRICT;

CREATE VIEW contacts AS
SELECT workspace, id, account_id, fit, intent, intent_points, stage, traits,
  strftime('%Y-%m-%dT%H:%M:%fZ', updated_at_ticks / 1e7, 'unixepoch') AS updated_at,
  model_version, partition, version
FROM grains JOIN grain_states USING (grain)
WHERE kind = 1;

CREATE VIEW accounts AS
SELECT workspace, id, name, fit, intent, intent_points, stage, traits,
  strftime('%Y-%m-%dT%H:%M:%fZ', updated_at_ticks / 1e7, 'unixepoch') AS updated_at,
  model_version, partition, version
FROM grains JOIN grain_states USING (grain)
WHERE kind = 2;
