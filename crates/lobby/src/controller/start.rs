//! What a start has to settle before anybody is heard: the Plan, the day that was left open, and paper under way.

use super::{StartError, writer::Writer};
use crate::config::DayOpening;
use queue_core::{
    BusinessDay, Command, JobId, Millis, NoticeOutcome, PrintOutcome, PrintState, SelfTestItem, SelfTestOutcome,
    SelfTestResult, Timestamp,
};
use tracing::{info, warn};

/// Jobs older than this are not printed after a restart: whoever asked has gone.
const STALE_PAPER_MS: Millis = 600_000;

pub(super) fn settle(writer: &mut Writer) -> Result<(), StartError> {
    close_left_open(writer)?;
    let plan = writer.config.plan();
    let digest = crate::config::digest(&plan);
    writer.wish_at_start(Command::AdoptPlan { plan: Box::new(plan), digest })??;
    settle_paper(writer)?;
    settle_selftest(writer)?;
    settle_notices(writer)?;
    settle_day(writer)?;
    writer.renew_day_key()?;
    writer.publish_first();
    Ok(())
}

/// The open day has the hours that the configuration says now; where none is open and one should be, it is opened. A
/// schedule does not open again what somebody closed today.
fn settle_day(writer: &mut Writer) -> Result<(), StartError> {
    let now = writer.now();
    let state = writer.branch.day().clone();
    let today = writer.config.day_from(now, state.day.as_ref());
    if state.open {
        set_hours(writer, &today)?;
    }
    let again = writer.config.day.open == DayOpening::AtStart || state.day.as_ref() != Some(&today);
    if !state.open && again && writer.config.wants_day(now) {
        set_hours(writer, &today)?;
        writer.wish_at_start(Command::OpenDay { day: today })??;
    }
    Ok(())
}

fn set_hours(writer: &mut Writer, day: &BusinessDay) -> Result<(), StartError> {
    let hours = writer.config.hours(day);
    Ok(writer.wish_at_start(Command::SetHours { day: day.clone(), hours })??)
}

/// A day that was left open when its time was over is closed, with counts. A clock that stands before the last fact says
/// nothing about that.
fn close_left_open(writer: &mut Writer) -> Result<(), StartError> {
    let Some(day) = writer.branch.day().day.clone().filter(|_| writer.branch.day().open) else { return Ok(()) };
    let now = writer.now();
    let behind_s = now.since(writer.clock.now()) / 1_000;
    if behind_s > 0 {
        warn!(
            behind_s,
            "the clock stands before the last fact: times stand still until it has caught up; set the clock"
        );
    }
    if writer.config.day_from(now, Some(&day)) == day {
        return Ok(());
    }
    writer.wish_at_start(Command::CloseDay { force: true })??;
    let counts = writer.branch.counts();
    warn!(%day, issued = counts.issued, done = counts.done, expired = counts.expired, "the day was left open; closed now");
    Ok(())
}

/// Paper that was started and has no outcome is uncertain; what was not started prints if it is young.
fn settle_paper(writer: &mut Writer) -> Result<(), StartError> {
    let now: Timestamp = writer.clock.now();
    let ended = |job: &queue_core::PrintJob| -> Option<(JobId, PrintOutcome)> {
        match job.state {
            PrintState::Started => Some((job.id, PrintOutcome::Uncertain { cause: "restart".to_owned() })),
            PrintState::Queued if now.since(job.ordered_at) >= STALE_PAPER_MS => {
                Some((job.id, PrintOutcome::Failed { cause: "too_old".to_owned() }))
            }
            _ => None,
        }
    };
    let over: Vec<_> = writer.branch.jobs().filter_map(ended).collect();
    if !over.is_empty() {
        info!(jobs = over.len(), "paper was under way when the lobby stopped; the greeter sees which numbers");
    }
    for (job, outcome) in over {
        writer.wish_at_start(Command::EndPrint { job, outcome })??;
    }
    writer.resume_prints();
    Ok(())
}

/// A self-test that was cut short says so of everything that it had to look at.
fn settle_selftest(writer: &mut Writer) -> Result<(), StartError> {
    let Some(running) = writer.branch.running_selftest() else { return Ok(()) };
    let skipped = |item: &SelfTestItem| SelfTestResult {
        item: item.part.item.clone(),
        outcome: SelfTestOutcome::Skipped,
        code: Some("interrupted".to_owned()),
        cause: Some("the lobby was stopped during the test".to_owned()),
    };
    let (test, results) = (running.id, running.items.iter().map(skipped).collect());
    Ok(writer.wish_at_start(Command::FinishSelfTest { test, results })??)
}

/// A restart says nothing twice, and nothing late: notices that had not ended are left out.
fn settle_notices(writer: &mut Writer) -> Result<(), StartError> {
    let open: Vec<_> =
        writer.branch.notices().filter(|notice| notice.ended.is_none()).map(|notice| notice.id).collect();
    for notice in open {
        let cause = Some("the lobby was restarted".to_owned());
        writer.wish_at_start(Command::EndNotice { notice, outcome: NoticeOutcome::Dropped, cause })??;
    }
    Ok(())
}
