//! Facts and pictures of a branch, a short line each.

use super::acts;
use queue_core::*;
use std::fmt::Write;

fn number(branch: &Branch, id: &TicketId) -> String {
    branch.ticket(id).map_or_else(|| id.to_string(), |ticket| ticket.number.clone())
}

/// A fact as a line: who, what, where, and only what is not usual.
pub fn line(branch: &Branch, fact: &Event) -> String {
    let who = fact.ticket().map(|id| number(branch, id)).unwrap_or_default();
    if let Some(line) = counter_line(fact)
        .or_else(|| day_line(fact))
        .or_else(|| appointment_line(fact))
        .or_else(|| paper_line(&who, fact))
        .or_else(|| acts::line(&who, fact))
    {
        return line;
    }
    match fact {
        Event::Issued { service, lane, then, appointment, .. } => {
            let then: Vec<&str> = then.iter().map(ServiceId::as_str).collect();
            let then = if then.is_empty() { String::new() } else { format!(" then {}", then.join(", ")) };
            let booked = appointment.as_ref().map(|code| format!(" by appointment {code}")).unwrap_or_default();
            format!("{who} issued for {service}/{lane}{then}{booked}")
        }
        Event::Called { counter, why, waited_ms, credit, .. } => {
            let why = match why {
                Why::Points { points } => format!("{points} points/100"),
                Why::Guarantee => "guarantee".to_owned(),
                Why::Pin => "pin".to_owned(),
                Why::Manual { reason } => format!("by hand: {reason}"),
            };
            let credit: String = credit.iter().fold(String::new(), |mut text, (lane, value)| {
                write!(text, ", {lane} has {value}").unwrap();
                text
            });
            format!("{who} called to {counter} after {} s ({why}{credit})", waited_ms / 1000)
        }
        Event::Finished { counter, outcome, by_next, next, sham, .. } => {
            let how = if *by_next { " by next" } else { "" };
            let outcome = if *outcome == Outcome::Done { String::new() } else { format!(" {outcome:?}") };
            let next = next.as_ref().map(|next| {
                let kept = branch.ticket(fact.ticket().unwrap()).map_or(0, |ticket| ticket.waited_ms / 1000);
                format!(", goes on to {} with {kept} s, {} left", next.service, next.then.len())
            });
            let sham = if *sham { ", suspected sham" } else { "" };
            format!("{who} finished at {counter}{how}{outcome}{}{sham}", next.unwrap_or_default())
        }
        Event::Transferred { counter, service, lane, pin, .. } => {
            let pin = pin.as_ref().map(|pin| format!(" pinned to {}", pin.counter)).unwrap_or_default();
            format!("{who} sent on from {counter} to {service}/{lane}{pin}")
        }
        Event::LaneChanged { lane, reason, .. } => format!("{who} moved to {lane}: {reason}"),
        Event::Cancelled { customer, .. } => format!("{who} cancelled{}", if *customer { "" } else { " by staff" }),
        Event::Recalled { counter, .. }
        | Event::Arrived { counter, .. }
        | Event::NoShow { counter, .. }
        | Event::Held { counter, .. }
        | Event::TicketResumed { counter, .. }
        | Event::HeldMoved { counter, .. }
        | Event::Undone { counter, .. }
        | Event::Returned { counter, pin: None, .. } => format!("{who} {} at {counter}", fact.kind()),
        _ if fact.ticket().is_some() => format!("{who} {}", fact.kind()),
        _ => fact.kind().to_owned(),
    }
}

fn day_line(fact: &Event) -> Option<String> {
    Some(match fact {
        Event::DayOpened { day } => format!("day {day} opened"),
        Event::HoursSet { day, hours } => {
            let sessions =
                hours.sessions.as_ref().map_or("around the clock".to_owned(), |s| format!("{} sessions", s.len()));
            format!("hours of {day} set: {sessions}, windows for {} services", hours.services.len())
        }
        Event::DayClosed { day, counts, forced } => {
            let DayCounts { issued, done, no_show, cancelled, expired } = counts;
            let forced = if *forced { " by force" } else { "" };
            format!(
                "day {day} closed{forced}: {issued} issued, {done} done, {no_show} no-show, {cancelled} cancelled, \
                 {expired} expired"
            )
        }
        _ => return None,
    })
}

