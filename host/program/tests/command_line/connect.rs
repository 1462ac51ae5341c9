//! Web shops that are connected, with a double of a WooCommerce.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use woocommerce_double::shop::{CONSUMER_KEY, CONSUMER_SECRET, Key, NewOrder, Permission, Shop, Status, WebhookStatus};
use woocommerce_double::{Fault, When, WooDouble};

use crate::serves::Serving;
use crate::shop::{CATALOGUE, Folder, Ran};

/// The demo's shop, with the keys of the double in a file.
pub(crate) fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("keys", format!("{CONSUMER_KEY}\n{CONSUMER_SECRET}\n"));
    folder
}

const HERE: &str = "--deliveries https://seats.example.org";

/// Runs a command, of which no secret is told.
#[track_caller]
pub(crate) fn run(folder: &Folder, words: &str) -> Ran {
    tells_no_secret(folder, folder.run(words))
}

#[track_caller]
fn tells_no_secret(folder: &Folder, ran: Ran) -> Ran {
    let written = files(folder).into_iter().filter(|(name, _)| name.ends_with(".secret")).map(|(_, text)| text);
    for secret in written.chain([CONSUMER_KEY.to_owned(), CONSUMER_SECRET.to_owned()]) {
        assert!(!ran.told().contains(secret.trim()), "a secret is told: {ran:?}");
    }
    ran
}

/// What is in the folder of the connections.
pub(crate) fn files(folder: &Folder) -> BTreeMap<String, String> {
    let entries = std::fs::read_dir(folder.path("shop/connections")).into_iter().flatten();
    let read = |path: std::path::PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, std::fs::read_to_string(path).unwrap())
    };
    entries.map(|entry| read(entry.unwrap().path())).collect()
}

