-- The rows of each generation stand in tables of its own, whose names end in its number; `generation.sql` makes them and
-- `views.sql` shows the active one to people.
DROP VIEW contacts;
DROP VIEW accounts;
ALTER TABLE grains RENAME TO grains_1;
ALTER TABLE grain_states RENAME TO grain_states_1;
ALTER TABLE seen_chunks RENAME TO seen_chunks_1;
ALTER TABLE checkpoints RENAME TO checkpoints_1;

-- One row: the generation that is served and the model that it is scored under; model_version is 0 in a new store.
CREATE TABLE active (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  generation INTEGER NOT NULL,
  model_version INTEGER NOT NULL
) STRICT;

INSERT INTO active (one, generation, model_version) SELECT 1, 1, ifnull(max(version), 0) FROM models;

-- The last sequence of the partition before the active model; none where it was active from the start.
CREATE TABLE model_takeovers (
  partition INTEGER PRIMARY KEY,
  sequence INTEGER NOT NULL
) STRICT;
