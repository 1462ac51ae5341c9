use tempfile::TempDir;

use super::*;

/// A crate anywhere on the disk, with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// Shared with the build of our own handler, so that the standard library and wit-bindgen are compiled once.
fn options() -> Options {
    Options { target_dir: Some(Path::new(WORKSPACE).join("target/wasm")), ..Options::default() }
}

/// The crate of a vendor who has nothing of ours but the contract.
fn vendor() -> TempDir {
    let wit = fs::canonicalize(Path::new(WORKSPACE).join("wit")).unwrap();
    let source = format!(
        r#"
        wit_bindgen::generate!({{ path: {wit:?}, world: "product-handler" }});
        use exports::shop::product_handler::handler::{{Guest, Manifest, Message, Order}};

        struct Vendor;

        impl Guest for Vendor {{
            fn describe() -> Manifest {{
                Manifest {{
                    name: "vendor".into(),
                    version: "1.0.0".into(),
                    parameters: vec![],
                    fields: vec![],
                    translations: vec![],
                }}
            }}

            fn fulfil(order: Order) -> Result<Vec<Message>, Vec<Message>> {{
                // The text of the panic that this may end in has the name of this file.
                let first = order.seats[0].id.len();
                if first == 7 {{ Err(vec![]) }} else {{ Ok(vec![]) }}
            }}
        }}

        export!(Vendor);
        "#
    );
    let manifest = r#"
        [package]
        name = "vendor"
        edition = "2024"

        [dependencies]
        wit-bindgen = { version = "0.60", default-features = false, features = ["macros", "realloc"] }

        [profile.release]
        opt-level = 0
    "#;
    // The versions that the workspace has, which are on the disk already.
    let lock = fs::read_to_string(Path::new(WORKSPACE).join("Cargo.lock")).unwrap();
    folder(&[("Cargo.toml", manifest), ("src/lib.rs", &source), ("Cargo.lock", &lock)])
}

#[test]
fn a_vendors_crate_becomes_the_same_component_in_every_folder() {
    let build = |dir: &TempDir| {
        let output = dir.path().join("out/handler.wasm");
        let built = component(dir.path(), &Options { output: Some(output.clone()), ..options() }).unwrap();
        let bytes = fs::read(output).unwrap();
        assert_eq!((built.name.as_str(), built.bytes), ("vendor", bytes.len() as u64));
        bytes
    };
    let one = vendor();
    let first = build(&one);
    assert_eq!(&first[..8], b"\0asm\x0d\0\x01\0", "the preamble of a component");
    assert!(first == build(&one), "the second build differs");
    assert!(first == build(&vendor()), "the build in another folder differs");
    let text = String::from_utf8_lossy(&first);
    assert!(text.contains("src/lib.rs"), "the text of a panic is there to be looked at");
    for private in [one.path(), Path::new(WORKSPACE), &std::env::home_dir().unwrap().join(".cargo")] {
        assert!(!text.contains(&private.display().to_string()), "{} is in the component", private.display());
    }
}

#[test]
fn a_folder_that_is_no_handlers_is_told() {
    let package = "[package]\nname = \"x\"\n";
    for (files, expected) in [
        (&[] as &[(&str, &str)], "found no Cargo.toml in"),
        (&[("Cargo.toml", "[package")], "found a fault in"),
        (&[("Cargo.toml", "[workspace]")], "found no [package] in"),
        (&[("Cargo.toml", package), ("src/main.rs", "fn main() {}")], "found neither [lib] in"),
    ] {
        let dir = folder(files);
        let error = component(dir.path(), &options()).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert!(error.contains(&dir.path().display().to_string()), "{error}");
    }
    let nowhere = tempfile::tempdir().unwrap().path().join("nowhere");
    assert!(matches!(component(&nowhere, &options()), Err(BuildError::NoManifest { .. })));
}

#[test]
fn a_library_that_does_not_compile_or_is_no_component_is_told() {
    let manifest = "[package]\nname = \"x\"\nedition = \"2024\"\n";
    let build = |source| component(folder(&[("Cargo.toml", manifest), ("src/lib.rs", source)]).path(), &options());
    assert!(matches!(build("fn broken("), Err(BuildError::Cargo { .. })));
    assert!(matches!(build("pub fn plain() {}"), Err(BuildError::NoInterface { .. })));
}

#[test]
fn a_module_that_is_not_what_it_describes_is_told() {
    let error = encode("x", b"no module").unwrap_err().to_string();
    assert!(matches!(encode("x", b"no module"), Err(BuildError::Encode { .. })), "{error}");
}