/// Connected already.
fn connected(double: &WooDouble) -> Folder {
    let folder = folder();
    run(&folder, &format!("connect woocommerce {} {HERE} --keys keys", double.url())).has(0, &[], &[]);
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_is_connected_and_what_is_written_is_its_owners_only() {
    let double = WooDouble::start(Shop::new()).await;
    let folder = folder();
    let words =
        format!("--json connect woocommerce {} {HERE} --keys keys --begins 2027-01-11T09:00:00+01:00", double.url());
    let made = run(&folder, &words).has(0, &[], &[]).json();
    assert_eq!(made["deliveries"], "https://seats.example.org/connections/web");
    assert_eq!(made["webhooks"], json!(["order.updated", "order.deleted", "order.restored"]));
    let files = files(&folder);
    assert_eq!(files.keys().collect::<Vec<_>>(), ["web.keys", "web.secret", "web.toml"]);
    assert_eq!(files["web.keys"], format!("{CONSUMER_KEY} {CONSUMER_SECRET}\n"));
    let secret = files["web.secret"].trim();
    assert!(secret.len() == 64 && secret.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert!(files["web.toml"].contains("begins = \"2027-01-11T08:00:00Z\"\n"), "{}", files["web.toml"]);
    for (name, mode) in [("", 0o700), ("/web.toml", 0o600), ("/web.keys", 0o600), ("/web.secret", 0o600)] {
        let found = folder.path(&format!("shop/connections{name}")).metadata().unwrap().permissions().mode();
        assert_eq!(found & 0o777, mode, "{name}");
    }
    let shop = double.shop();
    assert_eq!(shop.webhooks.len(), 3);
    for webhook in shop.webhooks.values() {
        assert_eq!((&*webhook.delivery_url, &*webhook.secret), (made["deliveries"].as_str().unwrap(), secret));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keys_can_be_typed_in_one_line_or_two() {
    let double = WooDouble::start(Shop::new()).await;
    for typed in [format!("{CONSUMER_KEY}\n{CONSUMER_SECRET}\n"), format!("  {CONSUMER_KEY} {CONSUMER_SECRET}")] {
        let folder = Folder::new();
        let words = format!("--language en connect woocommerce {}/ {HERE}/", double.url());
        let mut child = folder.command(&words).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
        let ran = Ran::new(&words, child.wait_with_output().unwrap());
        tells_no_secret(&folder, ran).has(0, &["is connected as “web”", "connections/web.toml", "connect check"], &[]);
        let settings = files(&folder).remove("web.toml").unwrap();
        assert!(settings.contains(&format!("url = \"{}\"\n", double.url())), "{settings}");
        assert!(settings.contains("\"https://seats.example.org/connections/web\"\n"), "{settings}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_connected_is_not_replaced() {
    let double = WooDouble::start(Shop::new()).await;
    let folder = connected(&double);
    folder.write("shop/shops/nord.toml", CATALOGUE);
    let (before, webhooks) = (files(&folder), double.shop().webhooks.clone());
    let url = double.url();
    for (words, told) in [
        ("--name web", "expected a name that no connection has"),
        ("--name other", "expected a shop of which no connection takes the orders"),
        ("--name web --shop nord", "expected a name that no connection has"),
    ] {
        run(&folder, &format!("connect woocommerce {url} {HERE} --keys keys {words}")).has(2, &[], &[told, "web.toml"]);
        assert_eq!(files(&folder), before, "{words}");
        assert_eq!(double.shop().webhooks, webhooks, "{words}");
    }
    // Another shop's orders are no other one's.
    let nord = format!("--shop nord connect woocommerce {url} {HERE} --keys keys --name nord");
    run(&folder, &nord).has(0, &["nord"], &[]);
    assert!(files(&folder)["nord.toml"].contains("\nshop = \"nord\"\n"));
    let checked = run(&folder, "--json --shop nord connect check").json();
    assert_eq!((checked[0]["name"].clone(), checked.as_array().unwrap().len()), (json!("nord"), 1));
    // Of what somebody else has left there, nothing is lost.
    folder.write("shop/shops/sud.toml", CATALOGUE);
    folder.write("shop/connections/sud.secret", "mine");
    let sud = format!("--shop sud connect woocommerce {url} {HERE} --keys keys --name sud");
    run(&folder, &sud).has(1, &[], &["sud.secret"]);
    assert_eq!(files(&folder)["sud.secret"], "mine");
    assert!(!files(&folder).contains_key("sud.keys"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_does_not_let_us_in_leaves_nothing_behind() {
    let mut shop = Shop::new();
    let reader = Key { key: "ck_reads".to_owned(), secret: "cs_reads".to_owned(), may: Permission::Read };
    shop.keys.push(reader);
    let double = WooDouble::start(shop).await;
    let folder = folder();
    let (sound, url) = (format!("{CONSUMER_KEY} {CONSUMER_SECRET}"), double.url());
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let nobody = format!("http://{nobody}");
    for (url, keys, status, told) in [
        (&*url, "ck_other cs_other", 8, "the web shop refuses"),
        (&*url, &*format!("{CONSUMER_KEY} cs_other"), 8, "the web shop refuses"),
        (&*url, "ck_reads cs_reads", 8, "the web shop refuses"),
        (&*url, "ck_alone", 2, "expected the consumer key ck_… and the consumer secret cs_…"),
        (&*url, "", 2, "expected the consumer key ck_… and the consumer secret cs_…"),
        (&*format!("{url}/blog"), &*sound, 8, "no WooCommerce is there, or its permalinks are plain ones"),
        (&*nobody, &*sound, 5, "the web shop is not available"),
        ("http://shop.example.org", &*sound, 2, "expected https://"),
        ("shop.example.org", &*sound, 2, "expected the address of a shop"),
    ] {
        folder.write("typed", keys);
        let ran = run(&folder, &format!("connect woocommerce {url} {HERE} --keys typed"));
        assert!(!ran.told().contains("cs_other") && !ran.told().contains("cs_reads"), "{ran:?}");
        ran.has(status, &[], &[told]);
        assert_eq!(files(&folder), BTreeMap::new(), "{url}");
    }
    for (fault, status, told) in [
        (Fault::Page, 5, "a page instead of data"),
        (Fault::Status(503), 5, "HTTP status 503"),
        (Fault::Status(301), 8, "sends requests on"),
        (Fault::Lost, 5, "the web shop is not available"),
        (Fault::AnswerLost, 5, "the web shop is not available"),
    ] {
        let words = format!("connect woocommerce {} {HERE} --keys keys", double.url());
        double.fail(When::Always, fault);
        run(&folder, &words).has(status, &[], &[told]);
        assert_eq!(files(&folder), BTreeMap::new(), "{fault:?}");
        // Once the web shop may have heard the secret, it stays, and what is left is done later.
        double.fail(When::From(5), fault);
        run(&folder, &words).has(status, &[], &[told, "`shop-host connect webhooks` goes on"]);
        double.mend();
        run(&folder, &words).has(2, &[], &["`shop-host connect webhooks` goes on"]);
        run(&folder, "connect webhooks").has(0, &[], &[]);
        let secret = files(&folder)["web.secret"].trim().to_owned();
        let webhooks = std::mem::take(&mut double.shop().webhooks);
        assert_eq!(webhooks.len(), 3, "{webhooks:?}");
        assert!(webhooks.values().all(|it| it.secret == secret && it.status == WebhookStatus::Active));
        std::fs::remove_dir_all(folder.path("shop/connections")).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_told_what_a_connection_lacks() {
    let double = WooDouble::start(Shop::new()).await;
    let folder = folder();
    run(&folder, "connect check").has(0, &["Aucune boutique en ligne n’est connectée"], &[]);
    run(&folder, "connect check web").has(2, &[], &["no web shop is connected as “web”"]);
    let folder = connected(&double);
    let green = ["SPOCM1", "order.updated", "actif", "Aucune commande n’est à lire", "La connexion fonctionne"];
    run(&folder, "connect check web").has(0, &green, &[]);

    folder.write(
        "shop/catalogue.toml",
        format!("{CATALOGUE}\n[product.skus]\nSPOCM2-L = \"learner\"\nGONE = \"tutor\"\n"),
    );
    {
        let mut shop = double.shop();
        let of = |topic: &str| shop.webhooks.values().find(|it| it.topic == topic).unwrap().id;
        let (off, gone) = (of("order.updated"), of("order.deleted"));
        shop.set_webhook_status(off, WebhookStatus::Disabled);
        shop.webhooks.remove(&gone);
    }
    let red = ["switched off", "missing", "GONE", "SPOCM2-L", "Something is to be done"];
    run(&folder, "--language en connect check").has(8, &red, &[]);
    let checked = run(&folder, "--json connect check").has(8, &[], &[]).json();
    let states: Vec<&Value> = checked[0]["webhooks"].as_array().unwrap().iter().map(|it| &it["state"]).collect();
    assert_eq!(states, ["off", "missing", "active"]);
    let products = checked[0]["products"].as_array().unwrap();
    let found: Vec<_> = products.iter().map(|it| (it["sku"].as_str().unwrap(), it["found"].as_bool())).collect();
    assert_eq!(found, [("GONE", Some(false)), ("SPOCM2-L", Some(true))]);

    run(&folder, "--language en connect webhooks").has(0, &["order.deleted"], &[]);
    run(&folder, "--language en connect webhooks").has(0, &["All webhooks to", "are on"], &[]);
    let checked = run(&folder, "--json connect check").json();
    assert!(checked[0]["webhooks"].as_array().unwrap().iter().all(|it| it["state"] == "active"), "{checked}");

    double.fail(When::Always, Fault::Status(401));
    run(&folder, "--language en connect check").has(8, &["the web shop refuses", "not known"], &[]);
    folder.remove("shop/connections/web.keys");
    run(&folder, "connect check").has(2, &[], &["web.toml", "expected a file with the consumer key"]);
}

/// From nothing to a paid order, whose people are enrolled.
#[tokio::test(flavor = "multi_thread")]
async fn a_paid_order_of_a_connected_shop_is_fulfilled() {
    let double = WooDouble::start(Shop::new()).await;
    let folder = folder();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let begins = "--begins 2020-01-01T00:00:00Z";
    let words = format!("connect woocommerce {} --deliveries http://{port} --keys keys {begins}", double.url());
    run(&folder, &words).has(0, &[], &[]);
    let settings = files(&folder).remove("web.toml").unwrap();
    let named = ["[", "email", "last_name"];
    let settings = named.iter().fold(settings, |text, name| text.replace(&format!("\n# {name}"), &format!("\n{name}")));
    folder.write("shop/connections/web.toml", settings);
    let serving = Serving::at(&folder, &port.to_string());
    let buyer = NewOrder::by("Claire", "Martin", "claire.martin@martin-sa.example");
    let typed = [("Participant 1: e-mail", "nina@martin-sa.example"), ("Participant 1: last name", "Weber")];
    let id = double.shop().place(&buyer.line_with("SPOCM1", 2, &typed));
    double.shop().pay(id);
    assert!(!double.deliver().await.is_empty());
    let since = Instant::now();
    while !run(&folder, "orders list").told().contains("exécutée") {
        assert!(since.elapsed() < Duration::from_secs(60), "{:?}", folder.run("orders list"));
        std::thread::sleep(Duration::from_millis(200));
    }
    run(&folder, &format!("orders show {id}")).has(0, &["claire.martin@martin-sa.example", "SPOCM1"], &[]);
    let census = run(&folder, "--json platform show").json();
    let enrolled = census["enrolments"].as_array().unwrap().iter();
    let enrolled = enrolled.filter(|it| {
        it["account"].as_str().is_some_and(|account| account.contains("nina") || account.contains("weber"))
    });
    assert_eq!(enrolled.count(), 1, "{:#}", census);
    run(&folder, "connect check").has(0, &["La connexion fonctionne"], &[]);
    // What somebody must look at is told until it changes.
    let strange = double.shop().place(&NewOrder::by("Anne", "Petit", "anne@petit.example").line("SPOCM1", 1));
    double.shop().set_status(strange, Status::named("in-the-post"));
    double.deliver().await;
    let since = Instant::now();
    while folder.run("connect check").status == 0 {
        assert!(since.elapsed() < Duration::from_secs(60), "nothing is told of it");
        std::thread::sleep(Duration::from_millis(200));
    }
    let told = ["state", "“in-the-post”", &strange.to_string()];
    run(&folder, "--language en connect check").has(8, &told, &[]);
    let checked = run(&folder, "--json connect check").has(8, &[], &[]).json();
    let noted = json!([{"order": strange.to_string(), "notes": [{"state-unknown": "in-the-post"}]}]);
    assert_eq!((&checked[0]["orders"], &checked[0]["problem"]), (&noted, &Value::Null));
    serving.ends("-TERM");
}
