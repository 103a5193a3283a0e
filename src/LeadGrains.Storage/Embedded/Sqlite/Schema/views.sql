-- What people query: the active generation, whose number is {n}.
DROP VIEW IF EXISTS contacts;
DROP VIEW IF EXISTS accounts;
DROP VIEW IF EXISTS grains;
DROP VIEW IF EXISTS grain_states;

CREATE VIEW grains AS
SELECT partition, kind, workspace, id, grain, version, model_version, first_seen_chunk, account_id, name, fit, intent,
  intent_points, stage, updated_at_ticks, resident
FROM grains_{n};

CREATE VIEW grain_states AS SELECT grain, traits, state FROM grains_{n};

CREATE VIEW contacts AS
SELECT workspace, id, account_id, fit, intent, intent_points, stage, traits,
  strftime('%Y-%m-%dT%H:%M:%fZ', updated_at_ticks / 1e7, 'unixepoch') AS updated_at,
  model_version, partition, version
FROM grains_{n}
WHERE kind = 1;

CREATE VIEW accounts AS
SELECT workspace, id, name, fit, intent, intent_points, stage, traits,
  strftime('%Y-%m-%dT%H:%M:%fZ', updated_at_ticks / 1e7, 'unixepoch') AS updated_at,
  model_version, partition, version
FROM grains_{n}
WHERE kind = 2;
