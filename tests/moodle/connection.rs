//! A Moodle that does not answer, or answers with something else.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use moodle_double::Loss;
use moodle_double::site::{Outage, Site};
use serde_json::json;
use shop_core::orders::retries::Retries;
use shop_core::orders::state::LineState::Fulfilled;
use shop_core::platform::{AccountId, CourseId, Platform, PlatformError};
use shop_platforms::moodle::{MoodlePlatform, MoodleSettings};
use tokio::task::JoinHandle;

use crate::fixtures::shop::{email, fulfil_in, sale};
use crate::moodle::world::{MoodleWorld, TOKEN, site};

async fn ask(world: &MoodleWorld) -> PlatformError {
    world.platform().await.find_accounts(&[email("anne")], &[]).await.unwrap_err()
}

/// What is told of a request to change something.
async fn ask_for_change(world: &MoodleWorld) -> PlatformError {
    let of = [(CourseId(2), AccountId(10))];
    world.platform().await.unenrol(&of, &|_| ()).await.unwrap_err()
}

/// A world whose site is a server that answers so, and the server.
async fn answering(answer: impl Fn() -> Response + Clone + Send + Sync + 'static) -> (MoodleWorld, JoinHandle<()>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(move || std::future::ready(answer()));
    let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let mut world = MoodleWorld::without_handler(site()).await;
    world.settings.url = url;
    (world, server)
}

/// What is told when a server answers so.
async fn told(answer: impl Fn() -> Response + Clone + Send + Sync + 'static) -> PlatformError {
    let (world, server) = answering(answer).await;
    let told = ask(&world).await;
    server.abort();
    told
}

#[tokio::test]
async fn what_is_no_answer_does_no_harm() {
    let endless = || {
        Body::from_stream(stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from(vec![b' '; 1 << 20]))))
            .into_response()
    };
    let login = || "<html><head><title>Log in</title></head><body>Password:</body></html>".into_response();
    let uncoded = || r#"{"exception": "TypeError", "message": "An integer was expected."}"#.into_response();
    let other = || "{\"users\": []}".into_response();
    for (case, answer, available, part) in [
        ("an endless body", endless as fn() -> Response, true, "more than 32 MiB"),
        (
            "a page",
            login,
            false,
            "a page instead of data; if it is not in maintenance, check the url in moodle.toml: \"Log in\"",
        ),
        ("other data", other, true, "is not what Moodle 4.2 to 5 answers"),
        ("an exception without a code", uncoded, true, "An integer was expected. [exception]"),
        ("a status of the server's", || StatusCode::BAD_GATEWAY.into_response(), false, "502"),
        ("nothing there", || StatusCode::NOT_FOUND.into_response(), true, "check the url"),
        ("too many requests", || StatusCode::TOO_MANY_REQUESTS.into_response(), false, "429"),
    ] {
        let error = told(answer).await;
        assert_eq!(matches!(error, PlatformError::Refused(_)), available, "{case}: {error}");
        assert!(error.to_string().contains(part), "{case}: {error}");
    }
}

/// Whatever stands before the address of the web services, nothing is to be waited for.
#[tokio::test]
async fn a_page_of_the_site_is_not_its_address() {
    let mut world = MoodleWorld::without_handler(site()).await;
    let site = world.settings.url.clone();
    world.settings.url = format!("{site}/my");
    let error = ask(&world).await;
    assert!(matches!(error, PlatformError::Refused(_)) && error.to_string().contains("check the url"), "{error}");
    for page in ["login/index.php", "login/index.php/", "index.php/my"] {
        let settings = MoodleSettings { url: format!("{site}/{page}"), ..world.settings.clone() };
        let error = MoodlePlatform::open(settings, &world.folder.path().join("moodle.sqlite")).await.unwrap_err();
        let error = error.to_string();
        assert!(error.contains("found one of its pages") && error.contains("leave out \"index.php\""), "{error}");
    }
}

