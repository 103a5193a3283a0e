-- The tables of one generation; {n} is its number. What they hold is said in `0001_initial.sql`.

CREATE TABLE grains_{n} (
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

CREATE TABLE grain_states_{n} (
  grain INTEGER PRIMARY KEY,
  traits TEXT NOT NULL,
  state BLOB NOT NULL
) STRICT;

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
