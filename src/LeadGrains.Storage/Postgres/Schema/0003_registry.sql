-- Small documents that operators make. What is removed keeps its row, without a body.
CREATE TABLE leadgrains.registry_documents (
  collection text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  revision bigint NOT NULL,
  body bytea,
  PRIMARY KEY (collection, id)
);
CREATE UNIQUE INDEX registry_documents_by_revision ON leadgrains.registry_documents (collection, revision);

-- One row: the latest revision of the whole registry. Every write holds it to its end, so that revisions become visible in order.
CREATE TABLE leadgrains.registry_counter (revision bigint NOT NULL);
INSERT INTO leadgrains.registry_counter (revision) VALUES (0);
