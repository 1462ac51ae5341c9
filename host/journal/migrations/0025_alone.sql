-- Whether somebody who wants to be alone with the whole shop is so (1), or waits to be (0). Else a ticket is for what `wanted` tells.
ALTER TABLE tickets ADD COLUMN alone INTEGER;
CREATE INDEX tickets_alone ON tickets (id) WHERE alone IS NOT NULL;

-- How often people were erased from an order: what was read of it before names them still.
ALTER TABLE orders ADD COLUMN rewritten INTEGER NOT NULL DEFAULT 0;
