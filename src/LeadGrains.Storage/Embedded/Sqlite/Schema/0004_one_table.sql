-- Run for each generation; {n} is its number. Its rows stood in two tables, by key and by the order of first writing, so
-- that writing a grain changed two pages, and those of neighbours in one were strewn over the other.

-- grain = partition * 2^31 + the place in the order in which the partition's rows were first written, from 1: rows that
-- are written together lie together, and a range of partitions is read in one sweep. What the sweep needs comes first: a
-- large state goes on in pages of its own, which the sweep passes over. A row of version 0 has columns for people only: an
-- account that contacts lead to before it has an entry of its own.
ALTER TABLE grains_{n} RENAME TO former_grains_{n};
ALTER TABLE seen_chunks_{n} RENAME TO former_seen_chunks_{n};

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

CREATE TABLE seen_chunks_{n} (
  chunk INTEGER PRIMARY KEY,
  number INTEGER NOT NULL,
  first_received_ticks INTEGER NOT NULL,
  last_received_ticks INTEGER NOT NULL,
  hashes BLOB NOT NULL
) STRICT;

-- By the old number, the new one. The rows come in the order of the key, so that nothing is sorted.
CREATE TABLE renumbered (grain INTEGER PRIMARY KEY, place INTEGER NOT NULL) STRICT;
INSERT INTO renumbered (grain, place)
SELECT grain, (partition << 31) + row_number() OVER (PARTITION BY partition ORDER BY kind, workspace, id) FROM former_grains_{n};

INSERT INTO grains_{n} (grain, partition, kind, workspace, id, version, model_version, stage, resident, first_seen_chunk,
  account_id, name, fit, intent, intent_points, updated_at_ticks, traits, state)
SELECT place, partition, kind, workspace, id, version, model_version, stage, resident, first_seen_chunk,
  account_id, name, fit, intent, intent_points, updated_at_ticks, traits, state
FROM former_grains_{n} CROSS JOIN renumbered USING (grain) CROSS JOIN grain_states_{n} USING (grain);

-- A chunk's lowest 20 bits are of its own number, the others those of its grain.
INSERT INTO seen_chunks_{n} (chunk, number, first_received_ticks, last_received_ticks, hashes)
SELECT (place << 20) | (chunk & 1048575), number, first_received_ticks, last_received_ticks, hashes
FROM former_seen_chunks_{n} CROSS JOIN renumbered ON grain = chunk >> 20;

DROP TABLE renumbered;
DROP TABLE former_seen_chunks_{n};
DROP TABLE grain_states_{n};
DROP TABLE former_grains_{n};
CREATE UNIQUE INDEX grain_keys_{n} ON grains_{n} (partition, kind, workspace, id);
