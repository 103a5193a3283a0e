-- The whole of registry.db. What is removed keeps its row, without a body.
CREATE TABLE documents (
  collection TEXT NOT NULL,
  id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  body BLOB,
  PRIMARY KEY (collection, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX documents_by_revision ON documents (collection, revision);
-- One row: the latest revision of the whole registry.
CREATE TABLE counter (revision INTEGER NOT NULL);
INSERT INTO counter (revision) VALUES (0);
