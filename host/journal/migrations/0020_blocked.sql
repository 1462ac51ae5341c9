-- What is so or is not is asked for by its name, as all databases understand it.
DROP INDEX unfinished_blocked;
CREATE INDEX unfinished_blocked ON unfinished (seq) WHERE blocked;
