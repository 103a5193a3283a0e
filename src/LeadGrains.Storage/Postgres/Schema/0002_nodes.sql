-- The nodes of a cluster. Each renews its row and its partitions by one heartbeat; a row that has expired is that of a node
-- that is gone. A partition's owner is a node's name, '' where it was given back, and another text where one server has all.
CREATE TABLE leadgrains.nodes (
  node text COLLATE "C" PRIMARY KEY,
  process uuid NOT NULL,
  address text NOT NULL,
  state smallint NOT NULL,
  drained boolean NOT NULL DEFAULT false,
  joined_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL
) WITH (fillfactor = 20);
COMMENT ON COLUMN leadgrains.nodes.process IS 'Which process has the name: no other one may use it before the row has expired.';
COMMENT ON COLUMN leadgrains.nodes.address IS 'Where other nodes reach it: host:port.';
COMMENT ON COLUMN leadgrains.nodes.state IS '0 joining, 1 serving, 2 leaving';
COMMENT ON COLUMN leadgrains.nodes.drained IS 'Somebody asked that it gives its partitions to the others.';
