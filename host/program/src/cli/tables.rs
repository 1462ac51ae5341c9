//! Tables: light ones, which fit into narrow terminals.

use comfy_table::{Cell, CellAlignment, Color, ContentArrangement, LineStyle, Table, TableStyle};
use shop_core::sessions::plan::FactOutcome;
use shop_core::words::text::printable;

use shop_host::view::sheet::Became;
use shop_host::view::{Person, Voice};

/// A line below the header, and no others.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// What a person's name and address need beside the other columns.
const WIDE: u16 = 120;

/// A table that is as wide as the terminal at most. Some terminals do not know how wide they are, and say 0.
pub(super) fn fitted(mut table: Table) -> Table {
    if width(&table).is_some() {
        table.set_content_arrangement(ContentArrangement::Dynamic);
    }
    table
}

fn width(table: &Table) -> Option<u16> {
    table.width().filter(|width| *width > 0)
}

/// A table of rows, without the columns in which no row has anything.
pub(super) fn table(voice: Voice, columns: &[&str], rows: impl IntoIterator<Item = Vec<Cell>>) -> Table {
    let rows: Vec<Vec<Cell>> = rows.into_iter().collect();
    let used = |place: &usize| rows.iter().any(|row| row.get(*place).is_some_and(|cell| !cell.content().is_empty()));
    let places: Vec<usize> = (0..columns.len()).filter(used).collect();
    let mut table = fitted(Table::new());
    table.load_style(STYLE);
    table.set_header(places.iter().map(|place| voice.word(&format!("column-{}", columns[*place]))));
    let cells = |row: &Vec<Cell>| places.iter().filter_map(|place| row.get(*place).cloned()).collect::<Vec<_>>();
    table.add_rows(rows.iter().map(cells));
    table
}

/// Plain text.
pub(super) fn text(text: impl AsRef<str>) -> Cell {
    let lines = text.as_ref().split('\n').map(printable);
    Cell::new(lines.collect::<Vec<_>>().join("\n"))
}

/// Something that is counted.
pub(super) fn number(text: impl ToString) -> Cell {
    Cell::new(text.to_string()).set_alignment(CellAlignment::Right)
}

/// A name and an address: on a narrow terminal, one above the other.
pub(super) fn person(person: &Person) -> String {
    let email = printable(&person.email);
    let Some(name) = person.name.as_deref().map(printable) else { return email };
    let narrow = width(&Table::new()).is_some_and(|width| width < WIDE);
    if narrow { format!("{name}\n{email}") } else { format!("{name} <{email}>") }
}

/// A text in the colour of what became of something; nothing if there is nothing that could.
pub(super) fn became(became: Option<&Became>) -> Cell {
    let Some(Became { outcome, text }) = became else { return Cell::new("") };
    let cell = Cell::new(text);
    match outcome {
        Some(FactOutcome::Found | FactOutcome::Withheld | FactOutcome::Over) => cell,
        Some(FactOutcome::Made) => cell.fg(Color::Green),
        Some(FactOutcome::Changed) => cell.fg(Color::Cyan),
        Some(FactOutcome::Retracted) => cell.fg(Color::Yellow),
        Some(FactOutcome::Failed) => cell.fg(Color::Red),
        Some(FactOutcome::AwaitsConsent | FactOutcome::InvitationUncertain) | None => cell.fg(Color::Magenta),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_that_does_not_know_its_width_gets_whole_lines() {
        for (width, lines) in [(0, 1), (20, 3), (200, 1)] {
            let mut table = Table::new();
            table.load_style(STYLE).set_width(width);
            let mut table = fitted(table);
            table.add_row(["as many as", "seven words in it"]);
            assert_eq!(table.to_string().lines().count(), lines, "{width} columns: {table}");
        }
    }
}
