//! Rules about the business day: sessions that follow each other, dates that are dates, windows that are ever open.

use super::super::{
    calendar::{self, Days},
    document::{At, Node},
    mistake::Mistakes,
};
use super::unique;
use jiff::civil::Time;

/// A span of the clock, in minutes after the business day began.
struct Span {
    line: usize,
    from: u32,
    /// When numbers end; the end where no last-ticket time is written.
    last: u32,
    until: u32,
    days: Days,
    /// `08:30 to 17:00`.
    text: String,
}

pub(super) fn check(root: Node<'_>, out: &mut Mistakes) {
    let day = root.get("day");
    // `place` has complained of a bad one.
    let rolls_at = day.and_then(|day| day.text("rolls_at")).map_or("04:00", |at| at.value);
    let Some(rolls_at) = calendar::time(rolls_at) else { return };
    let before = out.errors();
    let written: Vec<Node<'_>> = day.into_iter().flat_map(|day| day.list("sessions")).collect();
    let sessions: Vec<Span> = written.iter().filter_map(|node| session(*node, rolls_at, out)).collect();
    overlaps(&sessions, out);
    let whole = out.errors() == before;
    if let Some(day) = day {
        opening(day, written.is_empty(), out);
        dates(day, written.is_empty(), out);
    }
    for service in root.list("services") {
        for window in service.list("issue_windows") {
            let Some(window) = span(window, "window", "mon-sun", rolls_at, out) else { continue };
            if whole && !sessions.is_empty() && !sessions.iter().any(|session| meets(&window, session)) {
                let what = format!("the window {} meets no session in which numbers are given", window.text);
                let remedy = "Write hours and days inside a session of [day], or take the window out.";
                out.error(window.line, what, remedy);
            }
        }
    }
}

fn clock(node: Node<'_>, key: &str, out: &mut Mistakes) -> Option<Time> {
    let text = node.text(key)?;
    let time = calendar::time(text.value);
    if time.is_none() {
        let remedy = "Write hours and minutes as HH:MM, such as \"08:30\"; midnight is \"00:00\".";
        out.error(text.line, format!("`{key}` cannot be \"{}\"", text.value), remedy);
    }
    time
}

fn days(node: Node<'_>, otherwise: &str, out: &mut Mistakes) -> Option<Days> {
    let text = node.text("days").unwrap_or(At { value: otherwise, line: node.line() });
    let days = Days::parse(text.value);
    if days.is_none() {
        let remedy = "Write mon, tue, wed, thu, fri, sat, sun, with - for a range: \"mon-fri\", \"sat\", \"mon,wed\".";
        out.error(text.line, format!("`days` cannot be \"{}\"", text.value), remedy);
    }
    days
}

/// What a session and a window have in common.
fn span(node: Node<'_>, what: &str, otherwise: &str, rolls_at: Time, out: &mut Mistakes) -> Option<Span> {
    let (from, until, days) = (clock(node, "from", out), clock(node, "until", out), days(node, otherwise, out));
    let (from, until, days) = (from?, until?, days?);
    let (begin, end) = (calendar::after_rolling(from, rolls_at), calendar::until_rolling(until, rolls_at));
    let text = format!("{} to {}", short(from), short(until));
    if from == until {
        let remedy = "Write a later `until`; one before `from` is that of the next morning.";
        out.error(node.line(), format!("the {what} {text} has no length"), remedy);
        return None;
    }
    if begin >= end {
        let rolls_at = short(rolls_at);
        let what =
            format!("the {what} {text} ends the next morning after {rolls_at}, where another business day begins");
        let remedy = format!("End it by {rolls_at}, or write `rolls_at` at an hour when nobody is served.");
        out.error(node.line(), what, remedy);
        return None;
    }
    Some(Span { line: node.line(), from: begin, last: end, until: end, days, text })
}

fn session(node: Node<'_>, rolls_at: Time, out: &mut Mistakes) -> Option<Span> {
    let span = span(node, "session", "mon-fri", rolls_at, out);
    let last = node.text("last_ticket").and_then(|_| clock(node, "last_ticket", out));
    let span = span?;
    let Some(last) = last else { return Some(span) };
    let minutes = calendar::until_rolling(last, rolls_at);
    if minutes <= span.from || minutes > span.until {
        let line = node.get("last_ticket").map_or(span.line, Node::line);
        let what = format!("`last_ticket` {} lies outside its session, {}", short(last), span.text);
        out.error(line, what, "Write a time after `from` and not after `until`.");
        return None;
    }
    Some(Span { last: minutes, ..span })
}

/// `08:30`.
fn short(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

fn overlaps(sessions: &[Span], out: &mut Mistakes) {
    for (place, later) in sessions.iter().enumerate() {
        for earlier in sessions.iter().take(place) {
            let Some(day) = earlier.days.shared(later.days) else { continue };
            if earlier.from < later.until && later.from < earlier.until {
                let what = format!(
                    "the session {} overlaps with {} of line {} on {day}",
                    later.text, earlier.text, earlier.line
                );
                out.error(later.line, what, "Let one end before the other begins, or give them different `days`.");
            }
        }
    }
}

fn meets(window: &Span, session: &Span) -> bool {
    let together = window.from.max(session.from) < window.until.min(session.last);
    together && window.days.shared(session.days).is_some()
}

fn opening(day: Node<'_>, always: bool, out: &mut Mistakes) {
    let open = day.text("open");
    match (open.map_or("at_start", |open| open.value), day.get("sessions")) {
        ("by_schedule", sessions) if always => {
            let remedy = "Write, for example: sessions = [{ from = \"08:30\", until = \"17:00\" }]";
            let line = open.map_or_else(|| day.line(), |open| sessions.map_or(open.line, Node::line));
            out.error(line, "open = \"by_schedule\" needs sessions to open and close the day by", remedy);
        }
        ("at_start", Some(sessions)) if !always => {
            let what = "with open = \"at_start\" the business day stays open between its sessions and over night, \
                        and nobody is given a number";
            let remedy =
                "Write open = \"by_schedule\": the day opens before its first session and closes after its last.";
            out.warn(open.map_or(sessions.line(), |open| open.line), what, remedy);
        }
        _ => {}
    }
}

/// Holidays and make-up workdays are dates, and no date is both.
fn dates(day: Node<'_>, always: bool, out: &mut Mistakes) {
    for (key, thing) in [("holidays", "holiday"), ("workdays", "workday")] {
        for text in day.texts(key).filter(|text| calendar::date(text.value).is_none()) {
            let remedy = "Write a date of the calendar as YYYY-MM-DD, such as \"2026-10-01\".";
            out.error(text.line, format!("{thing} \"{}\" is no date", text.value), remedy);
        }
        unique(day.texts(key), thing, "Write it once.", out);
        if let Some(list) = day.get(key).filter(|_| always && day.texts(key).next().is_some()) {
            let remedy = "Write `sessions`, or take the dates out.";
            out.warn(list.line(), format!("`{key}` mean nothing to a branch that is open around the clock"), remedy);
        }
    }
    for workday in day.texts("workdays") {
        if let Some(holiday) = day.texts("holidays").find(|holiday| holiday.value == workday.value) {
            let what = format!("{} is a workday here and a holiday in line {}", workday.value, holiday.line);
            out.error(workday.line, what, "Take it out of one of them.");
        }
    }
}
