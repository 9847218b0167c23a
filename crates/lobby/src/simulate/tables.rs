//! Answers as tables for people.

use planner::{
    estimate::Estimates,
    formats::{CallRow, CaseAnswer},
    whatif::{LaneAnswer, Measure, StaffAnswer, WhatifAnswer},
};
use std::io::{self, Write};

pub(super) fn cases(cases: &[CaseAnswer], out: &mut dyn Write) -> io::Result<()> {
    let width = cases.iter().map(|case| case.id.len()).chain([4]).max().unwrap_or_default();
    writeln!(out, "{:width$}  {:>8}  {:>7}  mean wait by class", "case", "p(wait)", "seconds")?;
    for case in cases {
        let waits: Vec<String> = case.mean_wait.iter().map(|wait| format!("{wait:.4}")).collect();
        let (id, p_wait, seconds) = (&case.id, case.p_wait, case.seconds);
        writeln!(out, "{id:width$}  {p_wait:>8.4}  {seconds:>7.2}  {}", waits.join("  "))?;
    }
    Ok(())
}

pub(super) fn calls(calls: &[CallRow], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{:>10}  {:10}  {:10}  reason", "time", "counter", "ticket")?;
    for CallRow(at, counter, ticket, reason) in calls {
        writeln!(out, "{:>10}  {counter:10}  {ticket:10}  {reason}", at.to_string())?;
    }
    Ok(())
}

pub(super) fn estimates(answer: &Estimates, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{:10}  {:8}  {:>6}  {:>6}  {:>6}", "day", "ticket", "low s", "p50 s", "high s")?;
    for ticket in &answer.estimates {
        let (low, p50, high) = (ticket.low_s, ticket.p50_s, ticket.high_s);
        writeln!(out, "{:10}  {:8}  {low:>6.0}  {p50:>6.0}  {high:>6.0}", ticket.day, ticket.id)?;
    }
    Ok(())
}

/// As it is and, where something was changed, changed: customers, minutes, percent.
pub(super) fn whatif(answer: &WhatifAnswer, out: &mut dyn Write) -> io::Result<()> {
    let days = if answer.days.is_empty() { format!("{} days drawn", answer.played) } else { answer.days.join(", ") };
    let change = answer.change.as_ref().map(|change| format!("; changed: {change}")).unwrap_or_default();
    writeln!(out, "{days}{change}")?;
    for lane in &answer.lanes {
        lane_table(lane, out)?;
    }
    answer.staffing.as_ref().map_or(Ok(()), |staffing| staff_table(answer, staffing, out))
}

fn lane_table(lane: &LaneAnswer, out: &mut dyn Write) -> io::Result<()> {
    let target = lane.target_s.map(|target| format!(", target {} min", target / 60)).unwrap_or_default();
    let now = lane.changed_target_s.filter(|now| Some(*now) != lane.target_s);
    let now = now.map(|target| format!(", changed {} min", target / 60)).unwrap_or_default();
    writeln!(out, "\n{}{target}{now}", lane.lane)?;
    let heading = "come  mean min   p90 min  in target";
    let changed = if lane.changed.is_some() { format!("   | {heading}  (changed)") } else { String::new() };
    writeln!(out, "  {:9}  {heading}{changed}", "")?;
    if let Some(recorded) = &lane.recorded {
        row("as it was", recorded, None, out)?;
    }
    row("day", &lane.as_is, lane.changed.as_ref(), out)?;
    lane.half_hours.iter().try_for_each(|half| row(&half.from, &half.as_is, half.changed.as_ref(), out))
}

fn row(name: &str, as_is: &Measure, changed: Option<&Measure>, out: &mut dyn Write) -> io::Result<()> {
    let cells = |measure: &Measure| {
        let (wait, p90) = (measure.wait_s / 60.0, measure.p90_s / 60.0);
        format!("{:>4.0}  {wait:>8.1}  {p90:>8.1}  {:>8.0}%", measure.arrivals, 100.0 * measure.in_target)
    };
    let changed = changed.map(|changed| format!("   | {}", cells(changed))).unwrap_or_default();
    writeln!(out, "  {name:9}  {}{changed}", cells(as_is))
}

fn staff_table(answer: &WhatifAnswer, staffing: &StaffAnswer, out: &mut dyn Write) -> io::Result<()> {
    let goal = 100.0 * staffing.goal;
    let reached = if staffing.reached { "" } else { ", which all counters together do not reach everywhere" };
    writeln!(
        out,
        "\ncounters to open for {goal:.0} % within target{reached}; {} counter hours",
        staffing.counter_hours
    )?;
    let groups: Vec<String> = staffing.groups.iter().map(|group| group.join("+")).collect();
    let widths: Vec<usize> = groups.iter().map(|group| group.len().max(4)).collect();
    let lanes: Vec<&str> = answer.lanes.iter().map(|lane| lane.lane.as_str()).collect();
    let heading: Vec<String> = groups.iter().zip(&widths).map(|(group, width)| format!("{group:>width$}")).collect();
    writeln!(out, "  {:5}  {:>5}  {}  in target: {}", "", "load", heading.join("  "), lanes.join(", "))?;
    for half in &staffing.half_hours {
        let open: Vec<String> = half.open.iter().zip(&widths).map(|(open, width)| format!("{open:>width$}")).collect();
        let shares = half.in_target.iter().map(|share| share.map_or("-".to_owned(), |s| format!("{:.0}%", 100.0 * s)));
        let shares: Vec<String> = shares.collect();
        writeln!(out, "  {}  {:>5.1}  {}  {}", half.from, half.load, open.join("  "), shares.join(", "))?;
    }
    Ok(())
}
