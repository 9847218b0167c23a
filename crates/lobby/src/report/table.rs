//! The report for people, in minutes and percent.

use super::{DayReport, Kept, Queue, RatingReport, Ratings, SelfTestReport, Spread};
use std::io::{self, Write};

/// Writes the report as a table.
///
/// # Errors
/// The output's.
pub fn write(report: &DayReport, out: &mut dyn Write) -> io::Result<()> {
    let closed = report.closed_at.map_or_else(|| "still open".to_owned(), |at| format!("closed {at}"));
    writeln!(out, "{}   opened {}, {closed}", report.day, report.opened_at)?;
    writeln!(out)?;
    let names: Vec<(String, &Queue)> = report
        .queues
        .iter()
        .map(|queue| (format!("{} / {}", queue.service, queue.lane), &queue.figures))
        .chain([("all visits".to_owned(), &report.total)])
        .collect();
    let width = names.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let pad = |text: &str| format!("{text}{}", " ".repeat(width - text.chars().count().min(width)));
    writeln!(
        out,
        "{}  issued  served  sent on  no-show  gave up | wait, min: mean    P50    P90    max  in target | service, min",
        pad("")
    )?;
    for (name, queue) in &names {
        row(out, &pad(name), queue)?;
    }
    writeln!(out)?;
    writeln!(out, "counter  calls  served   open h  paused h  busy h  utilisation")?;
    for counter in &report.counters {
        let hours = |seconds: f64| seconds / 3600.0;
        writeln!(
            out,
            "{:7}  {:5}  {:6}  {:7.2}  {:8.2}  {:6.2}  {:>11}",
            counter.counter,
            counter.calls,
            counter.served,
            hours(counter.open_s),
            hours(counter.paused_s),
            hours(counter.busy_s),
            percent(counter.utilisation)
        )?;
    }
    writeln!(out)?;
    promise(out, "the promise", &report.promise.total)?;
    report.promise.lanes.iter().try_for_each(|lane| promise(out, &format!("  {}", lane.lane), &lane.kept))?;
    ratings(out, &report.ratings)?;
    people(out, report)?;
    report.selftests.iter().try_for_each(|test| selftest(out, test))?;
    match &report.head {
        Some(head) => writeln!(out, "the journal at closing: {head}"),
        None => Ok(()),
    }
}

/// Clerks, and who was taken out of turn; nothing where there is nobody.
fn people(out: &mut dyn Write, report: &DayReport) -> io::Result<()> {
    for one in &report.staff {
        let (staff, served, share) = (&one.staff, one.served, percent(one.utilisation));
        writeln!(out, "staff {staff}: {served} served, busy {share}")?;
    }
    for jump in &report.jumps {
        let lane = jump.lane.as_ref().map_or_else(String::new, |lane| format!(" to {lane}"));
        writeln!(out, "out of turn {}: {} {}{lane} by {}: {}", jump.at, jump.number, jump.kind, jump.by, jump.reason)?;
    }
    Ok(())
}

fn selftest(out: &mut dyn Write, test: &SelfTestReport) -> io::Result<()> {
    let named = |what: &str, items: &[String]| {
        if items.is_empty() { String::new() } else { format!(", {what} {}", items.join(" ")) }
    };
    writeln!(
        out,
        "self-test {} by {}: {} ok{}{}{}",
        test.started_at,
        test.started_by,
        test.ok,
        named("failed", &test.failed),
        named("skipped", &test.skipped),
        named("not looked at", &test.open)
    )
}

fn row(out: &mut dyn Write, name: &str, queue: &Queue) -> io::Result<()> {
    let Spread { mean_s, p50_s, p90_s, max_s, .. } = queue.wait;
    let [mean_s, p50_s, p90_s, max_s] = [mean_s, p50_s, p90_s, max_s].map(minutes);
    let sham =
        if queue.sham > 0 { format!("  ({} suspiciously short, not counted)", queue.sham) } else { String::new() };
    writeln!(
        out,
        "{name}  {:6}  {:6}  {:7}  {:7}  {:7} | {mean_s:>15}  {p50_s:>5}  {p90_s:>5}  {max_s:>5}  {:>9} | {:>6}{sham}",
        queue.issued,
        queue.served,
        queue.sent_on,
        queue.no_shows,
        queue.abandoned,
        percent(queue.in_target),
        minutes(queue.service_time.mean_s)
    )
}

fn promise(out: &mut dyn Write, name: &str, kept: &Kept) -> io::Result<()> {
    if kept.n == 0 {
        return writeln!(out, "{name}: nobody who was promised a wait had to wait and was called");
    }
    let minutes = |seconds: Option<f64>| minutes(seconds).trim().to_owned();
    writeln!(
        out,
        "{name}: {} waits, off by {} min on average (a multiplication: {} min), bias {} min, {} within the range, {} past the printed bound",
        kept.n,
        minutes(kept.mae_s),
        minutes(kept.naive_mae_s),
        minutes(kept.bias_s),
        percent(kept.coverage),
        percent(kept.beyond_bound)
    )
}

/// One line for the day; counters and clerks only where somebody said something.
fn ratings(out: &mut dyn Write, report: &RatingReport) -> io::Result<()> {
    let line = |out: &mut dyn Write, name: &str, ratings: &Ratings| {
        let mean = ratings.mean.map_or_else(|| "–".to_owned(), |mean| format!("{mean:.2}"));
        let share = percent(ratings.share);
        writeln!(out, "{name}: {} of {} services rated ({share}), mean {mean} of 5", ratings.rated, ratings.served)
    };
    line(out, "ratings", &report.total)?;
    for counter in report.counters.iter().filter(|counter| counter.ratings.rated > 0) {
        line(out, &format!("  counter {}", counter.counter), &counter.ratings)?;
    }
    for staff in report.staff.iter().filter(|staff| staff.ratings.rated > 0) {
        line(out, &format!("  staff {}", staff.staff), &staff.ratings)?;
    }
    Ok(())
}

fn minutes(seconds: Option<f64>) -> String {
    seconds.map_or_else(|| "–".to_owned(), |seconds| format!("{:.1}", seconds / 60.0))
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{:.0} %", share * 100.0))
}
