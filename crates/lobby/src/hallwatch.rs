//! What in the hall needs somebody: a VIP who waits too long, a lane past its target, a counter that idles while people
//! wait, a service that takes too long (HALL H1, H3, H4, H5). Looked for by the one clock; told once and not again for a
//! while; over by itself when what it was about is over.

use crate::{
    clock::Clock,
    controller::{Handle, Stopped, View},
};
use queue_core::{AlertKind, AlertSubject, Command, CounterState, Millis, TicketState};
use std::{collections::BTreeSet, time::Duration};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::warn;

/// Who raises these alerts.
const ACTOR: &str = "system:hall";
/// How often the hall is looked at, milliseconds of the clock.
const EVERY_MS: Millis = 2_000;
/// However fast the clock runs, there is this much time between two looks.
const LOOK_AT_MOST_EVERY: Duration = Duration::from_millis(200);
/// Most guests of one lane that are told of one by one.
const MOST_GUESTS: usize = 20;

const KINDS: [AlertKind; 4] = [AlertKind::VipWait, AlertKind::LaneWait, AlertKind::Idle, AlertKind::Overrun];

/// Looks at the hall until `stop`.
///
/// # Errors
/// [`Stopped`] when the controller has ended.
pub async fn run(handle: Handle, clock: Clock, stop: CancellationToken) -> Result<(), Stopped> {
    loop {
        let pause = clock.until(clock.now().plus(EVERY_MS)).max(LOOK_AT_MOST_EVERY);
        if stop.run_until_cancelled(sleep(pause)).await.is_none() {
            return Ok(());
        }
        look_once(&handle).await?;
    }
}

/// Looks at the hall and answers how much it raised or ended.
///
/// # Errors
/// [`Stopped`] when the controller has ended.
pub async fn look_once(handle: &Handle) -> Result<usize, Stopped> {
    let commands = handle.ask(look).await?;
    let count = commands.len();
    for command in commands {
        if let Err(refusal) = handle.tell(ACTOR, command).await? {
            warn!(%refusal, "an alert about the hall is not kept");
        }
    }
    Ok(count)
}

/// What has to be raised or ended now.
fn look(view: &View<'_>) -> Vec<Command> {
    if !view.branch.day().open {
        return Vec::new();
    }
    let found = troubles(view);
    let raise = found.iter().filter(|subject| !is_told(view, subject));
    let raise = raise.map(|subject| Command::RaiseAlert { subject: subject.clone(), reason: None, language: None });
    let about: BTreeSet<String> = found.iter().map(name).collect();
    let open = view.branch.alerts().filter(|alert| alert.is_open() && KINDS.contains(&alert.subject.alert_kind));
    let over = open.filter(|alert| !about.contains(&name(&alert.subject)));
    let clear = over.map(|alert| Command::ClearAlert { subject: alert.subject.clone() });
    raise.chain(clear).collect()
}

/// One subject, as text: subjects have no order of their own.
fn name(subject: &AlertSubject) -> String {
    format!("{subject:?}")
}

/// Whether staff know: told and unanswered, or told a little while ago.
fn is_told(view: &View<'_>, subject: &AlertSubject) -> bool {
    let again_ms = Millis::from(view.config.alerts.again_min) * 60_000;
    let newest = view.branch.alerts().rev().find(|alert| alert.subject == *subject);
    newest.is_some_and(|alert| {
        let ended = alert.acked.as_ref().map(|(at, _)| *at).or(alert.cleared_at);
        ended.is_none_or(|ended| view.at.since(ended) < again_ms)
    })
}

/// Everything that needs somebody at this moment.
fn troubles(view: &View<'_>) -> Vec<AlertSubject> {
    let waits = [guests(view), lanes(view)];
    let counters = [idle(view), overrun(view)];
    waits.into_iter().chain(counters).flatten().collect()
}

fn guests(view: &View<'_>) -> Vec<AlertSubject> {
    let limit_s = view.config.alerts.vip_wait_s;
    let Some(vip) = view.config.vip_lane().filter(|_| limit_s > 0) else { return Vec::new() };
    let lines = view.branch.lines().filter(|(_, lane, _)| lane.as_str() == vip);
    let waiting = lines.flat_map(|(_, _, queue)| queue);
    let late = waiting.filter(|place| view.at.since(place.origin) > Millis::from(limit_s) * 1_000);
    let about = |ticket| AlertSubject { ticket: Some(ticket), ..AlertSubject::of(AlertKind::VipWait) };
    late.take(MOST_GUESTS).map(|place| about(place.ticket.clone())).collect()
}

/// Lanes other than that of the guests, who are told of one by one.
fn lanes(view: &View<'_>) -> Vec<AlertSubject> {
    if !view.config.alerts.lane_targets {
        return Vec::new();
    }
    let vip = view.config.vip_lane().filter(|_| view.config.alerts.vip_wait_s > 0);
    let late = |lane: &&queue_core::LanePlan| {
        let lines = view.branch.lines().filter(|(_, of, _)| **of == lane.id);
        let oldest = lines.filter_map(|(_, _, queue)| queue.first()).map(|place| place.origin).min();
        oldest.is_some_and(|oldest| view.at.since(oldest) > Millis::from(lane.target_s) * 1_000)
    };
    let plan = view.branch.plan().lanes.iter().filter(|lane| vip != Some(lane.id.as_str()));
    let about = |lane: &queue_core::LanePlan| AlertSubject {
        code: Some(lane.id.as_str().to_owned()),
        ..AlertSubject::of(AlertKind::LaneWait)
    };
    plan.filter(late).map(about).collect()
}

/// Whoever it could call must have waited for as long as it idles.
fn idle(view: &View<'_>) -> Vec<AlertSubject> {
    let limit = Millis::from(view.config.alerts.idle_s) * 1_000;
    let counters = view.branch.plan().counters.iter().filter(|_| limit > 0);
    let idles = counters.filter(|plan| {
        let Some(counter) = view.branch.counter(&plan.id) else { return false };
        let free = counter.state == CounterState::Open && counter.ticket.is_none();
        free && view.at.since(counter.idle_since) > limit
            && view.branch.choose(&plan.id, view.at).is_some_and(|next| waited(view, &next.ticket) > limit)
    });
    idles.map(|plan| AlertSubject::at(AlertKind::Idle, plan.id.clone())).collect()
}

fn waited(view: &View<'_>, ticket: &queue_core::TicketId) -> Millis {
    view.branch.ticket(ticket).map_or(0, |ticket| ticket.waited(view.at))
}

fn overrun(view: &View<'_>) -> Vec<AlertSubject> {
    let served = view.branch.plan().counters.iter().filter_map(|plan| {
        let ticket = view.branch.ticket_at(&plan.id).filter(|ticket| ticket.state == TicketState::Serving)?;
        let limit = Millis::from(view.config.overrun_s(ticket.service.as_str())?) * 1_000;
        let since = ticket.arrived_at.or(ticket.called_at)?;
        let about =
            AlertSubject { ticket: Some(ticket.id.clone()), ..AlertSubject::at(AlertKind::Overrun, plan.id.clone()) };
        (view.at.since(since) > limit).then_some(about)
    });
    served.collect()
}
