//! The printer task against a scripted printer in memory: what a simulated one does too seldom or too politely.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use lobby::devices::printer::{
    BoxFuture, LogRefused, PrintLog, PrintOrder, PrinterSetup, PrinterState, PrinterStatus, Profile, Proof,
    TicketPaper, Timing, run,
};
use queue_core::{JobId, PrintOutcome};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use wires::port::{Opening, Port, PortOpener, PortSettings};

const PATIENCE: Duration = Duration::from_secs(30);
const CUT: [u8; 4] = [0x1D, 0x56, 0x42, 0x00];

/// Hands each connection's far end to the test. What is not read after 64 bytes stays with the writer.
struct Plugs(mpsc::UnboundedSender<DuplexStream>);

impl PortOpener for Plugs {
    fn open<'a>(&'a self, _: &'a PortSettings) -> Opening<'a> {
        Box::pin(async {
            let (ours, theirs) = duplex(64);
            self.0.send(theirs).unwrap();
            let (reader, writer) = tokio::io::split(ours);
            Ok(Port { reader: Box::new(reader), writer: Box::new(writer) })
        })
    }
}

/// Remembers how jobs ended.
struct Book(mpsc::UnboundedSender<(u64, PrintOutcome)>);

impl PrintLog for Book {
    fn started(&self, _: JobId) -> BoxFuture<'_, Result<(), LogRefused>> {
        Box::pin(async { Ok(()) })
    }

    fn ended(&self, job: JobId, outcome: PrintOutcome) -> BoxFuture<'_, ()> {
        self.0.send((job.0, outcome)).unwrap();
        Box::pin(async {})
    }
}

/// A printer that does what its test says.
struct Fake {
    end: DuplexStream,
    /// Everything that came since the last look.
    heard: Vec<u8>,
}

impl Fake {
    /// The next byte; questions in real time are not heard but answered with "all well".
    async fn byte(&mut self) -> u8 {
        let byte = timeout(PATIENCE, self.end.read_u8()).await.expect("the lobby says something").unwrap();
        self.heard.push(byte);
        if let [.., 0x10, 0x04, 1..=4] = self.heard.as_slice() {
            self.heard.truncate(self.heard.len() - 3);
            self.say(&[0x12]).await;
        }
        byte
    }

    /// Reads until what was heard ends so, and gives it.
    async fn until(&mut self, end: &[u8]) -> Vec<u8> {
        while !self.heard.ends_with(end) {
            self.byte().await;
        }
        std::mem::take(&mut self.heard)
    }

    async fn say(&mut self, bytes: &[u8]) {
        self.end.write_all(bytes).await.unwrap();
    }
}