fn appointment_line(fact: &Event) -> Option<String> {
    Some(match fact {
        Event::AppointmentBooked { code, service, at, day, changed } => {
            let minutes = at.0 / 60_000;
            let booked = if *changed { "changed to" } else { "booked for" };
            format!("{code} {booked} {service} at {}:{:02} of {day}", minutes / 60, minutes % 60)
        }
        Event::AppointmentCancelled { code, .. } => format!("{code} taken back"),
        _ => return None,
    })
}

fn counter_line(fact: &Event) -> Option<String> {
    Some(match fact {
        Event::CounterOpened { counter, staff: None, .. }
        | Event::CounterClosed { counter, reason: None }
        | Event::CounterResumed { counter }
        | Event::CounterPlanEnded { counter }
        | Event::CounterReady { counter } => format!("{} {counter}", fact.kind()),
        Event::CounterClosed { counter, reason: Some(reason) } => format!("{} {counter}: {reason}", fact.kind()),
        Event::StaffNamed { counter, staff, from: Some(from), .. } => {
            format!("staff_named {counter} {staff} from {from}")
        }
        Event::CounterOpened { counter, staff: Some(staff), .. }
        | Event::StaffNamed { counter, staff, .. }
        | Event::StaffLeft { counter, staff } => {
            format!("{} {counter} {staff}", fact.kind())
        }
        Event::CounterPausing { counter, reason } | Event::CounterPaused { counter, reason } => {
            format!("{} {counter} {}", fact.kind(), reason.name())
        }
        Event::CounterPlanned { counter, skills, reason } => {
            format!("{} {counter} {}: {reason}", fact.kind(), skills_line(skills))
        }
        _ => return None,
    })
}

/// `cash/*, */vip+480`: patterns, with the seconds from which they count.
fn skills_line(skills: &[Skill]) -> String {
    let name = |text: Option<&str>| text.unwrap_or("*").to_owned();
    let one = |skill: &Skill| {
        let delay = skill.delay_ms.filter(|delay| *delay > 0).map_or(String::new(), |ms| format!("+{}", ms / 1000));
        let (service, lane) = (skill.service.as_ref().map(ServiceId::as_str), skill.lane.as_ref().map(LaneId::as_str));
        format!("{}/{}{delay}", name(service), name(lane))
    };
    skills.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn paper_line(who: &str, fact: &Event) -> Option<String> {
    Some(match fact {
        Event::Pressed { key, result: PressResult::Refused { code }, .. } => format!("key {key} refused: {code}"),
        Event::Pressed { key, result, .. } => format!("key {key} {result:?}"),
        Event::PrintOrdered { job, printer, copy, .. } => {
            format!("{who} print job {job} on {printer}{}", if *copy { " copy" } else { "" })
        }
        Event::PrintStarted { job } => format!("print job {job} started"),
        Event::PrintEnded { job, outcome } => format!("print job {job} {outcome:?}"),
        Event::PaperChangeStarted { printer } => format!("paper of {printer} is being changed"),
        Event::PaperChangeEnded { printer } => format!("paper of {printer} is changed"),
        Event::PrintVoided { job, reason, .. } => {
            format!("print job {job} struck off{}", reason.as_ref().map_or(String::new(), |why| format!(": {why}")))
        }
        _ => return None,
    })
}

/// Counters and queues, a line each.
pub fn picture(branch: &Branch) -> String {
    let mut text = String::new();
    for counter in branch.counters() {
        write!(text, "  {} {}", counter.id, counter.state.name()).unwrap();
        if counter.ready {
            text += " ready";
        }
        if let Some(ticket) = branch.ticket_at(&counter.id) {
            write!(text, " {} {}", ticket.state.name(), ticket.number).unwrap();
        }
        for id in &counter.held {
            write!(text, " holds {}", number(branch, id)).unwrap();
        }
        if let Some(staff) = &counter.staff {
            write!(text, " staff {staff}").unwrap();
        }
        text += "\n";
    }
    for ((service, lane), count) in branch.waiting() {
        writeln!(text, "  {service}/{lane}: {count} waiting").unwrap();
    }
    text
}
