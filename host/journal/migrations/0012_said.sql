-- What the shop has said of an order last, beside what is recorded of it.

-- The highest revision that was ever heard of it, whatever became of that message.
ALTER TABLE orders ADD COLUMN heard INTEGER NOT NULL DEFAULT 0;
UPDATE orders SET heard = max(revision, coalesce(handed ->> '$.revision', 0));
-- From now on `void` can also be 2: what the shop handed over last came to nothing, and the staff has changed the order since.

-- The operator whom the shop named last in what was decided on, by a pseudonym, which erasing the person forgets; null: from
-- before this was noted, or no address. Whom it names now is news only if it is somebody else.
ALTER TABLE orders ADD COLUMN operator TEXT;
-- The same of the message that waits, or that what waits was made of.
ALTER TABLE unfinished ADD COLUMN operator TEXT;

-- Orders of which nothing was ever heard but that they end.
CREATE TABLE endings (
    order_id TEXT PRIMARY KEY,
    -- counts the shop's changes
    revision INTEGER NOT NULL,
    -- suspended or cancelled
    state    TEXT NOT NULL
) STRICT, WITHOUT ROWID;
