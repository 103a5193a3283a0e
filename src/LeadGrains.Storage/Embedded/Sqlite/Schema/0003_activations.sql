-- How each model was made active the last time: by its publication, or by going back to it. Of the time before this was
-- kept, the publication is all that is known.
ALTER TABLE models ADD COLUMN activated_by TEXT NOT NULL DEFAULT '';
ALTER TABLE models ADD COLUMN activated_at_ticks INTEGER NOT NULL DEFAULT 0;
ALTER TABLE models ADD COLUMN activation_comment TEXT NOT NULL DEFAULT '';

UPDATE models SET activated_by = published_by, activated_at_ticks = published_at_ticks, activation_comment = comment;
