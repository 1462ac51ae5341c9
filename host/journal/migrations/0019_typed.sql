-- From now on `orders_people` also has what was typed for an address and is none: the program fills the table anew when it opens
-- this journal.
INSERT INTO chores (name) VALUES ('index-people') ON CONFLICT DO NOTHING;
-- Of orders that were looked at for keeping before, too.
UPDATE orders SET people_kept = 1 WHERE ended IS NOT NULL;
