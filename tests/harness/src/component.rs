//! Components to test with.

use std::path::Path;
use std::sync::OnceLock;

/// Makes a component out of a handler's crate, as `shop-host build` does.
///
/// # Panics
///
/// If it cannot be built: the test cannot begin, then.
pub fn built(folder: &Path) -> Vec<u8> {
    let built =
        shop_build::component(folder, &shop_build::Options::default()).unwrap_or_else(|error| panic!("{error}"));
    std::fs::read(built.path).expect("reading the component")
}

/// The component of this project's own handler, built once.
///
/// # Panics
///
/// If it cannot be built.
pub fn setup_one_course_session() -> &'static [u8] {
    static COMPONENT: OnceLock<Vec<u8>> = OnceLock::new();
    COMPONENT.get_or_init(|| built(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugin")))
}

/// A version 1.0.2 of it whose manifest calls the parameter `coursename` otherwise: `coursenamx`. Its code still goes by the
/// old name, so it can set up nothing.
///
/// # Panics
///
/// If the component does not have these words in its data.
pub fn with_another_parameter() -> Vec<u8> {
    let mut component = setup_one_course_session().to_vec();
    for (old, new) in [("coursename", "coursenamx"), ("setup-one-course-session1.0.1", "setup-one-course-session1.0.2")]
    {
        let places: Vec<usize> =
            (0..component.len() - old.len()).filter(|at| component[*at..].starts_with(old.as_bytes())).collect();
        assert!(!places.is_empty(), "expected {old:?} in the component's data");
        places.iter().for_each(|at| component[*at..at + new.len()].copy_from_slice(new.as_bytes()));
    }
    component
}
