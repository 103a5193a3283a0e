-- Instants are columns that end in _ticks: ticks of 100 ns since 1970-01-01T00:00:00Z. kind: 1 contact, 2 account.
-- Texts are compared byte by byte. PostgreSQL's texts hold no U+0000: it stands as U+0001 '0', and U+0001 as U+0001 '1'.

CREATE TABLE leadgrains.store (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  store_id uuid NOT NULL,
  partition_count integer NOT NULL
);

-- Who may write a partition, under which epoch, until when by this server's clock, and how far its journal goes. Little of
-- a page is filled, so that the many changes of a row stay on it.
CREATE TABLE leadgrains.partitions (
  partition integer PRIMARY KEY,
  owner text NOT NULL DEFAULT '',
  epoch bigint NOT NULL DEFAULT 0,
  expires_at timestamptz NOT NULL DEFAULT '-infinity',
  last_sequence bigint NOT NULL DEFAULT 0,
  entry_count bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 20);

-- One row per partition and turn: length-delimited entries.
CREATE TABLE leadgrains.journal (
  partition integer NOT NULL,
  first_sequence bigint NOT NULL,
  last_sequence bigint NOT NULL,
  epoch bigint NOT NULL,
  entry_count integer NOT NULL,
  entries bytea NOT NULL,
  PRIMARY KEY (partition, last_sequence)
);
-- Signals are much alike: lz4 leaves about a third of them and costs less than writing the rest. A server without it stores
-- them as they are, since the older way of compression costs more.
DO $$ BEGIN
  ALTER TABLE leadgrains.journal ALTER entries SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
  ALTER TABLE leadgrains.journal ALTER entries SET STORAGE EXTERNAL;
END $$;

CREATE TABLE leadgrains.models (
  version bigint PRIMARY KEY,
  content_hash bytea NOT NULL,
  yaml text NOT NULL,
  published_by text NOT NULL,
  published_at_ticks bigint NOT NULL,
  comment text NOT NULL,
  activated_by text NOT NULL,
  activated_at_ticks bigint NOT NULL,
  activation_comment text NOT NULL
);

-- Generations that have tables, the active one among them.
CREATE TABLE leadgrains.generations (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);

-- One row: the generation that is served and the model that it is scored under; model_version is 0 in a new store.
CREATE TABLE leadgrains.active (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  generation bigint NOT NULL,
  model_version bigint NOT NULL
);

-- The last sequence of the partition before the active model; none where it was active from the start.
CREATE TABLE leadgrains.model_takeovers (
  partition integer PRIMARY KEY,
  sequence bigint NOT NULL
);

CREATE TABLE leadgrains.checkpoints (
  generation bigint NOT NULL,
  partition integer NOT NULL,
  sequence bigint NOT NULL,
  PRIMARY KEY (generation, partition)
) WITH (fillfactor = 50);

-- What a restart reads in one pass, what people ask for, and the state. A row of version 0 has columns for people only: an
-- account that contacts lead to before it has an entry of its own. Each generation has a table of its own, which
-- `generation.sql` makes: the program uses that one, people the views below.
CREATE TABLE leadgrains.grains (
  generation bigint NOT NULL,
  partition integer NOT NULL,
  kind smallint NOT NULL,
  workspace text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  model_version bigint NOT NULL,
  first_seen_chunk integer NOT NULL,
  account_id text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  fit double precision NOT NULL,
  intent double precision NOT NULL,
  intent_points double precision NOT NULL,
  stage text COLLATE "C" NOT NULL,
  updated_at_ticks bigint NOT NULL,
  traits text,
  resident bytea NOT NULL,
  state bytea NOT NULL
) PARTITION BY LIST (generation);

CREATE VIEW leadgrains.contacts AS
SELECT workspace, id, account_id, fit, intent, intent_points, stage, coalesce(traits, '{}')::json AS traits,
  timestamptz 'epoch' + updated_at_ticks / 10 * interval '1 microsecond' AS updated_at, model_version, partition, version
FROM leadgrains.grains
WHERE kind = 1 AND generation = (SELECT generation FROM leadgrains.active);

CREATE VIEW leadgrains.accounts AS
SELECT workspace, id, name, fit, intent, intent_points, stage, coalesce(traits, '{}')::json AS traits,
  timestamptz 'epoch' + updated_at_ticks / 10 * interval '1 microsecond' AS updated_at, model_version, partition, version
FROM leadgrains.grains
WHERE kind = 2 AND generation = (SELECT generation FROM leadgrains.active);

-- Refuses a writer whose ownership has ended. The message is for people, the code LG001 for the program.
CREATE FUNCTION leadgrains.refuse(written integer[], epochs bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  other record;
BEGIN
  SELECT w.partition, w.epoch AS written, p.epoch, p.owner INTO other
  FROM unnest(written, epochs) AS w (partition, epoch) LEFT JOIN leadgrains.partitions p USING (partition)
  WHERE p.epoch IS DISTINCT FROM w.epoch
  ORDER BY w.partition LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'Partition % is owned under epoch % by %, and this was to be written under epoch %.',
      other.partition, other.epoch, other.owner, other.written USING ERRCODE = 'LG001';
  END IF;
END $$;

-- The first statement of every write but appends: the partitions stay with their owner until the write has ended. Appends
-- go on beside it; taking a partition over waits.
CREATE FUNCTION leadgrains.hold(held integer[], epochs bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  -- Acknowledged means committed, whatever the database is set to.
  IF current_setting('synchronous_commit') = 'off' THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;
  PERFORM 1 FROM leadgrains.partitions p WHERE p.partition = ANY (held) ORDER BY p.partition FOR KEY SHARE;
  PERFORM leadgrains.refuse(held, epochs);
END $$;

-- An append: moves the ends of the partitions' journals and adds the rows, all of it or, by an exception, nothing. One call
-- is one round trip, and its statements are planned once for a session.
CREATE FUNCTION leadgrains.append(
  moved integer[], epochs bigint[], befores bigint[], lasts bigint[], counts bigint[],
  row_partitions integer[], row_firsts bigint[], row_lasts bigint[], row_epochs bigint[], row_counts integer[], row_entries bytea[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  done integer;
BEGIN
  IF current_setting('synchronous_commit') = 'off' THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;
  PERFORM 1 FROM leadgrains.partitions p WHERE p.partition = ANY (moved) ORDER BY p.partition FOR NO KEY UPDATE;
  UPDATE leadgrains.partitions p SET last_sequence = b.last, entry_count = p.entry_count + b.entries
  FROM unnest(moved, epochs, befores, lasts, counts) AS b (partition, epoch, before, last, entries)
  WHERE p.partition = b.partition AND p.epoch = b.epoch AND p.last_sequence = b.before;
  GET DIAGNOSTICS done = ROW_COUNT;
  IF done <> cardinality(moved) THEN
    PERFORM leadgrains.refuse(moved, epochs);
    RAISE EXCEPTION 'The journal of a partition does not end where this append begins.' USING ERRCODE = 'LG002';
  END IF;
  INSERT INTO leadgrains.journal (partition, first_sequence, last_sequence, epoch, entry_count, entries)
  SELECT * FROM unnest(row_partitions, row_firsts, row_lasts, row_epochs, row_counts, row_entries);
END $$;
