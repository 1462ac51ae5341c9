-- What remains to be done, and who changed an order beside the shop.

-- The order as it was changed on the command line since the shop handed it over last, in JSON; null: it was not.
ALTER TABLE orders ADD COLUMN changed TEXT;
-- Who changed it.
ALTER TABLE orders ADD COLUMN changed_by TEXT;

-- Orders of which something remains to be done: written before anything is done about them, gone in the same transaction
-- that records how it ended. What stands here when a host starts was interrupted.
CREATE TABLE unfinished (
    order_id TEXT PRIMARY KEY,
    -- the order as it is to be, in JSON
    body     TEXT NOT NULL,
    -- who changed it on the command line; null: the shop handed it over
    who      TEXT,
    -- how often in a row the platform did not answer
    tries    INTEGER NOT NULL,
    -- when it is to be tried again, in seconds since 1970
    next_try INTEGER NOT NULL,
    -- why it was not done yet
    reason   TEXT
) STRICT;
CREATE INDEX unfinished_by_time ON unfinished (next_try);

-- The SHA-256 of the order as the shop handed it over last: by it the same message is recognised that comes again, even when
-- what was handed over no longer names somebody who was erased. Null: from before this was noted.
ALTER TABLE orders ADD COLUMN handed_digest TEXT;
