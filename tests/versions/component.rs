//! What the built component is, before anybody runs it.

use std::collections::BTreeSet;

use shop_harness::setup_one_course_session;
use wit_component::DecodedWasm;

#[test]
fn it_imports_the_contract_and_nothing_else() {
    let Ok(DecodedWasm::Component(resolve, world)) = wit_component::decode(setup_one_course_session()) else {
        panic!("it is no component");
    };
    let world = &resolve.worlds[world];
    let imports: BTreeSet<String> = world.imports.keys().map(|key| resolve.name_world_key(key)).collect();
    let contract = [
        "shop:product-handler/account-creation@1.0.0",
        "shop:product-handler/courses@1.0.0",
        "shop:product-handler/delegation@1.0.0",
        "shop:product-handler/enrolment@1.0.0",
        "shop:product-handler/grouping@1.0.0",
        "shop:product-handler/types@1.0.0",
        "shop:product-handler/user-lookup@1.0.0",
    ];
    assert_eq!(imports, contract.map(String::from).into());
    let exports: Vec<String> = world.exports.keys().map(|key| resolve.name_world_key(key)).collect();
    assert_eq!(exports, ["shop:product-handler/handler@1.0.0"]);
}

#[test]
fn it_is_small() {
    let bytes = setup_one_course_session().len();
    assert!(bytes <= 100_000, "{bytes} bytes");
}
