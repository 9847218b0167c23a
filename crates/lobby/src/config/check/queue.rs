//! Rules about services, lanes and counters: every number can be told apart and every ticket has somebody to call it.

use super::super::{
    document::{At, Node},
    mistake::Mistakes,
    plan::Pattern,
};
use super::{ids, refers, unique, usable_name};

pub(super) fn check(root: Node<'_>, out: &mut Mistakes) {
    for (list, what) in [("services", "service"), ("lanes", "lane"), ("counters", "counter")] {
        let ids = ids(root, list, "id");
        for id in &ids {
            usable_name(*id, out);
        }
        unique(ids, what, &format!("Give each {what} an id of its own."), out);
        if let Some(blocks) = root.get(list)
            && blocks.value().is_array()
            && blocks.items().next().is_none()
        {
            out.error(blocks.line(), format!("there is no {what}"), format!("Write at least one [[{list}]]."));
        }
    }
    series(root, out);
    guarantees(root, out);
    skills(root, out);
    reach(root, out);
}

fn series(root: Node<'_>, out: &mut Mistakes) {
    let all = ids(root, "services", "series");
    let good = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase());
    for series in all.iter().filter(|series| !good(series.value)) {
        let remedy = "Write one or two capital letters, such as \"A\".";
        out.error(series.line, format!("series \"{}\" cannot stand before a number", series.value), remedy);
    }
    unique(all.iter().copied(), "series", "Give each service letters of its own: a number must name one ticket.", out);
    for short in all.iter().filter(|series| series.value.len() == 1) {
        for long in all.iter().filter(|long| long.value.len() == 2 && long.value.starts_with(short.value)) {
            let what = format!(
                "series \"{}\" begins like \"{}\" of line {}: people mix them up when they hear them",
                long.value, short.value, short.line
            );
            out.warn(long.line, what, "Choose letters that begin differently.");
        }
    }
}

fn guarantees(root: Node<'_>, out: &mut Mistakes) {
    let shares: Vec<At<i64>> = root.list("lanes").filter_map(|lane| lane.whole("guarantee_share")).collect();
    let sum: i64 = shares.iter().map(|share| share.value.clamp(0, 100)).sum();
    if let Some(last) = shares.last().filter(|_| sum > 100) {
        let remedy = "Lower them until they make 100 or less together.";
        out.error(last.line, format!("the guaranteed shares of all lanes make {sum} percent"), remedy);
    }
}

/// What counters serve and prefer must exist.
fn skills(root: Node<'_>, out: &mut Mistakes) {
    let services = ids(root, "services", "id");
    let lanes = ids(root, "lanes", "id");
    for counter in root.list("counters") {
        let overflow = counter.list("overflow").filter_map(|over| over.text("serves"));
        for serves in counter.texts("serves").chain(overflow) {
            let pattern = Pattern::of(serves.value);
            let service = pattern.service.map(|value| At { value, line: serves.line });
            let lane = pattern.lane.map(|value| At { value, line: serves.line });
            if let Some(service) = service {
                refers(service, "services", &services, out);
            }
            if let Some(lane) = lane {
                refers(lane, "lanes", &lanes, out);
            }
        }
        idle_or_twice(counter, out);
        for (lane, _) in counter.get("prefers").into_iter().flat_map(Node::entries) {
            refers(lane, "lanes", &lanes, out);
        }
    }
}

/// A counter takes something, and says once when it takes it.
fn idle_or_twice(counter: Node<'_>, out: &mut Mistakes) {
    let overflow = counter.list("overflow").filter_map(|over| over.text("serves"));
    let written: Vec<At<&str>> = counter.texts("serves").chain(overflow).collect();
    let Some(id) = counter.text("id") else { return };
    // A `serves` that is no list is told elsewhere.
    let readable = counter.get("serves").is_none_or(|serves| serves.value().is_array());
    if written.is_empty() && readable {
        let what = format!("counter \"{}\" serves nothing and is never called into", id.value);
        out.warn(id.line, what, "Write what it takes, such as serves = [\"*\"].");
    }
    let what = format!("what counter {} takes:", id.value);
    unique(written, &what, "Keep one: it is taken at once, or after a while.", out);
}

/// Every service in every lane has a counter that takes it at some time.
fn reach(root: Node<'_>, out: &mut Mistakes) {
    let services = ids(root, "services", "id");
    let lanes = ids(root, "lanes", "id");
    let texts = root.list("counters").flat_map(|counter| {
        let overflow = counter.list("overflow").filter_map(|over| over.text("serves"));
        counter.texts("serves").chain(overflow).collect::<Vec<_>>()
    });
    let patterns: Vec<Pattern<'_>> = texts.map(|text| Pattern::of(text.value)).collect();
    let served = |service: &str, lane: &str| patterns.iter().any(|pattern| pattern.fits(service, lane));
    let orphan = |service: &At<&str>| !lanes.iter().any(|lane| served(service.value, lane.value));
    let unreached = |lane: &At<&str>| !services.iter().any(|service| served(service.value, lane.value));
    for service in services.iter().filter(|service| !lanes.is_empty() && orphan(service)) {
        let what = format!("no counter serves \"{}\"", service.value);
        out.error(service.line, what, format!("Add \"{}\" to `serves` of a counter.", service.value));
    }
    for lane in lanes.iter().filter(|lane| !services.is_empty() && unreached(lane)) {
        let what = format!("no counter takes the lane \"{}\"", lane.value);
        out.error(lane.line, what, format!("Add \"*/{}\" to `serves` of a counter.", lane.value));
    }
    for service in services.iter().filter(|service| !orphan(service)) {
        for lane in lanes.iter().filter(|lane| !unreached(lane) && !served(service.value, lane.value)) {
            let class = format!("{}/{}", service.value, lane.value);
            let what = format!("no counter takes \"{}\" in the lane \"{}\"", service.value, lane.value);
            let remedy = format!("Add \"{class}\" to `serves` of a counter, if customers may take such a ticket.");
            out.warn(service.line, what, remedy);
        }
    }
}