struct Bench {
    plugs: mpsc::UnboundedReceiver<DuplexStream>,
    orders: mpsc::Sender<PrintOrder>,
    ends: mpsc::UnboundedReceiver<(u64, PrintOutcome)>,
    status: watch::Receiver<PrinterStatus>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Bench {
    fn start(proof: Proof, timing: Timing) -> Bench {
        let profile = Profile { proof, ..Profile::load("escpos-80", Path::new("")).unwrap() };
        let port = PortSettings { name: "fake".to_owned(), baud: 9_600, even_parity: false };
        let setup = PrinterSetup { timing, ..PrinterSetup::new("kiosk-1", port, profile) };
        let (orders, jobs) = mpsc::channel(8);
        let (open, plugs) = mpsc::unbounded_channel();
        let (end, ends) = mpsc::unbounded_channel();
        let (tell, status) = watch::channel(PrinterStatus::default());
        let stop = CancellationToken::new();
        let task = tokio::spawn(run(setup, Arc::new(Plugs(open)), jobs, Arc::new(Book(end)), tell, stop.clone()));
        Bench { plugs, orders, ends, status, stop, task }
    }

    async fn plug(&mut self) -> Fake {
        let end = timeout(PATIENCE, self.plugs.recv()).await.expect("the port is opened").unwrap();
        Fake { end, heard: Vec::new() }
    }

    async fn order(&self, job: u64) {
        let paper = TicketPaper { number: format!("A{job:03}"), ..TicketPaper::default() };
        self.orders.send(PrintOrder { job: JobId(job), paper }).await.unwrap();
    }

    async fn ended(&mut self) -> (u64, PrintOutcome) {
        timeout(PATIENCE, self.ends.recv()).await.expect("the job ends").unwrap()
    }

    async fn finish(self) {
        self.stop.cancel();
        timeout(PATIENCE, self.task).await.expect("the task ends").unwrap();
    }
}

fn uncertain(job: u64, cause: &str) -> (u64, PrintOutcome) {
    (job, PrintOutcome::Uncertain { cause: cause.to_owned() })
}

/// No questions but those on connecting, so that the script is exact.
fn calm() -> Timing {
    Timing { poll: PATIENCE, ..Timing::default() }
}

#[tokio::test]
async fn half_a_ticket_is_cut_off_before_the_next_connection_is_used() {
    let mut bench = Bench::start(Proof::GsH, calm());
    let mut fake = bench.plug().await;
    let greeting = fake.until(&[0x1D, 0x61, 0x0E]).await;
    assert_eq!(greeting, [0x1B, 0x40, 0x1C, 0x26, 0x1D, 0x61, 0x0E], "init, Chinese, automatic status");
    bench.order(1).await;
    fake.until(b"A001").await;
    drop(fake);
    assert_eq!(bench.ended().await, uncertain(1, "unplugged"));

    let mut fake = bench.plug().await;
    let greeting = fake.until(&CUT).await;
    assert_eq!(greeting.len(), 11, "greeted, then cut: {greeting:02X?}");
    bench.order(2).await;
    let job = fake.until(b"\x1D(H\x06\x0000@@@B").await;
    assert!(!job.windows(4).any(|bytes| bytes == b"A001"), "never twice by itself");
    fake.say(&[0x37, 0x22, b'@', b'@', b'@', b'A', 0]).await; // of another job: proves nothing
    fake.say(&[0x37, 0x22, b'@', b'@', b'@', b'B', 0]).await;
    let answering = tokio::spawn(async move {
        loop {
            fake.byte().await;
        }
    });
    assert_eq!(bench.ended().await, (2, PrintOutcome::Printed));
    answering.abort();
    bench.finish().await;
}

#[tokio::test]
async fn answers_that_come_too_late_are_not_taken_for_others() {
    let quick = Duration::from_millis(50);
    let mut bench = Bench::start(Proof::GsH, Timing { poll: quick, answer: quick, ..Timing::default() });
    let mut states = bench.status.clone();
    let seen = tokio::spawn(async move {
        let mut seen = Vec::new();
        while states.changed().await.is_ok() {
            seen.push(states.borrow_and_update().state);
        }
        seen
    });
    let mut fake = bench.plug().await;
    let mut questions = 0;
    while questions < 3 {
        // Read without answering.
        let byte = timeout(PATIENCE, fake.end.read_u8()).await.unwrap().unwrap();
        fake.heard.push(byte);
        questions += usize::from(fake.heard.ends_with(&[0x10, 0x04, 1]));
    }
    fake.heard.clear();
    // b2 of answer 1 is the drawer's pin; in answer 2 the same bit is the open cover, in answer 3 an error.
    fake.say(&[0x16, 0x16, 0x16]).await;
    let answering = tokio::spawn(async move {
        loop {
            fake.byte().await;
        }
    });
    timeout(PATIENCE, bench.status.wait_for(|status| status.state == PrinterState::Ok)).await.unwrap().unwrap();
    answering.abort();
    bench.finish().await;
    let seen = timeout(PATIENCE, seen).await.unwrap().unwrap();
    assert!(!seen.contains(&PrinterState::CoverOpen) && !seen.contains(&PrinterState::Error), "{seen:?}");
}

#[tokio::test]
async fn a_printer_that_stops_taking_bytes_is_given_up_and_opened_afresh() {
    let mut bench = Bench::start(Proof::GsH, Timing { write: Duration::from_millis(200), ..calm() });
    let mut fake = bench.plug().await;
    fake.until(&[0x1D, 0x61, 0x0E]).await;
    bench.order(1).await;
    fake.until(&[0x1B, 0x40]).await; // the first bytes of the job, and no more
    assert_eq!(bench.ended().await, uncertain(1, "stalled"));
    let mut again = bench.plug().await;
    again.until(&CUT).await;
    drop((fake, again));
    bench.finish().await;
}

#[tokio::test]
async fn the_weaker_proof_is_asked_alone_where_the_profile_says_so() {
    let mut bench = Bench::start(Proof::GsR, calm());
    let mut fake = bench.plug().await;
    fake.until(&[0x1D, 0x61, 0x0E]).await;
    bench.order(1).await;
    let job = fake.until(&[0x1D, 0x72, 0x01]).await;
    assert!(!job.windows(3).any(|bytes| bytes == b"\x1D(H"), "the printer would print it");
    assert!(job.ends_with(&[&CUT[..], &[0x1D, 0x72, 0x01]].concat()));
    fake.say(&[0x00]).await;
    assert_eq!(bench.ended().await, (1, PrintOutcome::Printed));
    drop(fake);
    bench.finish().await;
}

#[tokio::test]
async fn stopping_in_the_middle_of_a_ticket_leaves_it_uncertain() {
    let mut bench = Bench::start(Proof::GsH, Timing { stop: Duration::from_millis(100), ..calm() });
    let mut fake = bench.plug().await;
    fake.until(&[0x1D, 0x61, 0x0E]).await;
    bench.order(1).await;
    fake.until(b"\x1D(H\x06\x0000@@@A").await;
    bench.stop.cancel();
    assert_eq!(bench.ended().await, uncertain(1, "stopped"));
    bench.finish().await;
}

#[tokio::test]
async fn a_printer_that_hangs_in_the_middle_of_a_ticket_is_told_before_the_ticket_is_given_up() {
    let quick = Duration::from_millis(50);
    let timing = Timing { poll: quick, answer: quick, proof: PATIENCE, ..Timing::default() };
    let mut bench = Bench::start(Proof::GsH, timing);
    let mut fake = bench.plug().await;
    bench.order(1).await;
    fake.until(b"\x1D(H\x06\x0000@@@A").await; // and not a word any more
    timeout(PATIENCE, bench.status.wait_for(|status| status.state == PrinterState::Offline)).await.unwrap().unwrap();
    assert!(bench.ends.try_recv().is_err(), "its ticket may still come");
    fake.say(&[0x37, 0x22, b'@', b'@', b'@', b'A', 0]).await;
    assert_eq!(bench.ended().await, (1, PrintOutcome::Printed));
    drop(fake);
    bench.finish().await;
}
