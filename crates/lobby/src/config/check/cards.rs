//! Rules about cards: lanes that exist, beginnings that a number can have, and a lookup that can be reached.

use super::super::{document::Node, mistake::Mistakes};
use super::{ids, refers, unique};

pub(super) fn check(root: Node<'_>, out: &mut Mistakes) {
    let Some(cards) = root.get("cards") else { return };
    let lanes = ids(root, "lanes", "id");
    let set = root.get("rules").and_then(|rules| rules.text("appointment_lane"));
    let appointments = set.map_or("appointment", |lane| lane.value);
    for rule in cards.list("rules") {
        if let Some(lane) = rule.text("lane") {
            refers(lane, "lanes", &lanes, out);
            if lane.value == appointments {
                let what = format!("no card opens the lane \"{}\": it is for appointments", lane.value);
                out.error(lane.line, what, "Write another lane; an appointment is checked in by its code.");
            }
        }
        let Some(prefix) = rule.text("prefix") else { continue };
        if !prefix.value.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()) {
            let what = format!("no card's number begins with \"{}\"", prefix.value);
            out.error(prefix.line, what, "Write digits and capital letters, such as \"622848\".");
        } else if rule
            .whole("length")
            .is_some_and(|length| length.value < i64::try_from(prefix.value.len()).unwrap_or(i64::MAX))
        {
            let what = format!("\"{}\" is longer than the number that it begins", prefix.value);
            out.error(prefix.line, what, "Write the length of the whole number, such as length = 19.");
        }
    }
    let plain = cards.list("rules").filter(|rule| rule.get("length").is_none()).filter_map(|rule| rule.text("prefix"));
    unique(plain, "prefix", "Keep one of the rules, or give each a length of its own.", out);
    let url = cards.get("lookup").and_then(|lookup| lookup.text("url"));
    if let Some(url) = url {
        let good = reqwest::Url::parse(url.value).is_ok_and(|read| read.scheme() == "http" && read.has_host());
        if !good {
            let remedy = "Write an address of the branch's own network, such as \"http://127.0.0.1:9000/lane\"; \
                          for one beyond it let a relay on this machine speak TLS.";
            out.error(url.line, format!("cards cannot be looked up at \"{}\"", url.value), remedy);
        }
    }
}
