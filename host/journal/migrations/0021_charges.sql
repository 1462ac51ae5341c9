-- Who is in charge of whose account because an order has passed on.

-- Who was in charge of an order before it passed to somebody else, by the platform's ids: nobody who is in charge later gets
-- their accounts with it.
CREATE TABLE formerly_in_charge (
    order_id TEXT NOT NULL,
    account  INTEGER NOT NULL,
    PRIMARY KEY (order_id, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX formerly_in_charge_by_account ON formerly_in_charge (account);
INSERT INTO formerly_in_charge (order_id, account)
    SELECT DISTINCT audit.order_id, accounts.id FROM audit
    JOIN pseudonyms ON name = details ->> '$.operator.from' JOIN accounts USING (email)
    WHERE audit.order_id IS NOT NULL;

-- 1: the order's operator stays in charge of somebody's account though the order that has made it passed to somebody else: this
-- order claimed that already.
ALTER TABLE claims ADD COLUMN granted INTEGER NOT NULL DEFAULT 0;
-- Until now that was noted as if its holder had agreed. What nobody has said is none: those are asked.
DELETE FROM consents WHERE agrees AND NOT EXISTS (
    SELECT 1 FROM audit
    JOIN pseudonyms AS person ON person.name = details ->> '$.person'
    JOIN pseudonyms AS operator ON operator.name = details ->> '$.operator'
    WHERE action = 'attached' AND person.email = person_email AND operator.email = operator_email
);
