//! The lobby's printer task against the simulated printer, over pseudo-terminals: every ticket comes out at most
//! once, whatever happens to paper, cover and cable, and the truth about it reaches the journal and the staff.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod printer_support;

use firmware_sim::printer::{PaperState, PrinterFaults};
use lobby::devices::printer::{LogRefused, PrinterState, Timing};
use printer_support::{
    Bench, FAST, Fact, Hook, PATIENCE, SLOW, Task, failed, plug_in, printed_fact, timing, uncertain,
};
use queue_core::PrintOutcome;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

#[tokio::test]
async fn tickets_come_out_in_order_with_proof() {
    let bench = Bench::start(FAST, "escpos-80", timing()).await;
    for job in 1..=4 {
        bench.task.order(job).await;
    }
    assert_eq!(bench.task.ended(4).await, PrintOutcome::Printed);
    bench.task.state(PrinterState::Ok).await;
    assert_eq!(bench.came_out(4), [1, 1, 1, 1]);
    let ticket = bench.printer().tray().get(1).unwrap();
    assert_eq!(ticket.view().qr, ["http://127.0.0.1:8700/t/abc"]);
    assert_eq!(ticket.view().unknown_commands, 0);
    assert!(ticket.view().lines.iter().any(|line| line == "示范网点"));
    let facts = bench.finish().await;
    assert_eq!(facts, (1..=4).flat_map(printed_fact).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_printer_that_is_absent_at_start_is_told_and_blocks_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let hasty = Timing { patience: Duration::from_millis(300), ..timing() };
    let task = Task::start(dir.path(), "escpos-80", hasty, Box::new(|_| Ok(())));
    let status = task.state(PrinterState::Unplugged).await;
    assert!(status.cause.unwrap().contains("kiosk-1"), "the cause names the port");
    task.order(1).await;
    assert_eq!(task.ended(1).await, failed("unplugged"));

    let sim = plug_in(dir.path(), FAST).await;
    let bench = Bench { dir, sim: Some(sim), task };
    assert_eq!(bench.task.state(PrinterState::Ok).await.cause, None);
    bench.task.order(2).await;
    assert_eq!(bench.task.ended(2).await, PrintOutcome::Printed);
    assert_eq!(bench.came_out(2), [0, 1], "what failed stays failed");
    bench.finish().await;
}

#[tokio::test]
async fn a_cable_pulled_between_two_tickets_costs_none() {
    let bench = Bench::start(FAST, "escpos-80", timing()).await;
    bench.task.order(1).await;
    assert_eq!(bench.task.ended(1).await, PrintOutcome::Printed);
    bench.fault(|faults| faults.unplug = true);
    assert!(bench.task.state(PrinterState::Unplugged).await.cause.is_some());
    bench.task.order(2).await;
    bench.fault(|faults| faults.unplug = false);
    assert_eq!(bench.task.ended(2).await, PrintOutcome::Printed, "it waited");
    bench.task.state(PrinterState::Ok).await;
    assert_eq!(bench.came_out(2), [1, 1]);
    bench.finish().await;
}

#[tokio::test]
async fn a_cable_pulled_in_the_middle_leaves_doubt_and_no_second_ticket() {
    let bench = Bench::start(SLOW, "escpos-80", timing()).await;
    bench.task.state(PrinterState::Ok).await;
    let (before, _) = bench.printer().traffic();
    bench.task.order(1).await;
    bench.task.started(1).await;
    lobby_tests::until("bytes of the job at the printer", || async {
        let (now, _) = bench.printer().traffic();
        (now > before + 150).then_some(()).ok_or_else(|| format!("{} bytes", now - before))
    })
    .await;
    bench.fault(|faults| faults.unplug = true);
    assert_eq!(bench.task.ended(1).await, uncertain("unplugged"));
    bench.fault(|faults| faults.unplug = false);
    bench.task.state(PrinterState::Ok).await;
    bench.task.order(2).await;
    assert_eq!(bench.task.ended(2).await, PrintOutcome::Printed);
    let came_out = bench.came_out(2);
    assert!(came_out[0] <= 1 && came_out[1] == 1, "{came_out:?}");
    let strips = bench.strips();
    assert!(
        !strips.iter().any(|strip| strip.contains("A001") && strip.contains("A002")),
        "half a ticket first: {strips:?}"
    );
    let facts = bench.finish().await;
    assert_eq!(facts.iter().filter(|fact| **fact == Fact::Started(1)).count(), 1);
}

#[tokio::test]
async fn a_ticket_waits_for_paper_and_comes_out_once() {
    let bench = Bench::start(FAST, "escpos-80", timing()).await;
    bench.task.state(PrinterState::Ok).await;
    bench.fault(|faults| faults.paper = PaperState::Out);
    assert_eq!(bench.task.state(PrinterState::PaperOut).await.cause.as_deref(), Some("no paper"));
    bench.task.order(1).await;
    bench.fault(|faults| faults.paper = PaperState::Low);
    assert_eq!(bench.task.ended(1).await, PrintOutcome::Printed);
    bench.task.state(PrinterState::PaperLow).await;
    bench.fault(|faults| faults.paper = PaperState::Ok);
    bench.task.state(PrinterState::Ok).await;
    assert_eq!(bench.came_out(1), [1]);
    assert_eq!(bench.finish().await, printed_fact(1));
}

#[tokio::test]
async fn a_ticket_that_waited_too_long_failed_without_a_byte() {
    let hasty = Timing { patience: Duration::from_millis(300), ..timing() };
    let bench = Bench::start(FAST, "escpos-80", hasty).await;
    bench.fault(|faults| faults.paper = PaperState::Out);
    bench.task.state(PrinterState::PaperOut).await;
    bench.task.order(1).await;
    assert_eq!(bench.task.ended(1).await, failed("paper_out"));
    bench.fault(|faults| faults.paper = PaperState::Ok);
    bench.task.state(PrinterState::Ok).await;
    bench.task.order(2).await;
    assert_eq!(bench.task.ended(2).await, PrintOutcome::Printed);
    assert_eq!(bench.came_out(2), [0, 1]);
    assert_eq!(bench.finish().await[0], Fact::Ended(1, failed("paper_out")), "never started");
}

#[tokio::test]
async fn trouble_in_the_middle_of_a_ticket_is_waited_out() {
    type Lever = fn(&mut PrinterFaults, bool);
    let levers: [(Lever, PrinterState); 3] = [
        (|faults, on| faults.cover_open = on, PrinterState::CoverOpen),
        (|faults, on| faults.cutter_jam = on, PrinterState::Cutter),
        (|faults, on| faults.paper = if on { PaperState::Out } else { PaperState::Ok }, PrinterState::PaperOut),
    ];
    let bench = Bench::start(SLOW, "escpos-80", timing()).await;
    for (job, (lever, state)) in (1..).zip(levers) {
        bench.task.state(PrinterState::Ok).await;
        bench.task.order(job).await;
        bench.task.started(job).await;
        bench.fault(|faults| lever(faults, true));
        bench.task.state(state).await;
        bench.fault(|faults| lever(faults, false));
        assert_eq!(bench.task.ended(job).await, PrintOutcome::Printed, "{state:?}");
    }
    assert_eq!(bench.came_out(3), [1, 1, 1]);
    bench.finish().await;
}

#[tokio::test]
async fn jobs_behind_one_that_waits_for_paper_lose_their_patience() {
    let hasty = Timing { patience: Duration::from_millis(300), ..timing() };
    let bench = Bench::start(SLOW, "escpos-80", hasty).await;
    bench.task.order(1).await;
    bench.task.started(1).await;
    bench.fault(|faults| faults.paper = PaperState::Out);
    bench.task.state(PrinterState::PaperOut).await;
    bench.task.order(2).await;
    assert_eq!(bench.task.ended(2).await, failed("paper_out"));
    bench.fault(|faults| faults.paper = PaperState::Ok);
    assert_eq!(bench.task.ended(1).await, PrintOutcome::Printed);
    assert_eq!(bench.came_out(2), [1, 0]);
    bench.finish().await;
}

#[tokio::test]
async fn without_the_strong_proof_the_weaker_one_is_asked() {
    let bench = Bench::start(FAST, "escpos-80", Timing { proof: Duration::from_millis(200), ..timing() }).await;
    bench.fault(|faults| faults.no_proof = true);
    bench.task.order(1).await;
    assert_eq!(bench.task.ended(1).await, PrintOutcome::Printed);
    assert_eq!(bench.came_out(1), [1]);
    bench.finish().await;
}

#[tokio::test]
async fn a_printer_that_falls_silent_leaves_doubt_and_is_offline() {
    let dir = tempfile::tempdir().unwrap();
    let sim = plug_in(dir.path(), FAST).await;
    let printer = Arc::clone(sim.printer("kiosk-1").unwrap());
    let silence: Hook = Box::new(move |_| {
        printer.change_faults(|faults| faults.silent = true);
        Ok(())
    });
    let short = Duration::from_millis(300);
    let task = Task::start(dir.path(), "escpos-80", Timing { proof: short, answer: short, ..timing() }, silence);
    let bench = Bench { dir, sim: Some(sim), task };
    bench.task.order(1).await;
    assert_eq!(bench.task.ended(1).await, uncertain("no_proof"));
    bench.task.state(PrinterState::Offline).await;
    bench.fault(|faults| faults.silent = false);
    bench.task.state(PrinterState::Ok).await;
    assert_eq!(bench.came_out(1), [1]);
    assert_eq!(bench.finish().await, [Fact::Started(1), Fact::Ended(1, uncertain("no_proof"))]);
}

#[tokio::test]
async fn a_model_that_never_says_a_word_prints_and_pretends_nothing() {
    let bench = Bench::start(FAST, "escpos-80-silent", timing()).await;
    bench.fault(|faults| faults.silent = true);
    bench.task.state(PrinterState::Silent).await;
    bench.task.order(1).await;
    assert_eq!(bench.task.ended(1).await, uncertain("no_proof"));
    lobby_tests::until("the ticket", || async {
        (bench.came_out(1) == [1]).then_some(()).ok_or_else(|| "no ticket".to_owned())
    })
    .await;
    bench.fault(|faults| faults.unplug = true);
    bench.task.state(PrinterState::Unplugged).await;
    bench.finish().await;
}

#[tokio::test]
async fn a_hung_printer_is_offline_and_prints_what_waits_when_it_wakes() {
    let timing = Timing { answer: Duration::from_millis(300), ..timing() };
    let bench = Bench::start(FAST, "escpos-80", timing).await;
    bench.task.state(PrinterState::Ok).await;
    bench.fault(|faults| faults.stalled = true);
    bench.task.state(PrinterState::Offline).await;
    bench.task.order(1).await;
    bench.fault(|faults| faults.stalled = false);
    assert_eq!(bench.task.ended(1).await, PrintOutcome::Printed);
    assert_eq!(bench.came_out(1), [1]);
    assert_eq!(bench.finish().await, printed_fact(1));
}

#[tokio::test]
async fn nothing_is_printed_that_was_not_allowed_to_start() {
    let dir = tempfile::tempdir().unwrap();
    let sim = plug_in(dir.path(), FAST).await;
    let refuse: Hook = Box::new(|job| if job.0 == 1 { Err(LogRefused("started before".to_owned())) } else { Ok(()) });
    let task = Task::start(dir.path(), "escpos-80", timing(), refuse);
    let bench = Bench { dir, sim: Some(sim), task };
    bench.task.order(1).await;
    bench.task.order(2).await;
    assert_eq!(bench.task.ended(2).await, PrintOutcome::Printed);
    assert_eq!(bench.came_out(2), [0, 1]);
    assert_eq!(bench.finish().await, printed_fact(2));
}

#[tokio::test]
async fn a_start_is_durable_before_the_first_byte() {
    let dir = tempfile::tempdir().unwrap();
    let sim = plug_in(dir.path(), FAST).await;
    let printer = Arc::clone(sim.printer("kiosk-1").unwrap());
    let (seen, mut first) = watch::channel(None);
    let look: Hook = Box::new(move |_| {
        seen.send_replace(Some(printer.traffic().0));
        Ok(())
    });
    let task = Task::start(dir.path(), "escpos-80", timing(), look);
    let bench = Bench { dir, sim: Some(sim), task };
    bench.task.order(1).await;
    let at_start = timeout(PATIENCE, first.wait_for(Option::is_some)).await.unwrap().unwrap().unwrap();
    assert_eq!(bench.task.ended(1).await, PrintOutcome::Printed);
    let job = bench.printer().tray().get(1).unwrap().bytes.len();
    // Greeting and a round of questions: 7 and 12 bytes; of the job, hundreds, not one of them.
    assert!(at_start < 100 && job > 200, "{at_start} bytes before the start, {job} in the job");
    bench.finish().await;
}

#[tokio::test]
async fn stopping_ends_the_task_and_leaves_what_was_not_started() {
    let bench = Bench::start(FAST, "escpos-80", timing()).await;
    bench.task.state(PrinterState::Ok).await;
    bench.fault(|faults| faults.paper = PaperState::Out);
    bench.task.state(PrinterState::PaperOut).await;
    bench.task.order(1).await;
    assert_eq!(bench.finish().await, [], "still ordered in the journal");
}
