//! Archives. What is refused leaves nothing behind; of what is restored, a backup can be made that is restored as the same.

use std::path::Path;

use shop_host::backup::{self, Restored};

use crate::{check_told, wait};

pub(super) fn read(bytes: &[u8]) -> bool {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let [archive, data, next, again] = ["archive", "data", "next", "again"].map(|name| folder.path().join(name));
    std::fs::write(&archive, bytes).expect("writing the archive");
    let Some(restored) = restore(&archive, &data) else {
        assert_eq!(names(folder.path()), ["archive"]);
        return false;
    };
    wait(backup::make(&data, &next, "test")).unwrap_or_else(|error| panic!("{error}"));
    let same = restore(&next, &again).expect("a backup that was just made");
    assert_eq!(same.items, restored.items);
    true
}

fn restore(archive: &Path, to: &Path) -> Option<Restored> {
    wait(backup::restore(archive, to)).map_err(|error| check_told(&error.to_string())).ok()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = folder.read_dir().expect("a folder").map(|entry| entry.expect("a file").file_name());
    let mut names: Vec<String> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}
