//! Ticket printers over their wire: status, proof, and every fault.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use firmware_sim::printer::{BUFFER, PaperState, Printer};
use std::sync::Arc;
use support::{Plug, World, golden, wait};

struct Bench {
    world: World,
    plug: Plug,
    printer: Arc<Printer>,
}

impl Bench {
    async fn start() -> Self {
        let world = World::start().await;
        let plug = Plug::open(&world.port("kiosk-1"));
        let printer = Arc::clone(world.sim.printer("kiosk-1").unwrap());
        Self { world, plug, printer }
    }

    fn numbers(&self) -> Vec<String> {
        self.printer.tray().all().iter().map(|ticket| ticket.view().lines[0].clone()).collect()
    }

    /// Everything written so far was taken in and done: a question after it is answered.
    async fn settled(&self) {
        assert_eq!(self.plug.ask(b"\x1dr\x01", 1).await.len(), 1);
    }
}

fn job(number: &str) -> Vec<u8> {
    [b"\x1b@\x1c&", number.as_bytes(), b"\n\x1dVB\x00"].concat()
}

fn proof(id: [u8; 4]) -> Vec<u8> {
    [b"\x1d(H\x06\x0000", &id[..]].concat()
}

#[tokio::test]
async fn a_ticket_comes_out_and_is_proven() {
    let bench = Bench::start().await;
    let bytes = golden("job-python-escpos.hex");
    let answer = bench.plug.ask(&[bytes.clone(), proof(*b"wxyz")].concat(), 7).await;
    assert_eq!(answer, b"\x37\x22wxyz\x00");
    let tickets = bench.printer.tray().all();
    assert_eq!(tickets.len(), 1, "the proof comes after the ticket");
    let seen = tickets[0].view();
    assert_eq!((seen.n, seen.copy, seen.unknown_commands), (1, false, 0));
    assert!(seen.lines.contains(&"A012".to_owned()));
    assert!(tickets[0].bytes.starts_with(&bytes));
    bench.world.sim.stop().await;
}

#[tokio::test]
async fn status_is_answered_and_pushed_on_change() {
    let bench = Bench::start().await;
    assert_eq!(bench.plug.ask(&[0x10, 4, 1, 0x10, 4, 2, 0x10, 4, 3, 0x10, 4, 4], 4).await, [0x12; 4]);
    assert_eq!(bench.plug.ask(&[0x1D, b'a', 0x0E], 4).await, [0x10, 0, 0, 0]);

    bench.printer.change_faults(|faults| faults.paper = PaperState::Low);
    assert_eq!(bench.plug.read(4).await, [0x10, 0, 0x03, 0]);
    bench.printer.change_faults(|faults| faults.cover_open = true);
    assert_eq!(bench.plug.read(4).await, [0x38, 0, 0x03, 0]);
    bench.printer.change_faults(|faults| (faults.cover_open, faults.cutter_jam) = (false, true));
    assert_eq!(bench.plug.read(4).await, [0x18, 0x08, 0x03, 0]);
    bench.printer.change_faults(|faults| (faults.cutter_jam, faults.paper) = (false, PaperState::Ok));
    assert_eq!(bench.plug.read(4).await, [0x10, 0, 0, 0]);
    bench.world.sim.stop().await;
}

#[tokio::test]
async fn without_paper_it_says_so_and_goes_on_when_it_has_some() {
    let bench = Bench::start().await;
    bench.printer.change_faults(|faults| faults.paper = PaperState::Out);
    bench.plug.write(&[job("A012"), proof(*b"0001")].concat());
    assert_eq!(bench.plug.ask(&[0x10, 4, 1, 0x10, 4, 4], 2).await, [0x1A, 0x7E], "status answers although it stands");
    assert_eq!(bench.numbers(), [""; 0]);
    bench.printer.change_faults(|faults| faults.paper = PaperState::Ok);
    assert_eq!(bench.plug.read(7).await, b"\x37\x220001\x00");
    assert_eq!(bench.numbers(), ["A012"]);
    bench.world.sim.stop().await;
}