#[tokio::test]
async fn nobody_listens_and_nobody_answers() {
    let mut world = MoodleWorld::without_handler(site()).await;
    world.settings.timeout_seconds = 1;
    world.double.lose(Some(Loss::Silence(1)));
    assert!(matches!(ask(&world).await, PlatformError::Unavailable(_)));
    // A port that was just given up.
    let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    world.settings.url = format!("http://127.0.0.1:{port}");
    let error = ask(&world).await;
    assert!(matches!(error, PlatformError::Unavailable(_)) && error.to_string().contains("refused"), "{error}");
    // The double speaks no TLS.
    world.settings.url = world.double.url().replace("http://", "https://");
    let error = ask(&world).await;
    assert!(matches!(error, PlatformError::Unavailable(_)), "{error}");
}

/// What was turned away at the door, or was answered by Moodle, has come to an end; else nobody knows.
#[tokio::test]
async fn a_change_that_is_not_answered_may_yet_be_done() {
    let page = || "<html><head><title>Gateway</title></head></html>".into_response();
    let maintenance =
        || r#"{"exception": "moodle_exception", "errorcode": "sitemaintenance", "message": "later"}"#.into_response();
    for (case, answer, lost) in [
        ("a page", page as fn() -> Response, true),
        ("other data", || "{\"users\": []}".into_response(), true),
        ("no data", || "null, but".into_response(), true),
        ("a proxy that has waited too long", || StatusCode::GATEWAY_TIMEOUT.into_response(), true),
        ("a proxy that has lost it", || StatusCode::BAD_GATEWAY.into_response(), true),
        ("a server that takes no more", || StatusCode::SERVICE_UNAVAILABLE.into_response(), false),
        ("too many requests", || StatusCode::TOO_MANY_REQUESTS.into_response(), false),
        ("maintenance", maintenance, false),
    ] {
        let (world, server) = answering(answer).await;
        let error = ask_for_change(&world).await;
        assert_eq!(matches!(error, PlatformError::Lost(_)), lost, "{case}: {error:?}");
        assert!(!matches!(error, PlatformError::Refused(_)), "{case}: {error:?}");
        server.abort();
    }
    let mut world = MoodleWorld::without_handler(site()).await;
    for loss in [Loss::Request(1), Loss::Answer(1), Loss::Garbled(1)] {
        world.double.lose(Some(loss));
        let error = ask_for_change(&world).await;
        assert!(matches!(error, PlatformError::Lost(_)), "{loss:?}: {error:?}");
    }
    let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    world.settings.url = format!("http://127.0.0.1:{port}");
    let error = ask_for_change(&world).await;
    assert!(matches!(error, PlatformError::Unavailable(_)), "nobody listens: {error:?}");
}

#[tokio::test]
async fn the_token_does_not_go_where_the_site_sends_it() {
    let elsewhere = MoodleWorld::without_handler(site()).await;
    let (url, to) = (elsewhere.double.url(), elsewhere.double.url());
    let error = told(move || (StatusCode::TEMPORARY_REDIRECT, [("location", to.clone())]).into_response()).await;
    assert!(error.to_string().contains(&format!("sends requests on to {url}")), "{error}");
    assert_eq!(elsewhere.double.take_requests(), []);
}

