//! What is fuzzed: one function a decoder, for any bytes at all. cargo-fuzz calls them (`fuzz_targets/`), and an ordinary
//! test replays their seeds and random changes of them (`tests/tests/fuzz_seeds.rs`).
#![allow(dead_code, reason = "each program calls what it needs")]

use firmware_sim::escpos::{Parser, decode};
use firmware_sim::printer::{Mechanism, PrinterFaults, Step};
use lobby::devices::printer::{Replies, Reply, Sensors};

// The decoders of `counter` and what must hold of them stand beside their own tests.
#[path = "../../../crates/counter/tests/common/mod.rs"]
mod common;

#[path = "../../src/bodies.rs"]
mod http;

pub(crate) use http::bodies;

/// A decoder that takes any bytes.
pub(crate) type Target = fn(&[u8]);

/// Every target by the name of its program and of its seeds.
pub(crate) const TARGETS: [(&str, Target); 6] = [
    ("frames", frames),
    ("ff68", ff68),
    ("profile", profile),
    ("status", status),
    ("escpos", escpos),
    ("bodies", bodies),
];

/// Modbus at both ends of a line, displays included.
pub(crate) fn frames(bytes: &[u8]) {
    common::decoders::frames(bytes);
    common::decoders::displays_hear(bytes);
    common::decoders::hosts_hear(bytes);
}

/// Call boxes at both ends of a line.
pub(crate) fn ff68(bytes: &[u8]) {
    common::decoders::ff68(bytes);
    common::decoders::hosts_hear(bytes);
}

/// A file of a device's profile, and the templates in it.
pub(crate) fn profile(bytes: &[u8]) {
    common::decoders::profiles(bytes);
}

/// What a printer says: no byte is read twice, and after the noise ends the next answer is understood.
pub(crate) fn status(bytes: &[u8]) {
    let (mut replies, mut sensors, mut found) = (Replies::default(), Sensors::default(), 0);
    for byte in bytes {
        let Some(reply) = replies.push(*byte) else { continue };
        match reply {
            Reply::RealTime(byte) => (0..=5).for_each(|n| sensors.real_time(n, byte)),
            Reply::Automatic(status) => {
                sensors.automatic(status);
                found += 3;
            }
            Reply::Proof(_) => found += 6,
            Reply::Paper(_) => {}
        }
        found += 1;
    }
    assert!(found <= bytes.len(), "{found} bytes of replies were made of {}", bytes.len());
    let _ = sensors.blocked();
    replies.forget();
    assert_eq!(replies.push(0x12), Some(Reply::RealTime(0x12)), "what comes after the noise is understood");
}

/// What a printer is told: paper stays finite, a cable that was pulled leaves a printer that prints, and bytes that come in
/// pieces are the same bytes.
pub(crate) fn escpos(bytes: &[u8]) {
    for paper in decode(bytes) {
        assert!(paper.items.len() <= 4_096, "a paper without end");
        let _ = (paper.text_lines(), paper.qr_codes().len(), paper.is_copy());
    }
    let (mut whole, mut torn) = ((Parser::default(), Vec::new()), (Parser::default(), Vec::new()));
    for byte in bytes {
        whole.0.push(*byte, &mut whole.1);
    }
    for piece in bytes.chunks(3) {
        for byte in piece {
            torn.0.push(*byte, &mut torn.1);
        }
    }
    assert_eq!(whole.1, torn.1);

    let (mut printer, well) = (Mechanism::new(200), PrinterFaults::default());
    for piece in bytes.chunks(512) {
        let _ = printer.receive(piece, well);
        rest(&mut printer);
    }
    printer.link_lost();
    let _ = printer.receive(b"\x1b@A012\n\x1dVB\x00", well);
    let cut = rest(&mut printer);
    assert!(cut >= 1, "after any noise and a new plug a ticket comes out");
}

/// Lets a printer work until it rests; how many papers were cut.
fn rest(printer: &mut Mechanism) -> usize {
    let mut cut = 0;
    for _ in 0..100_000 {
        match printer.step(PrinterFaults::default()) {
            Step::Idle => return cut,
            Step::Cut(..) => cut += 1,
            Step::Move(_) | Step::Say(_) | Step::Afterwards(_) | Step::Present | Step::Retract => {}
        }
    }
    unreachable!("a printer works without end on a few hundred bytes")
}
