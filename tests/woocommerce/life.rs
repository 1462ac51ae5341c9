//! What happens to an order in the shop, and what becomes of it here.

use shop_core::orders::amendment::{Amendment, SeatAmendment};
use woocommerce_double::shop::{NewOrder, Shop, Status};

use super::{connected, connected_with, until};
use crate::fixtures::shop::direct;

fn camille() -> NewOrder {
    NewOrder::by("Camille", "Martin", "camille@example.org")
}

/// The only line of an order, or the nth.
fn line(shop: &Shop, order: u64, nth: usize) -> u64 {
    shop.orders[&order].lines[nth].id
}

/// Something that happens in the shop to an order.
type Happens = fn(&mut Shop, u64);

#[tokio::test]
async fn whatever_happens_to_an_order_in_the_shop_happens_here() {
    let woo = connected().await;
    let order = woo.shop.shop().place(&camille().line("SPOCM1", 5).line("BOOK1", 1));
    let key = order.to_string();
    woo.delivers().await;
    woo.comes_to(&key, "placed by camille: 1 placed x5", "placed").await;
    let happens: [(&str, Happens, &str); 12] = [
        ("paid", |shop, order| shop.pay(order), "paid by camille: 1 fulfilled x5"),
        ("completed", |shop, order| shop.complete(order), "paid by camille: 1 fulfilled x5"),
        (
            "a seat refunded",
            |shop, order| {
                let line = line(shop, order, 0);
                shop.refund_seats(order, line, 1, "");
            },
            "paid by camille: 1 fulfilled x4",
        ),
        ("an amount refunded", |shop, order| _ = shop.refund_amount(order, 500, ""), "paid by camille: 1 fulfilled x4"),
        (
            "the quantity changed",
            |shop, order| {
                let line = line(shop, order, 0);
                shop.change_quantity(order, line, 7);
            },
            "paid by camille: 1 fulfilled x6",
        ),
        (
            "a line added",
            |shop, order| _ = shop.add_line(order, "SPOCM2-L", 2),
            "paid by camille: 1 fulfilled x6; 2 fulfilled x2",
        ),
        (
            "that line removed",
            |shop, order| {
                let line = line(shop, order, 2);
                shop.remove_line(order, line);
            },
            "paid by camille: 1 fulfilled x6; 2 ended x0",
        ),
        (
            "the address corrected",
            |shop, order| shop.correct_email(order, "claude@example.org"),
            "paid by claude: 1 fulfilled x6; 2 ended x0",
        ),
        ("held back", |shop, order| shop.hold(order), "suspended by claude: 1 suspended x6; 2 ended x0"),
        ("paid again", |shop, order| shop.pay_by_hand(order), "paid by claude: 1 fulfilled x6; 2 ended x0"),
        (
            "in a state of an extension",
            |shop, order| shop.set_status(order, Status::named("packed")),
            "paid by claude: 1 fulfilled x6; 2 ended x0",
        ),
        ("in the trash", |shop, order| shop.trash(order), "cancelled by claude: 1 cancelled x6; 2 cancelled x0"),
    ];
    for (told, happens, expected) in happens {
        {
            let mut shop = woo.shop.shop();
            shop.pass(60);
            happens(&mut shop, order);
        }
        woo.delivers().await;
        woo.comes_to(&key, expected, told).await;
    }
    // What was cancelled stays so: what comes back is another order of ours.
    woo.shop.shop().restore(order);
    woo.shop.shop().set_status(order, Status::named("completed"));
    woo.delivers().await;
    woo.comes_to(&format!("{key}-2"), "paid by claude: 1 fulfilled x6", "restored").await;
    woo.comes_to(&key, "cancelled by claude: 1 cancelled x6; 2 cancelled x0", "the first stays").await;
    woo.service.ends().await;
}

