-- The tables of one generation; {n} is its number. What they hold is said in `0004_one_table.sql`.

CREATE TABLE grains_{n} (
  grain INTEGER PRIMARY KEY,
  partition INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  workspace TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  model_version INTEGER NOT NULL,
  stage TEXT NOT NULL,
  resident BLOB NOT NULL,
  first_seen_chunk INTEGER NOT NULL,
  account_id TEXT NOT NULL,
  name TEXT NOT NULL,
  fit REAL NOT NULL,
  intent REAL NOT NULL,
  intent_points REAL NOT NULL,
  updated_at_ticks INTEGER NOT NULL,
  traits TEXT NOT NULL,
  state BLOB NOT NULL
) STRICT;

CREATE UNIQUE INDEX grain_keys_{n} ON grains_{n} (partition, kind, workspace, id);

CREATE TABLE seen_chunks_{n} (
  chunk INTEGER PRIMARY KEY,
  number INTEGER NOT NULL,
  first_received_ticks INTEGER NOT NULL,
  last_received_ticks INTEGER NOT NULL,
  hashes BLOB NOT NULL
) STRICT;

CREATE TABLE checkpoints_{n} (
  partition INTEGER PRIMARY KEY,
  sequence INTEGER NOT NULL
) STRICT;