#[tokio::test]
async fn a_token_in_what_the_site_says_is_not_told() {
    let exception = |code: &str, message: &str, debug: &str| {
        json!({"exception": "x", "errorcode": code, "message": message, "debuginfo": debug}).to_string()
    };
    // So long that the token is cut where texts for people are.
    let long = &format!("{} {TOKEN}", "x".repeat(270));
    let page = |text: &str| format!("<html><title>{text}</title></html>");
    let xml = |text: &str| {
        format!("<EXCEPTION class=\"{text}\"><ERRORCODE>{text}</ERRORCODE><MESSAGE>{text}</MESSAGE></EXCEPTION>")
    };
    let site = |text: &str| {
        let functions = json!([{ "name": text }]);
        json!({"sitename": text, "release": text, "username": text, "userid": 3, "functions": functions}).to_string()
    };
    let answers = [
        exception(TOKEN, "bad", ""),
        exception("y", &format!("bad {TOKEN}"), TOKEN),
        exception("y", long, long),
        exception("sitemaintenance", long, TOKEN),
        exception("invalidtoken", long, TOKEN),
        json!({ "exception": TOKEN }).to_string(),
        json!({"exception": {TOKEN: 1}}).to_string(),
        json!({"exception": "x", "message": {TOKEN: 1}}).to_string(),
        json!(long).to_string(),
        json!([{ "id": TOKEN }]).to_string(),
        page(TOKEN),
        page(long),
        xml(TOKEN),
        xml(long),
        site(TOKEN),
        site(long),
    ];
    let answers = answers.map(|body| (StatusCode::OK, String::new(), body));
    let places = [format!("https://x.example/?wstoken={TOKEN}"), format!("https://x.example/{long}").replace(' ', "")];
    let places = places.map(|place| (StatusCode::FOUND, place, String::new()));
    for (status, place, body) in answers.into_iter().chain(places) {
        let (world, server) =
            answering(move || (status, [("location", place.clone())], body.clone()).into_response()).await;
        let platform = world.platform().await;
        let read = format!("{:?}", platform.find_accounts(&[email("anne")], &[]).await);
        let changed = format!("{:?}", platform.unenrol(&[(CourseId(2), AccountId(10))], &|_| ()).await);
        let checked = format!("{:?}", platform.check(&[]).await);
        for told in [read, changed, checked] {
            let mut parts = TOKEN.as_bytes().windows(8).map(|part| std::str::from_utf8(part).unwrap());
            assert_eq!(parts.find(|part| told.contains(part)), None, "{told}");
        }
        server.abort();
    }
}

#[tokio::test]
async fn a_site_in_maintenance_is_left_in_peace() {
    for (outage, pause_seconds, requests) in [
        (Outage::Maintenance, 600, 1),
        (Outage::MaintenanceByCommand, 600, 1),
        (Outage::Upgrade, 600, 1),
        (Outage::Database, 600, 1),
        (Outage::Maintenance, 0, 3),
        (Outage::NoRest, 600, 3),
    ] {
        let mut world = MoodleWorld::without_handler(site()).await;
        world.settings = MoodleSettings { pause_seconds, ..world.settings };
        world.double.site().outage = Some(outage);
        let platform = world.platform().await;
        let mut told = Vec::new();
        for _ in 0..3 {
            told.push(platform.find_accounts(&[email("anne")], &[]).await.unwrap_err());
        }
        assert!(told.windows(2).all(|pair| pair[0] == pair[1]), "{outage:?}: {told:?}");
        assert_eq!(world.double.take_requests().len(), requests, "{outage:?}, {pause_seconds} seconds");
    }
}

/// A server's fault may be gone with the next request; what it says of itself holds for all of them.
#[tokio::test]
async fn one_fault_is_no_reason_to_rest_and_many_in_a_row_are() {
    let busy = |more: &[(&'static str, &'static str)]| {
        let headers = more.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        (StatusCode::SERVICE_UNAVAILABLE, HeaderMap::from_iter(headers), "").into_response()
    };
    type Answer = Arc<dyn Fn(usize) -> Response + Send + Sync>;
    let answers: [(&str, Answer, usize); 7] = [
        ("always 502", Arc::new(|_| StatusCode::BAD_GATEWAY.into_response()), 5),
        ("always 500", Arc::new(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response()), 5),
        ("always a page", Arc::new(|_| "<html></html>".into_response()), 5),
        ("503", Arc::new(move |_| busy(&[])), 5),
        ("503, and when", Arc::new(move |_| busy(&[("retry-after", "300")])), 1),
        ("too many requests", Arc::new(|_| StatusCode::TOO_MANY_REQUESTS.into_response()), 1),
        (
            "502 most of the time",
            Arc::new(|nth| match nth % 5 {
                0 => "[]".into_response(),
                _ => StatusCode::BAD_GATEWAY.into_response(),
            }),
            // After each good answer of nobody, the guest is looked for.
            24,
        ),
    ];
    for (told, answer, requests) in answers {
        let asked = Arc::new(AtomicUsize::new(0));
        let counts = asked.clone();
        let (mut world, server) = answering(move || answer(counts.fetch_add(1, SeqCst) + 1)).await;
        world.settings.pause_seconds = 600;
        let platform = world.platform().await;
        for _ in 0..20 {
            _ = platform.find_accounts(&[email("anne")], &[]).await;
        }
        assert_eq!(asked.load(SeqCst), requests, "{told}");
        server.abort();
    }
}

