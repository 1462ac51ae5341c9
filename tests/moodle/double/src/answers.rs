//! What the site answers: its functions' results, in the format that was asked for, or a page in their place.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::calls::call;
use crate::form::nest;
use crate::release::Release;
use crate::site::{Outage, Site};

/// Answers a request, and counts the people or rows of reports in the answer.
pub(crate) fn answer(site: &mut Site, given: Vec<(String, String)>, rows: &AtomicUsize) -> Response {
    match site.outage {
        Some(Outage::MaintenanceByCommand) => {
            let text = "<!DOCTYPE html><html><body>Site under maintenance</body></html>";
            return page(StatusCode::SERVICE_UNAVAILABLE, &[("retry-after", "300")], text);
        }
        Some(Outage::NoRest) => return page(StatusCode::FORBIDDEN, &[], ""),
        Some(Outage::WrongHost) => {
            let old = site.release == Release::V4_2;
            let to = if old { "https://moodle.example" } else { "https://moodle.example/webservice/rest/server.php" };
            let to = [("location", to)];
            return page(
                StatusCode::SEE_OTHER,
                &to,
                "<!DOCTYPE html><html><head><title>Redirect</title></head></html>",
            );
        }
        _ => {}
    }
    let mut parameters = nest(given);
    let mut take = |name: &str| parameters.remove(name).map(|p| p.text().to_owned()).unwrap_or_default();
    let [token, function, format] = ["wstoken", "wsfunction", "moodlewsrestformat"].map(&mut take);
    ["moodlewssettingfilter", "moodlewssettingraw", "moodlewssettingfileurl"]
        .into_iter()
        .for_each(|name| _ = take(name));
    let answer = match call(site, &token, &function, &parameters) {
        Ok(value) => value,
        Err(fault) => fault.answer(site.release, site.debugging),
    };
    let listed = answer.as_array().or_else(|| answer["data"]["rows"].as_array());
    rows.fetch_add(listed.map_or(0, Vec::len), SeqCst);
    if format == "json" {
        return ([("content-type", "application/json")], answer.to_string()).into_response();
    }
    // Its XML is not for the shop to read.
    ([("content-type", "application/xml; charset=utf-8")], xml(&answer)).into_response()
}

fn xml(answer: &Value) -> String {
    let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
    let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n";
    match answer.get("exception") {
        Some(_) => format!(
            "{declaration}<EXCEPTION class=\"{}\">\n<ERRORCODE>{}</ERRORCODE>\n<MESSAGE>{}</MESSAGE>\n</EXCEPTION>\n",
            text("exception"),
            text("errorcode"),
            text("message")
        ),
        None => format!("{declaration}<RESPONSE>\n</RESPONSE>\n"),
    }
}

pub(crate) fn page(status: StatusCode, more: &[(&str, &str)], text: &str) -> Response {
    let mut response = (status, text.to_owned()).into_response();
    for (name, value) in std::iter::once(&("content-type", "text/html; charset=utf-8")).chain(more) {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header's name");
        response.headers_mut().insert(name, value.parse().expect("a header's value"));
    }
    response
}