#[tokio::test]
async fn who_is_named_in_the_shop_sits_in_a_seat_unless_that_cannot_be() {
    let fields = "[woocommerce.participants]\nemail = \"Participant {n}: e-mail\"\n\
        first_name = \"Participant {n}: first name\"\nlast_name = \"Participant {n}: last name\"";
    let woo = connected_with(fields, |connection| connection).await;
    let typed = |n: u32, name: &str, email: &str| {
        let field = |what: &str| format!("Participant {n}: {what}");
        [
            (field("first name"), name.to_owned()),
            (field("last name"), "Durand".to_owned()),
            (field("e-mail"), email.to_owned()),
        ]
    };
    let all = [
        typed(1, "Alix", "alix@example.org"),
        typed(2, "Nour", "NOUR@example.org"),
        typed(3, "Sacha", "sacha at example"),
    ];
    let all: Vec<(&str, &str)> = all.iter().flatten().map(|(key, value)| (&**key, &**value)).collect();
    let order = woo.shop.shop().place(&camille().line_with("SPOCM1", 4, &all));
    woo.shop.shop().pay(order);
    woo.delivers().await;
    let key = order.to_string();
    woo.comes_to(&key, "paid by camille: 1 fulfilled x4 alix, nour", "one address is none").await;
    let note = async || {
        let known = woo.world.host.journal().purchase("web", &key).await.unwrap().unwrap().known;
        let known: serde_json::Value = serde_json::from_str(&known).unwrap();
        assert!(!known.to_string().contains("alix"), "nobody is remembered by name: {known}");
        known["notes"].to_string()
    };
    until(r#"[{"unseated":1}]"#, "the staff can see it", note).await;
    woo.service.ends().await;
}

#[tokio::test]
async fn learners_and_tutors_seats_have_skus_of_their_own_and_keep_them() {
    let woo = connected().await;
    let order = woo.shop.shop().place(&camille().line("SPOCM2-L", 2).line("SPOCM2-T", 1));
    woo.shop.shop().pay(order);
    woo.delivers().await;
    let key = order.to_string();
    woo.comes_to(&key, "paid by camille: 1 fulfilled x3", "one session").await;
    let tutors = async || {
        let recorded = woo.world.host.journal().order(&super::id(&key)).await.unwrap().unwrap();
        let seats = recorded.lines[&1].seats.iter();
        seats.filter(|seat| seat.role.as_str() == "tutor").count().to_string()
    };
    until("1", "a seat of a tutor", tutors).await;
    // What the product is called now is of no matter to what was sold.
    let product = woo.shop.shop().product("SPOCM2-L").unwrap().id;
    woo.shop.shop().change_sku(product, "RENAMED");
    let first = line(&woo.shop.shop(), order, 0);
    woo.shop.shop().pass(60);
    woo.shop.shop().change_quantity(order, first, 3);
    woo.delivers().await;
    woo.comes_to(&key, "paid by camille: 1 fulfilled x4", "renamed").await;
    woo.shop.shop().delete_product(product);
    woo.shop.shop().pass(60);
    woo.shop.shop().change_quantity(order, first, 4);
    woo.delivers().await;
    woo.comes_to(&key, "paid by camille: 1 fulfilled x5", "deleted").await;
    woo.service.ends().await;
}

#[tokio::test]
async fn who_leaves_after_a_refund_is_for_people_to_say() {
    let fields = "[woocommerce.participants]\nemail = \"e-mail {n}\"\nlast_name = \"name {n}\"";
    let woo = connected_with(fields, |connection| connection).await;
    let all =
        [("name 1", "Anne"), ("e-mail 1", "anne@example.org"), ("name 2", "Bob"), ("e-mail 2", "bob@example.org")];
    let order = woo.shop.shop().place(&camille().line_with("SPOCM1", 2, &all));
    woo.shop.shop().pay(order);
    woo.delivers().await;
    let key = order.to_string();
    woo.comes_to(&key, "paid by camille: 1 fulfilled x2 anne, bob", "both are named").await;
    let line = line(&woo.shop.shop(), order, 0);
    woo.shop.shop().pass(60);
    woo.shop.shop().refund_seats(order, line, 1, "");
    woo.delivers().await;
    let rejected = async || {
        let recorded = woo.world.host.journal().order(&super::id(&key)).await.unwrap().unwrap();
        format!("{:?}", recorded.fate)
    };
    until("Nothing", "nobody is chosen", rejected).await;
    woo.comes_to(&key, "paid by camille: 1 rejected x2 anne, bob", "both still sit there").await;
    let seat = woo.world.host.journal().order(&super::id(&key)).await.unwrap().unwrap().lines[&1].seats[0].id.clone();
    let release = Amendment::Seat(seat, SeatAmendment::Release);
    woo.world.host.amend(&super::id(&key), &release, "vera", &|_, _| ()).await.unwrap();
    woo.comes_to(&key, "paid by camille: 1 fulfilled x2 bob", "anne leaves").await;
    // Ten minutes later, or at the latest a day, it is read again.
    sqlx::query("UPDATE purchases SET known = json_remove(known, '$.told_at')")
        .execute(&mut direct(&woo.world).await)
        .await
        .unwrap();
    woo.world.host.purchases().hint_all("web").await.unwrap();
    woo.comes_to(&key, "paid by camille: 1 fulfilled x1 bob", "as many seats as are paid for").await;
    woo.service.ends().await;
}
