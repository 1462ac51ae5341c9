-- Whether somebody agrees to an operator's charge over the own account, where that was noted. By the platform's ids: an address
-- can come to stand for somebody else.
CREATE TABLE consents (
    operator       INTEGER NOT NULL,
    person         INTEGER NOT NULL,
    agrees         INTEGER NOT NULL,
    -- the addresses that they had then: whoever is erased by one of them agrees to nothing any more
    operator_email TEXT NOT NULL,
    person_email   TEXT NOT NULL,
    PRIMARY KEY (operator, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX consents_by_operator_email ON consents (operator_email);
CREATE INDEX consents_by_person_email ON consents (person_email);
CREATE INDEX consents_by_person ON consents (person);
