-- From now on `orders_people` also has what was typed for an address and is none: the program fills the table anew when it opens
-- this journal.
INSERT INTO chores (name) VALUES ('index-people') ON CONFLICT DO NOTHING;
