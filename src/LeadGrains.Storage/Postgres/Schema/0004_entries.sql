-- No table changes. From here on the journal holds wake-ups of contacts and thresholds, and models by workspace, which a
-- program of before cannot read: it is to refuse the store rather than end over one of them.
SELECT 1;
