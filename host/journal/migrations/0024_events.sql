-- What has happened to orders, for whoever wants to know: written with what made it so.
CREATE TABLE events (
    number   INTEGER PRIMARY KEY AUTOINCREMENT,
    -- what no other event has, in a restored copy either
    id       TEXT NOT NULL,
    at       INTEGER NOT NULL,
    order_id TEXT NOT NULL,
    -- what has happened, as JSON
    body     TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_order ON events (order_id, number);
CREATE INDEX events_by_time ON events (at);

-- The state that the last event of an order tells.
ALTER TABLE orders ADD COLUMN told TEXT;
-- What is under way is told once it is done.
UPDATE orders SET told = coalesce(
    (SELECT in_place FROM lines WHERE order_id = orders.id AND in_place IN ('placed', 'fulfilled', 'suspended')),
    CASE WHEN state = 'cancelled'
        AND NOT EXISTS (SELECT 1 FROM lines WHERE order_id = orders.id AND in_place IS NOT NULL) THEN 'cancelled' END);
