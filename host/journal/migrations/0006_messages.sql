-- What was heard of an order is remembered, also if nothing came of it; and what waits is one message with a number.

-- 1: what the shop handed over last came to nothing, and binds by its revision only.
ALTER TABLE orders ADD COLUMN void INTEGER NOT NULL DEFAULT 0;
-- From now on `handed` is noted when it is received, not when work at it begins. `changed` is the order as it was decided
-- last, if that is not what was handed over last; and `changed_by` who of the staff made it so, or null: an earlier message
-- of the shop did.
UPDATE orders SET void = 1 WHERE accepted = 0 AND id NOT IN (SELECT order_id FROM unfinished)
    -- What was ended before it began stays so.
    AND handed ->> '$.state' IN ('placed', 'paid');
UPDATE orders SET changed = coalesce(changed, handed), handed_digest = NULL,
    handed = (SELECT body FROM unfinished WHERE order_id = orders.id)
    WHERE accepted = 1
    AND EXISTS (SELECT 1 FROM unfinished AS u WHERE u.order_id = orders.id AND u.who IS NULL AND u.body <> orders.handed);

CREATE TABLE messages (
    -- counts up: whatever takes a message's place has another number
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    order_id TEXT NOT NULL UNIQUE,
    -- the order as it is to be, in JSON
    body     TEXT NOT NULL,
    -- who changed it on the command line; null: the shop handed it over
    who      TEXT,
    -- how often in a row work at it began
    tries    INTEGER NOT NULL,
    -- how often in a row such work never came to an end, since the program went down
    lost     INTEGER NOT NULL,
    -- when it is to be tried again, in seconds since 1970; null: only when somebody says so
    next_try INTEGER,
    -- 1: it will not go away by itself, so somebody must act
    blocked  INTEGER NOT NULL,
    -- why it was not done yet
    reason   TEXT
) STRICT;
INSERT INTO messages (order_id, body, who, tries, lost, next_try, blocked, reason)
    SELECT order_id, body, who, tries, 0, next_try, 0, reason FROM unfinished ORDER BY rowid;
DROP TABLE unfinished;
ALTER TABLE messages RENAME TO unfinished;
CREATE INDEX unfinished_by_time ON unfinished (next_try, seq);
CREATE INDEX unfinished_blocked ON unfinished (seq) WHERE blocked = 1;
