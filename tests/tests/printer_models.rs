//! The lobby's printer task at printers that cannot do everything, and at those that are not what the lobby was told.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod printer_support;

use firmware_sim::printer::PaperState;
use lobby::devices::printer::{PrinterState, Profile, Timing, Typeface};
use printer_support::{Bench, Task, plug_in_model, timing, uncertain};
use queue_core::PrintOutcome;
use std::path::Path;
use std::time::Duration;

fn profile(name: &str) -> Profile {
    Profile::load(name, Path::new("")).unwrap()
}

/// A lobby that was told `profile`, at a printer that is `model`.
async fn bench(profile: Profile, model: &str, font: fn() -> Option<Typeface>) -> Bench {
    let dir = tempfile::tempdir().unwrap();
    let sim = plug_in_model(dir.path(), &format!("mm_per_s = 500\n{model}")).await;
    // Enough for a drawn ticket in a debug build beside other tests; questions without an answer are given up soon.
    let quick = Timing { answer: Duration::from_millis(500), proof: Duration::from_secs(6), ..timing() };
    let task = Task::of(dir.path(), profile, quick, Box::new(|_| Ok(())), font);
    Bench { dir, sim: Some(sim), task }
}

#[tokio::test]
async fn half_a_printer_prints_and_says_what_it_can() {
    let bench = bench(profile("escpos-80-half"), "model = 'escpos-80-half'", Typeface::installed).await;
    bench.task.state(PrinterState::Ok).await;
    bench.task.order(1).await;
    assert_eq!(bench.task.ended(1).await, PrintOutcome::Printed, "by the weaker proof");
    bench.fault(|faults| faults.paper = PaperState::Out);
    bench.task.state(PrinterState::PaperOut).await;
    bench.fault(|faults| (faults.paper, faults.cover_open) = (PaperState::Ok, true));
    let blind = bench.task.state(PrinterState::Offline).await;
    assert!(blind.cause.unwrap().contains("this model does not say why: look at cover"));
    bench.task.order(2).await;
    bench.fault(|faults| faults.cover_open = false);
    assert_eq!(bench.task.ended(2).await, PrintOutcome::Printed);
    bench.finish().await;
}

#[tokio::test]
async fn a_printer_that_answers_half_of_its_profile_is_told_and_prints() {
    let bench = bench(profile("escpos-80"), "model = 'escpos-80-half'", Typeface::installed).await;
    let wrong = bench.task.state(PrinterState::WrongProfile).await;
    assert!(wrong.cause.unwrap().ends_with("write profile = \"escpos-80-half\""));
    bench.task.order(1).await;
    assert_eq!(bench.task.ended(1).await, PrintOutcome::Printed);
    bench.fault(|faults| faults.paper = PaperState::Out);
    bench.task.state(PrinterState::PaperOut).await;
    bench.fault(|faults| faults.paper = PaperState::Ok);
    bench.task.state(PrinterState::WrongProfile).await;
    assert_eq!(bench.came_out(1), [1]);
    bench.finish().await;
}

#[tokio::test]
async fn a_printer_that_answers_nonsense_is_told_prints_and_proves_nothing() {
    let bench = bench(profile("escpos-80"), "status = 'foreign'", Typeface::installed).await;
    let wrong = bench.task.state(PrinterState::WrongProfile).await;
    let cause = wrong.cause.unwrap();
    assert!(cause.contains("no status of ESC/POS") && cause.contains("\"escpos-80-silent\""), "{cause}");
    bench.task.order(1).await;
    assert_eq!(bench.task.ended(1).await, uncertain("no_proof"));
    lobby_tests::until("the ticket", || async {
        (bench.came_out(1) == [1]).then_some(()).ok_or_else(|| "no ticket".to_owned())
    })
    .await;
    bench.fault(|faults| faults.stalled = true);
    bench.task.state(PrinterState::Offline).await;
    bench.finish().await;
}

#[tokio::test]
async fn a_ticket_that_nobody_took_goes_back_before_the_next_and_after_a_while() {
    // At once after the paper is out, in place of half a minute.
    let presenter = Profile { retract_after_s: Some(0), ..profile("escpos-80-presenter") };
    let model = "model = 'escpos-80-presenter'";
    let late = bench(presenter, model, Typeface::installed).await;
    late.task.order(1).await;
    assert_eq!(late.task.ended(1).await, PrintOutcome::Printed);
    let view = |bench: &Bench, n| bench.printer().tray().get(n).unwrap().view();
    lobby_tests::until("the ticket to be taken back", || async {
        let ticket = view(&late, 1);
        (ticket.presented && ticket.retracted).then_some(()).ok_or_else(|| format!("{ticket:?}"))
    })
    .await;
    late.finish().await;

    let next = bench(profile("escpos-80-presenter"), model, Typeface::installed).await;
    for job in 1..=2 {
        next.task.order(job).await;
        assert_eq!(next.task.ended(job).await, PrintOutcome::Printed);
    }
    let (first, second) = (view(&next, 1), view(&next, 2));
    assert_eq!((first.presented, first.retracted), (true, true), "nobody gets two");
    assert_eq!((second.presented, second.retracted), (true, false), "it has half a minute");
    assert_eq!((first.unknown_commands, second.unknown_commands), (0, 0));
    next.finish().await;
}

#[tokio::test]
async fn a_printer_without_chinese_gets_its_tickets_drawn() {
    let bench = bench(profile("escpos-80-raster"), "model = 'escpos-80-raster'", Typeface::installed).await;
    bench.task.state(PrinterState::Ok).await;
    for job in 1..=2 {
        bench.task.order(job).await;
        assert_eq!(bench.task.ended(job).await, PrintOutcome::Printed);
    }
    let ticket = bench.printer().tray().get(2).unwrap().view();
    assert!(ticket.raster && ticket.lines.is_empty() && ticket.unknown_commands == 0, "{ticket:?}");
    bench.finish().await;
}

#[tokio::test]
async fn without_a_font_tickets_are_in_english_and_staff_read_which_package_is_missing() {
    let bench = bench(profile("escpos-80-raster"), "model = 'escpos-80-raster'", || None).await;
    let state = bench.task.state(PrinterState::NoFont).await;
    assert!(state.cause.unwrap().contains("apt install fonts-noto-cjk"));
    bench.task.order(1).await;
    assert_eq!(bench.task.ended(1).await, PrintOutcome::Printed);
    assert_eq!(bench.came_out(1), [1], "the number in letters of the printer's own");
    bench.fault(|faults| faults.paper = PaperState::Low);
    bench.task.state(PrinterState::PaperLow).await;
    bench.finish().await;
}
