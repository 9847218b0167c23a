//! Rules about the self-test: a time that is one, and names that the journal can carry.

use super::super::{calendar, document::Node, mistake::Mistakes};
use super::{ids, unique, usable_name};

pub(super) fn check(root: Node<'_>, out: &mut Mistakes) {
    let Some(selftest) = root.get("selftest") else { return };
    if let Some(at) = selftest.text("at") {
        let sessions = root.get("day").is_some_and(|day| day.list("sessions").next().is_some());
        if at.value == "before_open" && !sessions {
            let remedy = "Write a time such as \"07:45\", or give [day] its sessions.";
            out.error(at.line, "there is no opening to be before: the branch has no sessions".to_owned(), remedy);
        } else if at.value != "before_open" && calendar::time(at.value).is_none() {
            let remedy = "Write hours and minutes as HH:MM, such as \"07:45\", or \"before_open\".";
            out.error(at.line, format!("`at` cannot be \"{}\"", at.value), remedy);
        }
    }
    let all = || ids(selftest, "manual", "id");
    for id in all() {
        usable_name(id, out);
    }
    unique(all(), "item of the self-test", "Give each item an id of its own.", out);
}
