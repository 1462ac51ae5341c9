-- The first payment binds a line's time. What is recorded of an order that is not only placed has been paid.
UPDATE lines SET bargain = json_set(bargain, '$.paid',
    json((SELECT iif(state = 'placed', 'false', 'true') FROM orders WHERE id = order_id)))
WHERE bargain IS NOT NULL;

-- 1: the line has ended, before its order: it has no bargain and no seats, and claims nothing until it is bought again.
ALTER TABLE lines ADD COLUMN ended INTEGER NOT NULL DEFAULT 0;
