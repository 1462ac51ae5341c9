-- People about whom a request to the learning platform may still be carried out: nothing newer is asked about them before.
-- Written before the request is sent, gone with its answer.
CREATE TABLE quarantine (
    -- whose request it was
    order_id TEXT NOT NULL,
    -- whom it is about, by the address; empty: the order itself, whose group it may be about
    person   TEXT NOT NULL,
    -- until when it may arrive, in milliseconds since 1970; null: it is under way, or its sender was stopped
    until    INTEGER,
    PRIMARY KEY (order_id, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX quarantine_by_person ON quarantine (person);
