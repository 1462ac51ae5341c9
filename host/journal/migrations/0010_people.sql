-- Whom what is recorded is about, so that nobody is looked for in all of it; and what has come to its end, so that what was
-- kept long enough is found without looking at the rest.

-- The facts of claims and of provenance, by the addresses that are in them; written in the same transactions as those.
CREATE TABLE facts_people (
    email TEXT NOT NULL,
    fact  TEXT NOT NULL,
    PRIMARY KEY (email, fact)
) STRICT, WITHOUT ROWID;
INSERT INTO facts_people (email, fact)
    WITH facts AS (SELECT fact FROM claims UNION SELECT fact FROM provenance),
    people AS (
        SELECT fact ->> '$.account' AS email, fact FROM facts
        UNION SELECT fact ->> '$.enrolment[1]', fact FROM facts
        UNION SELECT fact ->> '$."course-role"[1]', fact FROM facts
        UNION SELECT fact ->> '$.member[2]', fact FROM facts
        UNION SELECT fact ->> '$."account-role".holder', fact FROM facts
        UNION SELECT fact ->> '$."account-role".context', fact FROM facts
    )
    SELECT email, fact FROM people WHERE email IS NOT NULL;

-- Whom an order has ever named, or done anything for, by their folded addresses; whoever is erased is here no longer.
CREATE TABLE orders_people (
    email    TEXT NOT NULL,
    order_id TEXT NOT NULL,
    PRIMARY KEY (email, order_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX orders_people_by_order ON orders_people (order_id);
-- Addresses are folded by the program: it fills the table when it opens this journal.
INSERT INTO chores (name) VALUES ('index-people');

-- Whether the account has another address by now, and the ledger goes by that one.
ALTER TABLE accounts ADD COLUMN former INTEGER NOT NULL DEFAULT 0;

-- When it came to its end, or to nothing; null: it is in force, or may still be.
ALTER TABLE orders ADD COLUMN ended INTEGER;
-- Whether its people may have to be erased once that is long enough ago. 0: that was looked at since.
ALTER TABLE orders ADD COLUMN people_kept INTEGER NOT NULL DEFAULT 1;
UPDATE orders SET ended = coalesce(
        (SELECT max(closed) FROM plans WHERE order_id = orders.id),
        min(unixepoch(body ->> '$.time'), unixepoch()),
        unixepoch())
    WHERE NOT accepted OR coalesce(changed, handed) ->> '$.state' = 'cancelled';
CREATE INDEX orders_by_end ON orders (ended) WHERE people_kept AND ended IS NOT NULL;

-- From when it is, once a newer one has taken its place.
ALTER TABLE plans ADD COLUMN outdated INTEGER;
UPDATE plans SET outdated = coalesce(closed, opened)
    WHERE id < (SELECT max(id) FROM plans AS newer WHERE newer.order_id = plans.order_id AND newer.receipt IS NOT NULL);
CREATE INDEX plans_by_age ON plans (outdated) WHERE outdated IS NOT NULL;
CREATE INDEX recordings_by_age ON recordings (at);

-- People who are being erased, order by order. What stands here was interrupted, and is gone on with before anything else.
CREATE TABLE erasures (
    id     INTEGER PRIMARY KEY,
    who    TEXT NOT NULL,
    -- what stands for their addresses from now on, and the names that they are called by, in JSON
    people TEXT NOT NULL
) STRICT;
