-- The tables of one generation; {n} is its number. What they hold is said in `0001_initial.sql`.

CREATE TABLE leadgrains.grains_{n} (
  LIKE leadgrains.grains,
  PRIMARY KEY (partition, kind, workspace, id)
) WITH (fillfactor = 80);
ALTER TABLE leadgrains.grains_{n} ALTER generation SET DEFAULT {n};
ALTER TABLE leadgrains.grains_{n} ALTER resident SET STORAGE EXTERNAL;
ALTER TABLE leadgrains.grains_{n} ALTER state SET STORAGE EXTERNAL;
ALTER TABLE leadgrains.grains ATTACH PARTITION leadgrains.grains_{n} FOR VALUES IN ({n});

CREATE TABLE leadgrains.seen_chunks_{n} (
  partition integer NOT NULL,
  kind smallint NOT NULL,
  workspace text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  number integer NOT NULL,
  first_received_ticks bigint NOT NULL,
  last_received_ticks bigint NOT NULL,
  hashes bytea NOT NULL,
  PRIMARY KEY (partition, kind, workspace, id, number)
);
ALTER TABLE leadgrains.seen_chunks_{n} ALTER hashes SET STORAGE EXTERNAL;
