-- What the shop has said of an order last, beside what is recorded of it.

-- The highest revision that was ever heard of it, whatever became of that message.
ALTER TABLE orders ADD COLUMN heard INTEGER NOT NULL DEFAULT 0;
UPDATE orders SET heard = max(revision, coalesce(handed ->> '$.revision', 0));
-- From now on `void` can also be 2: what the shop handed over last came to nothing, and the staff has changed the order since.
