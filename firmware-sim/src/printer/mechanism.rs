//! The printer between its port and its paper: buffer, head, knife. No clock and no port: it says how long its
//! next movement takes and what it has to say.

use std::collections::VecDeque;
use std::time::Duration;

use super::faults::PrinterFaults;
use super::model::Model;
use crate::escpos::{Op, Page, Paper, Parser, StatusQuery};

/// Bytes that wait while the printer cannot print. Source: 4 KiB is the usual receive buffer of ticket printers.
pub const BUFFER: usize = 4096;
/// Dots per millimetre at 203 dots an inch.
const DOTS_PER_MM: u32 = 8;
/// Time of one cut.
const CUT: Duration = Duration::from_millis(120);
/// Most raw bytes kept of a ticket under way.
const MOST_BYTES: usize = 1 << 20;

/// What the printer does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Nothing: no bytes, or it cannot print.
    Idle,
    /// The paper or the knife moves for that long; ask again afterwards.
    Move(Duration),
    /// Bytes to the lobby.
    Say(Vec<u8>),
    /// A ticket was cut off.
    Cut(Paper, Vec<u8>),
    /// Bytes that came after the cut and belong to the ticket before it.
    Afterwards(Vec<u8>),
    /// The presenter holds the ticket out.
    Present,
    /// The presenter takes it back, if nobody has taken it.
    Retract,
}

/// What came in through the port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Arrival {
    Byte(u8),
    /// The cable was pulled here; a command that was under way is cut off.
    Torn,
}

/// Buffer, head and knife of one printer.
#[derive(Debug)]
pub struct Mechanism {
    buffer: VecDeque<Arrival>,
    parser: Parser,
    page: Page,
    ops: VecDeque<Op>,
    /// Raw bytes since the last cut.
    bytes: Vec<u8>,
    /// The last two bytes that arrived, to find `DLE EOT n` wherever it stands.
    tail: [u8; 2],
    /// Mask of `GS a`.
    automatic: u8,
    after: VecDeque<Step>,
    mm_per_s: u32,
    model: Model,
}

impl Mechanism {
    /// A printer that was just switched on and feeds `mm_per_s` millimetres a second.
    pub fn new(mm_per_s: u32) -> Self {
        Self::of(Model::default(), mm_per_s)
    }

    /// The same of a model that cannot do everything.
    pub fn of(model: Model, mm_per_s: u32) -> Self {
        let presenter = [(model.present.clone(), Op::Present), (model.retract.clone(), Op::Retract)];
        Self {
            buffer: VecDeque::with_capacity(BUFFER),
            parser: Parser::of(model.chinese, presenter.into_iter().filter(|(bytes, _)| !bytes.is_empty()).collect()),
            model,
            page: Page::default(),
            ops: VecDeque::new(),
            bytes: Vec::new(),
            tail: [0; 2],
            automatic: 0,
            after: VecDeque::new(),
            mm_per_s: mm_per_s.max(1),
        }
    }

    /// Bytes that still fit in the buffer.
    pub fn room(&self) -> usize {
        BUFFER.saturating_sub(self.buffer.len())
    }

    /// Mask of `GS a` in force; 0 is off.
    pub fn automatic(&self) -> u8 {
        self.automatic
    }

    /// Takes bytes from the port. The answers to every `DLE EOT n` among them come back at once, also when the
    /// buffer is not being printed and also when the three bytes stand inside a picture: printers do that.
    pub fn receive(&mut self, bytes: &[u8], faults: PrinterFaults) -> Vec<u8> {
        let mut answers = Vec::new();
        for byte in bytes {
            if self.tail == [0x10, 0x04] {
                answers.extend(self.model.answer(*byte, faults.real_time(*byte)));
            }
            self.tail = [self.tail[1], *byte];
        }
        self.buffer.extend(bytes.iter().copied().map(Arrival::Byte));
        answers
    }

    /// The cable was pulled and plugged again: a command that was cut off is forgotten, what came whole is printed.
    pub fn link_lost(&mut self) {
        if self.buffer.back() != Some(&Arrival::Torn) {
            self.buffer.push_back(Arrival::Torn);
        }
        self.tail = [0; 2];
    }

