-- What of its lines was bought and is not accepted yet, in JSON, by their numbers: whether the line is new, or had ended before,
-- and when it was first paid; null: nothing.
ALTER TABLE orders ADD COLUMN bought TEXT;
