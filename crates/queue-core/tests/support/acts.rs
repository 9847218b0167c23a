//! Acts of people as lines: alerts, needs, flags, letting others go first.

use super::{
    Teller,
    wishes::{after, because, ticket},
};
use queue_core::*;
use std::fmt::Write;

/// `hearing,sight` as needs.
pub fn needs(list: &str) -> Vec<Need> {
    let named = |name: &str| match name {
        "hearing" => Need::Hearing,
        "sight" => Need::Sight,
        "mobility" => Need::Mobility,
        "interpreter" => Need::Interpreter,
        other => panic!("`{other}` is no need"),
    };
    list.split(',').filter(|name| *name != "none").map(named).collect()
}

/// `cash/*,*/vip+480` as skills: a star is every one, the seconds are those from which it counts; `none` is none.
fn skills(list: &str) -> Vec<Skill> {
    let one = |text: &str| {
        let (classes, delay) = text.split_once('+').unwrap_or((text, "0"));
        let (service, lane) = classes.split_once('/').unwrap_or((classes, "*"));
        Skill {
            service: (service != "*").then(|| service.into()),
            lane: (lane != "*").then(|| lane.into()),
            delay_ms: Some(delay.parse::<i64>().unwrap() * 1000),
        }
    };
    list.split(',').filter(|text| *text != "none").map(one).collect()
}

/// A line as a command, where it is an act of people.
pub fn parse(teller: &Teller, verb: &str, rest: &[&str]) -> Option<Command> {
    let raise = |subject| {
        let reason = Some(because(rest)).filter(|reason| !reason.is_empty());
        Command::RaiseAlert { subject, reason, language: after(rest, "in").map(str::to_owned) }
    };
    let id = || ticket(teller, rest[0]);
    Some(match verb {
        "help" => raise(AlertSubject::at(AlertKind::Help, rest[0].into())),
        "dispute" => raise(AlertSubject::at(AlertKind::Dispute, rest[0].into())),
        "ask" => raise(AlertSubject { kiosk: Some(rest[0].to_owned()), ..AlertSubject::of(AlertKind::Help) }),
        "forecast" => raise(AlertSubject { code: Some(rest[0].to_owned()), ..AlertSubject::of(AlertKind::Forecast) }),
        "device" => raise(AlertSubject { code: Some(rest[0].to_owned()), ..AlertSubject::of(AlertKind::Device) }),
        "well" => Command::ClearAlert {
            subject: AlertSubject { code: Some(rest[0].to_owned()), ..AlertSubject::of(AlertKind::Device) },
        },
        "plan" => Command::PlanCounter {
            counter: rest[0].into(),
            skills: skills(rest[1]),
            reason: because(rest),
            confirm: rest.contains(&"anyway"),
        },
        "unplan" => Command::EndCounterPlan { counter: rest[0].into(), confirm: rest.contains(&"anyway") },
        "ack" => Command::AckAlert { alert: AlertId(rest[0].parse().unwrap()) },
        "needs" => Command::SetNeeds { ticket: id(), needs: needs(rest[1]) },
        "flag" => Command::Flag {
            ticket: id(),
            flag: if rest[1] == "urgent" { Flag::Urgent } else { Flag::Special },
            reason: because(rest),
            authoriser: after(rest, "by").unwrap_or_default().to_owned(),
        },
        "rate" => Command::Rate { of: Rated::Ticket(id()), score: rest[1].parse().unwrap() },
        "note" => Command::KeepNote { ticket: id(), digest: rest[1].to_owned() },
        "then" => {
            let services = rest[1].split(',').filter(|service| *service != "none");
            Command::SetThen { ticket: id(), then: services.map(ServiceId::from).collect() }
        }
        "defer" => Command::Defer { ticket: id(), pass: rest[1].parse().unwrap() },
        _ => return None,
    })
}

/// A fact as a line, where it is of an act of people.
pub fn line(who: &str, fact: &Event) -> Option<String> {
    Some(match fact {
        Event::AlertRaised { alert, subject, reason, language } => {
            let mut text = format!("alert {alert} {}", subject.alert_kind.name());
            let kiosk = subject.kiosk.as_ref().map(|kiosk| format!(" at {kiosk}"));
            let counter = subject.counter.as_ref().map(|counter| format!(" at {counter}"));
            text += &[kiosk, counter].into_iter().flatten().collect::<String>();
            for (mark, words) in [("about", Some(who)), ("in", language.as_deref()), ("of", subject.code.as_deref())] {
                if let Some(words) = words.filter(|words| !words.is_empty()) {
                    write!(text, " {mark} {words}").unwrap();
                }
            }
            text + &reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default()
        }
        Event::AlertAcked { alert, by } => format!("alert {alert} answered by {by}"),
        Event::AlertCleared { alert } => format!("alert {alert} is over"),
        Event::AlertEscalated { alert } => format!("alert {alert} goes to the manager"),
        Event::NeedsSet { needs, .. } => format!("{who} needs {needs:?}"),
        Event::NoteKept { digest, .. } => format!("{who} has a note: {digest}"),
        Event::ThenSet { then, .. } => {
            let then: Vec<&str> = then.iter().map(ServiceId::as_str).collect();
            format!("{who} goes on to {}", if then.is_empty() { "nothing".to_owned() } else { then.join(", ") })
        }
        Event::Flagged { flag, reason, authoriser, .. } => {
            format!("{who} flagged {} by {authoriser}: {reason}", flag.name())
        }
        Event::Returned { counter, pin: Some(pin), .. } => {
            format!("{who} returned at {counter}, pinned to {}", pin.counter)
        }
        Event::Rated { counter, score, staff, changed, .. } => {
            let staff = staff.as_ref().map(|staff| format!(" of {staff}")).unwrap_or_default();
            let changed = if *changed { ", in place of what was said before" } else { "" };
            format!("{who} rated {score} at {counter}{staff}{changed}")
        }
        Event::Deferred { origin, passed, .. } => {
            let since = (origin.0 - super::EIGHT) / 1000;
            format!("{who} lets {passed} go first and waits since {since} s after eight")
        }
        _ => return None,
    })
}