#[tokio::test]
async fn with_the_cover_open_its_buffer_fills_and_then_it_takes_no_more() {
    let bench = Bench::start().await;
    bench.printer.change_faults(|faults| faults.cover_open = true);
    let (mut taken, mut quiet) = (0, 0);
    let line = b"\x1b@".repeat(128); // moves no paper, so that the rest is quick
    let (received, _) = bench.printer.traffic();
    assert_eq!(received, 0);
    // The port itself keeps what the printer leaves; the writer is stopped when both are full.
    while quiet < 100 {
        match bench.plug.offer(&line) {
            0 => {
                quiet += 1;
                tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            }
            count => (taken, quiet) = (taken + count, 0),
        }
    }
    let (received, _) = bench.printer.traffic();
    let received = usize::try_from(received).unwrap();
    assert!(received <= BUFFER && received > BUFFER - 256, "{received} of {taken} bytes taken in");
    bench.printer.change_faults(|faults| faults.cover_open = false);
    wait("the rest to be taken", || (bench.printer.traffic().0 >= taken as u64).then_some(())).await;
    bench.world.sim.stop().await;
}

#[tokio::test]
async fn a_stalled_printer_takes_nothing_and_prints_once_when_it_wakes() {
    let bench = Bench::start().await;
    bench.settled().await;
    bench.printer.change_faults(|faults| faults.stalled = true);
    bench.plug.write(&[job("A012"), proof(*b"0001"), vec![0x10, 4, 1]].concat());
    // Silence is what is tested here; a status would be back within two milliseconds.
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert!(bench.plug.peek().is_none(), "not even status");
    assert_eq!(bench.printer.tray().count(), 0);
    bench.printer.change_faults(|faults| faults.stalled = false);
    assert_eq!(bench.plug.read(8).await.len(), 8);
    assert_eq!(bench.numbers(), ["A012"]);
    bench.world.sim.stop().await;
}

#[tokio::test]
async fn a_silent_printer_prints_and_says_nothing() {
    let bench = Bench::start().await;
    bench.printer.change_faults(|faults| faults.silent = true);
    bench.plug.write(&[vec![0x10, 4, 1], job("A012"), proof(*b"0001")].concat());
    wait("the ticket", || (bench.printer.tray().count() == 1).then_some(())).await;
    bench.printer.change_faults(|faults| faults.silent = false);
    bench.settled().await;
    assert!(bench.plug.peek().is_none(), "what it did not say, it never says");
    bench.world.sim.stop().await;
}

#[tokio::test]
async fn no_proof_is_a_printer_without_that_command() {
    let bench = Bench::start().await;
    bench.printer.change_faults(|faults| faults.no_proof = true);
    let answer = bench.plug.ask(&[job("A012"), proof(*b"0001"), b"\x1dr\x01".to_vec()].concat(), 1).await;
    assert_eq!(answer, [0], "only the paper sensors");
    assert_eq!(bench.numbers(), ["A012"]);
    bench.world.sim.stop().await;
}

#[tokio::test]
async fn a_jammed_cutter_holds_the_ticket_until_it_is_free() {
    let bench = Bench::start().await;
    bench.printer.change_faults(|faults| faults.cutter_jam = true);
    bench.plug.write(&[job("A012"), proof(*b"0001")].concat());
    assert_eq!(bench.plug.ask(&[0x10, 4, 3], 1).await, [0x1A]);
    assert_eq!(bench.printer.tray().count(), 0);
    bench.printer.change_faults(|faults| faults.cutter_jam = false);
    bench.plug.read(7).await;
    assert_eq!(bench.numbers(), ["A012"]);
    bench.world.sim.stop().await;
}

#[tokio::test]
async fn a_pulled_cable_in_the_middle_of_a_job_prints_nothing_twice() {
    let bench = Bench::start().await;
    bench.plug.write(b"\x1b@A012\n\x1dv0\x00\x48\x00\xff\x00\xff\xff");
    wait("the half job", || (bench.printer.traffic().0 >= 17).then_some(())).await;
    bench.printer.change_faults(|faults| faults.unplug = true);
    wait("the port to go", || (!bench.world.port("kiosk-1").exists()).then_some(())).await;
    bench.printer.change_faults(|faults| faults.unplug = false);
    wait("the port to come back", || bench.world.port("kiosk-1").exists().then_some(())).await;
    let again = Plug::open(&bench.world.port("kiosk-1"));
    again.ask(&[job("A013"), proof(*b"0002")].concat(), 7).await;
    let tickets = bench.printer.tray().all();
    assert_eq!(tickets.len(), 1);
    assert_eq!(tickets[0].view().lines, ["A012", "A013"], "one strip of paper: nothing cut it in between");
    bench.world.sim.stop().await;
}