/// However long a site is left in peace that is down, a call's own tries are not in vain.
#[tokio::test]
async fn an_order_outlives_a_fault_of_a_server_within_its_call() {
    let retries = Retries { times: 3, first: Duration::from_millis(1), ..Retries::NONE };
    for nth in [1, 4, 7] {
        let mut world = MoodleWorld::new().await;
        world.settings.pause_seconds = 600;
        let host = world.host_that_tries(Arc::new(world.platform().await), retries).await;
        world.double.lose(Some(Loss::BadGateway(nth)));
        let outcome = fulfil_in(&host, &sale("A", &["anne"])).await.unwrap();
        assert_eq!(outcome.state, Fulfilled, "request {nth}");
        assert!(world.double.take_requests().len() > nth, "request {nth}");
    }
}

/// On the command line, an administrator says for how long.
#[tokio::test]
async fn a_site_that_says_how_long_it_rests_is_left_in_peace_so_long() {
    for (outage, requests) in [(Outage::MaintenanceByCommand, 1), (Outage::Maintenance, 2)] {
        let mut world = MoodleWorld::without_handler(site()).await;
        world.settings.pause_seconds = 1;
        world.double.site().outage = Some(outage);
        let platform = world.platform().await;
        platform.find_accounts(&[email("anne")], &[]).await.unwrap_err();
        tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
        platform.find_accounts(&[email("anne")], &[]).await.unwrap_err();
        assert_eq!(world.double.take_requests().len(), requests, "{outage:?}");
    }
}

#[tokio::test]
async fn no_more_requests_are_under_way_than_the_settings_allow() {
    for parallel in [1, 3] {
        let mut world = MoodleWorld::without_handler(site()).await;
        world.settings.parallel = parallel.try_into().unwrap();
        world.settings.max_input_vars = 100;
        let people: Vec<_> = (0..900).map(|number| email(&format!("p{number}"))).collect();
        world.platform().await.find_accounts(&people, &[]).await.unwrap();
        // And another, for the guest.
        assert_eq!(world.double.take_requests().len(), 12);
        assert!(world.double.most_at_once() <= parallel, "{} at once", world.double.most_at_once());
    }
}

/// What the manual says of the shop's account and of its token, as a Moodle tells it.
#[tokio::test]
async fn what_is_wrong_with_the_shops_account_is_told_with_what_to_do() {
    type Change = fn(&mut Site);
    let expires: Change = |site| site.closed_tokens = std::mem::take(&mut site.tokens);
    let cases: [(Change, &[(&str, &str)]); 4] = [
        // The first call takes the token away, and another day cannot be set any more.
        (
            expires,
            &[("accessexception", "the token has expired"), ("invalidtoken", "Moodle deletes one that has expired")],
        ),
        (|site| site.policy_not_agreed = true, &[("sitepolicynotagreed", "agree to the site's policy")]),
        (|site| site.caller_must_change_password = true, &[("forcepasswordchangenotice", "without forcing a change")]),
        (|site| site.caller_suspended = true, &[("wsaccessusersuspended", "let it be active")]),
    ];
    for (change, told) in cases {
        let world = MoodleWorld::without_handler(site()).await;
        change(&mut world.double.site());
        for (code, remedy) in told {
            let PlatformError::Refused(problem) = ask(&world).await else { panic!("{code}: somebody must act") };
            assert_eq!(problem.code, *code);
            assert!(problem.reason.contains(remedy), "{}", problem.reason);
        }
    }
}
