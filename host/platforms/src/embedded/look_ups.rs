//! How what is there is looked up, whatever it is: by what people call it, or by its id.

/// The two queries over a table, each with the values that are looked for as `?1`: by this column, and by id.
macro_rules! look_ups {
    ($by_name:ident, $by_id:ident, $select:literal, by $column:literal, in order of $order:literal) => {
        pub(super) const $by_name: &str =
            concat!($select, " WHERE ", $column, " IN (SELECT value FROM json_each(?1)) ORDER BY ", $order);
        pub(super) const $by_id: &str =
            concat!($select, " WHERE id IN (SELECT value FROM json_each(?1)) ORDER BY ", $order);
    };
}

pub(super) use look_ups;
