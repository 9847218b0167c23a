//! Lines of a day as commands. A line that is no wish is a mistake of the test and panics.

use super::{Teller, acts};
use queue_core::*;

/// `@8:30:05` or `+90` (seconds) as an instant.
pub fn clock(now: Timestamp, text: &str) -> Timestamp {
    if let Some(seconds) = text.strip_prefix('+') {
        return now.plus(seconds.parse::<i64>().unwrap() * 1000);
    }
    let parts = text.trim_start_matches('@').split(':').map(|part| part.parse::<i64>().unwrap());
    let seconds = parts.chain([0, 0]).take(3).fold(0, |sum, part| sum * 60 + part);
    Timestamp(seconds * 1000)
}

pub fn after<'a>(words: &'a [&'a str], mark: &str) -> Option<&'a str> {
    let place = words.iter().position(|word| *word == mark)?;
    words.get(place + 1).copied()
}

pub fn because(words: &[&str]) -> String {
    let place = words.iter().position(|word| *word == "because");
    place.map_or_else(String::new, |place| words[place + 1..].join(" "))
}

/// The newest ticket of that number, or the text itself as an id that nobody has.
pub fn ticket(teller: &Teller, number: &str) -> TicketId {
    let found = teller.branch.tickets().find(|ticket| ticket.number == number);
    found.map_or_else(|| number.into(), |ticket| ticket.id.clone())
}

/// A line that changes the Plan before the day begins.
pub fn rule(plan: &mut Plan, words: &[&str]) {
    match words {
        ["auto_next", counter] => {
            plan.counters.iter_mut().find(|plan| plan.id.as_str() == *counter).unwrap().auto_next = true;
        }
        ["no_show", "void"] => plan.rules.no_show = NoShowPolicy::Void,
        ["no_show", "tail"] => plan.rules.no_show = NoShowPolicy::Tail,
        ["no_show_after_calls", calls] => plan.rules.no_show_after_calls = calls.parse().unwrap(),
        ["recall_limit", recalls] => plan.rules.recall_limit = recalls.parse().unwrap(),
        ["no_show_gap", seconds] => plan.rules.no_show_gap_ms = seconds.parse::<i64>().unwrap() * 1000,
        ["urgent_lane", lane] => plan.rules.urgent_lane = Some((*lane).into()),
        ["sham", under, next] => {
            plan.rules.sham_under_ms = under.parse::<i64>().unwrap() * 1000;
            plan.rules.sham_next_ms = next.parse::<i64>().unwrap() * 1000;
        }
        ["series", service, series] => {
            let service = plan.services.iter_mut().find(|plan| plan.id.as_str() == *service).unwrap();
            (*series).clone_into(&mut service.series);
        }
        ["quota", service, quota] => {
            let service = plan.services.iter_mut().find(|plan| plan.id.as_str() == *service).unwrap();
            service.quota = Some(quota.parse().unwrap());
        }
        ["appointments", lane, late @ ..] => {
            plan.rules.appointment_lane = Some((*lane).into());
            plan.rules.late_lane = late.first().map(|lane| (*lane).into());
        }
        ["rating", seconds] => plan.rules.rating_ms = seconds.parse::<i64>().unwrap() * 1000,
        ["grace", seconds] => plan.rules.grace_ms = seconds.parse::<i64>().unwrap() * 1000,
        ["identity", service] => {
            plan.rules.identity_required.insert((*service).into());
        }
        ["guarantee", lane, seconds, share1000] => {
            let lane = plan.lanes.iter_mut().find(|plan| plan.id.as_str() == *lane).unwrap();
            lane.guard_after_ms = seconds.parse::<i64>().unwrap() * 1000;
            lane.share1000 = share1000.parse().unwrap();
        }
        other => panic!("`rule {}` is no rule", other.join(" ")),
    }
}

/// A line as a command.
pub fn parse(teller: &mut Teller, words: &[&str]) -> Command {
    let [verb, rest @ ..] = words else { panic!("an empty line") };
    if ["take", "cancel", "reinstate", "lane", "reprint"].contains(verb) {
        return customer(teller, verb, rest);
    }
    if ["key", "again"].contains(verb) {
        return press(teller, verb, rest);
    }
    if let ["seeing", seen, act @ ..] = words {
        let ticket = (*seen != "nobody").then(|| ticket(teller, seen));
        let counter = CounterId::from(act[1]);
        return Command::Expecting { counter, ticket, act: Box::new(parse(teller, act)) };
    }
    if *verb == "hours" {
        return Command::SetHours { day: teller.branch.day().day.clone().unwrap(), hours: hours(rest) };
    }
    if let Some(wish) = appointment(verb, rest) {
        return wish;
    }
    if let Some(wish) = clerk(teller, verb, rest) {
        return wish;
    }
    day(verb, rest).or_else(|| acts::parse(teller, verb, rest)).unwrap_or_else(|| counter(teller, verb, rest))
}

fn clerk(teller: &mut Teller, verb: &str, rest: &[&str]) -> Option<Command> {
    let number = |word: &str| Clerk { number: word.to_owned(), stars: None };
    Some(match verb {
        "clerk" => Command::AsClerk { clerk: number(rest[0]), wish: Box::new(parse(teller, &rest[1..])) },
        "name" => Command::NameClerk {
            counter: rest[0].into(),
            clerk: number(rest[1]),
            from: after(rest, "from").map(str::to_owned),
        },
        "leave" => Command::LeaveCounters { staff: rest[0].to_owned() },
        _ => return None,
    })
}

fn customer(teller: &Teller, verb: &str, rest: &[&str]) -> Command {
    let id = || ticket(teller, rest[0]);
    match verb {
        "take" => Command::Issue(IssueWish {
            service: rest[0].into(),
            lane: rest
                .get(1)
                .filter(|word| !["then", "as", "on", "with"].contains(*word))
                .map_or("regular", |lane| lane)
                .into(),
            language: None,
            kiosk: None,
            identity: after(rest, "as").map(IdentityHash::from),
            needs: after(rest, "with").map(acts::needs).unwrap_or_default(),
            then: after(rest, "then").map(|list| list.split(',').map(ServiceId::from).collect()).unwrap_or_default(),
            printer: after(rest, "on").map(PrinterId::from),
            promise: None,
        }),
        "cancel" => Command::Cancel { ticket: id(), customer: !rest.contains(&"staff"), reason: None },
        "reinstate" => Command::Reinstate { ticket: id() },
        "lane" => Command::ChangeLane { ticket: id(), lane: rest[1].into(), reason: because(rest) },
        _ => Command::Reprint { ticket: id(), printer: after(rest, "on").unwrap().into() },
    }
}

fn hours(words: &[&str]) -> Hours {
    let instants = |text: &str| text.split('-').map(|at| clock(Timestamp(0), at)).collect::<Vec<_>>();
    let session = |text: &str| {
        let [from, last_ticket, until] = instants(text)[..] else { panic!("`{text}` is no session") };
        Session { from, last_ticket, until }
    };
    let window = |text: &str| {
        let [from, until] = instants(text)[..] else { panic!("`{text}` is no window") };
        IssueWindow { from, until }
    };
    let [sessions, services @ ..] = words else { panic!("no hours") };
    let sessions = match *sessions {
        "always" => None,
        "off" => Some(Vec::new()),
        list => Some(list.split(',').map(session).collect()),
    };
    let windows = |pair: &[&str]| (ServiceId::from(pair[0]), pair[1].split(',').map(window).collect());
    Hours { sessions, services: services.chunks(2).map(windows).collect() }
}

fn appointment(verb: &str, rest: &[&str]) -> Option<Command> {
    let booked = |words: &[&str]| AppointmentWish {
        code: words[0].into(),
        service: words[1].into(),
        at: clock(Timestamp(0), words[2].trim_end_matches(',')),
        day: BusinessDay::new(after(words, "for").unwrap_or("2026-11-21")).unwrap(),
    };
    Some(match verb {
        "book" => Command::PutAppointment(booked(rest)),
        "book-all" => {
            let list = rest.split_inclusive(|word| word.ends_with(','));
            Command::PutAppointments(list.map(booked).collect())
        }
        "unbook" => Command::DeleteAppointment { code: rest[0].into() },
        "check-in" => Command::CheckIn(CheckIn {
            code: rest[0].into(),
            service: after(rest, "for").map(ServiceId::from),
            language: None,
            kiosk: None,
            identity: after(rest, "as").map(IdentityHash::from),
            needs: Vec::new(),
            then: Vec::new(),
            printer: after(rest, "on").map(PrinterId::from),
        }),
        _ => return None,
    })
}

fn day(verb: &str, rest: &[&str]) -> Option<Command> {
    let job = || JobId(rest[0].parse().unwrap());
    Some(match verb {
        "open-day" => Command::OpenDay { day: BusinessDay::new(rest[0]).unwrap() },
        "drain" => Command::StartDraining,
        "close-day" => Command::CloseDay { force: rest.contains(&"force") },
        "wake" => Command::Wake,
        "start-print" => Command::StartPrint { job: job() },
        "end-print" if rest[1] == "printed" => Command::EndPrint { job: job(), outcome: PrintOutcome::Printed },
        "end-print" => Command::EndPrint { job: job(), outcome: PrintOutcome::Failed { cause: rest[1].to_owned() } },
        "paper-change" => Command::SetPaperChange { printer: rest[0].into(), on: rest[1] == "on" },
        "void-print" => {
            Command::VoidPrint { job: job(), reason: Some(because(rest)).filter(|reason| !reason.is_empty()) }
        }
        _ => return None,
    })
}

fn counter(teller: &Teller, verb: &str, rest: &[&str]) -> Command {
    let counter = CounterId::from(rest[0]);
    match verb {
        "open" => Command::OpenCounter { counter, staff: after(rest, "by").map(str::to_owned) },
        "close" => Command::CloseCounter {
            counter,
            held_to: after(rest, "to").map(CounterId::from),
            reason: Some(because(rest)).filter(|reason| !reason.is_empty()),
            authorised: after(rest, "as") == Some("manager"),
        },
        "pause" => {
            let named = |reason: &&PauseReason| rest.get(1).is_some_and(|name| *name == reason.name());
            Command::Pause { counter, reason: PauseReason::LIST.iter().find(named).copied().unwrap_or_default() }
        }
        "resume" => Command::Resume { counter },
        "next" => Command::CallNext { counter },
        "call" => Command::CallTicket { counter, ticket: ticket(teller, rest[1]), reason: because(rest) },
        "recall" => Command::Recall { counter },
        "arrived" => Command::Arrived { counter },
        "finish" => {
            let outcome = match rest.get(1) {
                Some(&"papers_missing") => Outcome::PapersMissing,
                Some(&"come_back") => Outcome::ComeBack,
                _ => Outcome::Done,
            };
            Command::Finish { counter, outcome }
        }
        "no-show" => Command::NoShow { counter },
        "hold" => Command::Hold { counter },
        "undo" => Command::Undo { counter },
        "take-up" => Command::ResumeTicket { counter, ticket: ticket(teller, rest[1]) },
        "send" => {
            let to = match (after(rest, "to").unwrap(), after(rest, "counter")) {
                (_, Some(counter)) => TransferTo::Counter(counter.into()),
                (service, None) => {
                    TransferTo::Service { service: service.into(), pin: after(rest, "at").map(CounterId::from) }
                }
            };
            let lane = after(rest, "in").map(LaneId::from);
            Command::Transfer { counter, to, lane, confirm: rest.contains(&"anyway") }
        }
        other => panic!("`{other}` is no wish"),
    }
}

/// `late 8` was pressed eight seconds ago, `late ?` some time ago.
fn age(words: &[&str]) -> Option<Millis> {
    after(words, "late").map_or(Some(0), |seconds| Some(seconds.parse::<i64>().ok()? * 1000))
}

fn press(teller: &mut Teller, verb: &str, rest: &[&str]) -> Command {
    if verb == "key" {
        teller.seq += 1;
    }
    Command::Press(Press {
        desk: format!("desks/{}", rest[0]).as_str().into(),
        counter: rest[0].into(),
        mark: PressMark { boot: 7, wraps: 0, seq: teller.seq },
        key: rest[1].parse().unwrap(),
        stale: rest.contains(&"stale"),
        age_ms: age(rest),
    })
}