    /// Does the next thing. Call until [`Step::Idle`], waiting out every [`Step::Move`].
    pub fn step(&mut self, faults: PrinterFaults) -> Step {
        if let Some(step) = self.after.pop_front() {
            return step;
        }
        if faults.offline() || faults.stalled {
            return Step::Idle;
        }
        loop {
            while let Some(op) = self.ops.pop_front() {
                if let Some(step) = self.perform(&op, faults) {
                    return step;
                }
            }
            let byte = match self.buffer.pop_front() {
                Some(Arrival::Byte(byte)) => byte,
                Some(Arrival::Torn) => {
                    self.parser.reset_link();
                    continue;
                }
                None => return Step::Idle,
            };
            if self.bytes.len() < MOST_BYTES {
                self.bytes.push(byte);
            }
            let mut ops = Vec::new();
            self.parser.push(byte, &mut ops);
            self.ops.extend(ops);
        }
    }

    fn perform(&mut self, op: &Op, faults: PrinterFaults) -> Option<Step> {
        let dots = self.page.apply(op);
        match op {
            Op::Init => self.automatic = 0,
            Op::Cut { .. } => {
                self.after.push_back(Step::Cut(self.page.tear_off(), std::mem::take(&mut self.bytes)));
                return Some(Step::Move(self.feeding(dots) + CUT));
            }
            Op::Status(query) => {
                let say = self.answer(*query, faults);
                if op.is_query() && self.page.is_untouched() {
                    // It stands between two tickets, where it ends the earlier one.
                    self.after.extend(say.map(Step::Say));
                    return Some(Step::Afterwards(std::mem::take(&mut self.bytes)));
                }
                return say.map(Step::Say);
            }
            Op::Present | Op::Retract => {
                self.after.push_back(if *op == Op::Present { Step::Present } else { Step::Retract });
                return Some(Step::Afterwards(std::mem::take(&mut self.bytes)));
            }
            _ => {}
        }
        (dots > 0).then(|| Step::Move(self.feeding(dots)))
    }

    fn answer(&mut self, query: StatusQuery, faults: PrinterFaults) -> Option<Vec<u8>> {
        match query {
            StatusQuery::RealTime(_) => None, // answered when it arrived
            StatusQuery::Paper => Some(vec![faults.paper_sensors()]),
            StatusQuery::Proof(_) if faults.no_proof || !self.model.proves => None,
            StatusQuery::Automatic(_) if !self.model.pushes() => None,
            StatusQuery::Proof([d1, d2, d3, d4]) => Some(vec![0x37, 0x22, d1, d2, d3, d4, 0]),
            StatusQuery::Automatic(mask) => {
                self.automatic = mask;
                (mask != 0).then(|| faults.automatic().to_vec())
            }
        }
    }

