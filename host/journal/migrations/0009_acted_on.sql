-- Which account each order has acted on as whom: in that order, the address stands for that account, whatever address it has
-- by now. To other orders, the address is whoever has it.
CREATE TABLE order_accounts (
    order_id TEXT NOT NULL,
    -- as the order names the person, folded
    email    TEXT NOT NULL,
    id       INTEGER NOT NULL,
    PRIMARY KEY (order_id, email)
) STRICT, WITHOUT ROWID;
CREATE INDEX order_accounts_by_id ON order_accounts (id);
CREATE INDEX order_accounts_by_email ON order_accounts (email);

-- Until now, an address stood for the same account in all orders.
INSERT INTO order_accounts (order_id, email, id)
SELECT orders.id, accounts.email, accounts.id FROM orders, json_each(
    (SELECT json_group_array(occupant) FROM seats WHERE order_id = orders.id AND occupant IS NOT NULL)
) AS occupant JOIN accounts ON accounts.email = occupant.value
WHERE orders.accepted
UNION
SELECT orders.id, accounts.email, accounts.id FROM orders
JOIN accounts ON accounts.email = lower(trim(orders.body ->> '$.operator.email'))
WHERE orders.accepted;

-- A claim that was given up, and whose fact stays for now: somebody is kept in a course for the sake of their work, and so in
-- the group of the order that they have left, until somebody lets them in again.
ALTER TABLE claims ADD COLUMN kept INTEGER NOT NULL DEFAULT 0;
