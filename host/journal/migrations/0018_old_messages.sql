-- What was recorded before messages had today's form, read as it was meant then.

-- A message that comes again was known by the digest of another form: what it left unsaid was written as if it had been said.
-- These are compared by their content. Of whom was erased since, nothing but the digest tells: that stays.
UPDATE orders SET handed_digest = NULL WHERE handed NOT LIKE '%@erased.invalid%';

-- An order that was suspended before it was ever paid is bound to no time yet: its lines claim nothing but the operator's account.
UPDATE lines SET bargain = json_set(bargain, '$.paid', json('false'))
WHERE bargain ->> '$.paid' AND order_id IN (SELECT id FROM orders WHERE state = 'suspended')
    AND NOT EXISTS (SELECT 1 FROM claims WHERE claims.order_id = lines.order_id AND claims.line = lines.line
        AND json_type(fact, '$.account') IS NULL);