    fn feeding(&self, dots: u32) -> Duration {
        Duration::from_secs(1) * dots / (self.mm_per_s * DOTS_PER_MM)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;
    use crate::printer::{PaperState, Says};

    /// What was said, what was cut with its bytes, and how long the paper moved.
    type Outcome = (Vec<u8>, Vec<(Paper, Vec<u8>)>, Duration);

    /// Lets the printer work until it rests.
    fn rest(printer: &mut Mechanism, faults: PrinterFaults) -> Outcome {
        let (mut said, mut cut, mut moved) = (Vec::new(), Vec::new(), Duration::ZERO);
        loop {
            match printer.step(faults) {
                Step::Idle => return (said, cut, moved),
                Step::Move(time) => moved += time,
                Step::Say(bytes) => said.extend(bytes),
                Step::Present | Step::Retract => {}
                Step::Cut(paper, bytes) => cut.push((paper, bytes)),
                Step::Afterwards(bytes) => {
                    if let Some((_, last)) = cut.last_mut() {
                        last.extend(bytes);
                    }
                }
            }
        }
    }

    const JOB: &[u8] = b"\x1b@A012\n\x1dVB\x00\x1d(H\x06\x0000abcd";

    #[test]
    fn proof_comes_after_the_paper_and_belongs_to_its_ticket() {
        let (mut printer, ok) = (Mechanism::new(200), PrinterFaults::default());
        assert_eq!(printer.receive(JOB, ok), b"");
        let (said, cut, moved) = rest(&mut printer, ok);
        assert_eq!(said, b"7\x22abcd\0");
        assert_eq!(cut.len(), 1);
        assert_eq!(cut[0].1, JOB, "every byte of the job");
        // 30 dots at 1600 dots a second, and the cut.
        assert_eq!(moved, Duration::from_micros(18_750) + CUT);
    }

    #[test]
    fn no_proof_is_silent_about_proof_only() {
        let (mut printer, dumb) = (Mechanism::new(200), PrinterFaults { no_proof: true, ..PrinterFaults::default() });
        printer.receive(JOB, dumb);
        printer.receive(b"\x1dr\x01", dumb);
        let (said, cut, _) = rest(&mut printer, dumb);
        assert_eq!((said.as_slice(), cut.len()), (&[0][..], 1));
    }

    #[test]
    fn paper_out_keeps_bytes_and_goes_on_after_repair() {
        let mut printer = Mechanism::new(200);
        let out = PrinterFaults { paper: PaperState::Out, ..PrinterFaults::default() };
        printer.receive(JOB, out);
        assert_eq!(printer.step(out), Step::Idle);
        assert_eq!(printer.room(), BUFFER - JOB.len());
        assert_eq!(printer.receive(&[0x10, 4, 4], out), [0x7E], "real-time status answers all the same");
        let (_, cut, _) = rest(&mut printer, PrinterFaults::default());
        assert_eq!(cut[0].0.text_lines(), ["A012"]);
        assert_eq!(printer.room(), BUFFER);
    }

    #[test]
    fn automatic_status_starts_with_the_state_and_ends_with_init() {
        let (mut printer, ok) = (Mechanism::new(200), PrinterFaults::default());
        printer.receive(&[0x1D, b'a', 0x0E], ok);
        assert_eq!(rest(&mut printer, ok).0, [0x10, 0, 0, 0]);
        assert_eq!(printer.automatic(), 0x0E);
        printer.receive(b"\x1b@", ok);
        rest(&mut printer, ok);
        assert_eq!(printer.automatic(), 0);
    }

    #[test]
    fn a_model_answers_what_it_can_and_obeys_its_own_commands() {
        let ok = PrinterFaults::default();
        let half = Model { says: Says::Half, answers: vec![1, 4], proves: false, ..Model::default() };
        let mut printer = Mechanism::of(half, 200);
        let asked = [[0x10, 4, 1], [0x10, 4, 2], [0x10, 4, 3], [0x10, 4, 4]].concat();
        assert_eq!(printer.receive(&asked, ok), [0x12, 0x12]);
        printer.receive(&[JOB, b"\x1da\x0e\x1dr\x01"].concat(), ok);
        assert_eq!(rest(&mut printer, ok).0, [0], "no proof, no automatic status; the paper sensors answer");

        let mut presenter = Mechanism::of(
            Model { present: vec![0x1D, 0x65, 3, 12], retract: vec![0x1D, 0x65, 2], ..Model::default() },
            200,
        );
        presenter.receive(b"\x1b@A012\n\x1dVB\x00\x1de\x03\x0c\x1de\x02", ok);
        let mut steps = Vec::new();
        loop {
            match presenter.step(ok) {
                Step::Idle => break,
                Step::Cut(paper, _) => steps.push(format!("cut {} unknown", paper.unknown)),
                Step::Present => steps.push("present".to_owned()),
                Step::Retract => steps.push("retract".to_owned()),
                _ => {}
            }
        }
        assert_eq!(steps, ["cut 0 unknown", "present", "retract"]);
    }

    #[test]
    fn a_pulled_cable_forgets_half_a_command_only() {
        let (mut printer, ok) = (Mechanism::new(200), PrinterFaults::default());
        for busy in [false, true] {
            printer.receive(b"A012\n\x1dv0\0\x48\0\xff\0half a picture", ok);
            if !busy {
                rest(&mut printer, ok);
            }
            printer.link_lost();
            printer.receive(b"\x1b@A013\n\x1dV\x01", ok);
            let (_, cut, _) = rest(&mut printer, ok);
            assert_eq!(cut[0].0.text_lines(), ["A012", "A013"], "busy while it was pulled: {busy}");
        }
    }
}
