//! What a printer says, byte by byte, and what it means for the people at it.
//!
//! Source of every bit: Epson ESC/POS reference, `DLE EOT`, `GS a`, `GS r`, `GS ( H`; fixed bits tell the replies
//! apart, so that a lost or unasked byte costs one reply and not the stream.

use super::profile::Profile;
use super::typeface::NO_FONT;
use serde::Serialize;

/// One reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Answer to `DLE EOT n`; which n is known by who asked. `0xx1xx10`.
    RealTime(u8),
    /// Automatic status. `0xx1xx00`, then three of `0xx0xxxx`.
    Automatic([u8; 4]),
    /// Answer to `GS r 1`. `0xx0xxxx`.
    Paper(u8),
    /// `37 22 d1–d4 00`: the paper of the job with these digits is out.
    Proof([u8; 4]),
}

/// Flow control; may stand anywhere, also inside an automatic status, and means nothing here.
const XON: u8 = 0x11;
const XOFF: u8 = 0x13;
/// First byte of a proof.
const PROOF: u8 = 0x37;

/// Cuts the stream of a printer into replies. Any bytes whatever are allowed; noise is skipped.
#[derive(Debug, Default)]
pub struct Replies {
    /// The beginning of a reply of several bytes.
    partial: Vec<u8>,
}

impl Replies {
    /// Takes a byte; answers the reply that it ends, if any.
    pub fn push(&mut self, byte: u8) -> Option<Reply> {
        if byte == XON || byte == XOFF {
            return None;
        }
        if !self.continues(byte) {
            // The reply was torn: what there is of it is lost, and the byte begins something new.
            self.partial.clear();
        }
        if !self.partial.is_empty() || byte == PROOF || byte & 0x93 == 0x10 {
            self.partial.push(byte);
            return self.complete();
        }
        match byte {
            byte if byte & 0x93 == 0x12 => Some(Reply::RealTime(byte)),
            byte if byte & 0x90 == 0x00 => Some(Reply::Paper(byte)),
            _ => None,
        }
    }

    /// Forgets the beginning of a reply whose rest did not come.
    pub fn forget(&mut self) {
        self.partial.clear();
    }

    /// Whether a byte that ended no reply is none of one either.
    pub(super) fn is_noise(&self, byte: u8) -> bool {
        self.partial.is_empty() && byte != XON && byte != XOFF
    }

    fn continues(&self, byte: u8) -> bool {
        match (self.partial.first(), self.partial.len()) {
            (None, _) => true,
            (Some(&PROOF), 1) => byte == 0x22,
            (Some(&PROOF), 2..=5) => byte & 0xD0 == 0x40, // see `digits`
            (Some(&PROOF), _) => byte == 0,
            (Some(_), _) => byte & 0x90 == 0,
        }
    }

    fn complete(&mut self) -> Option<Reply> {
        let reply = match *self.partial.as_slice() {
            [PROOF, _, d1, d2, d3, d4, _] => Reply::Proof([d1, d2, d3, d4]),
            [PROOF, ..] => return None,
            [b1, b2, b3, b4] => Reply::Automatic([b1, b2, b3, b4]),
            _ => return None,
        };
        self.partial.clear();
        Some(reply)
    }
}

/// The digits by which a printer names a job in its proof: the lower 20 bits of its id, five a digit.
///
/// The digits are of the form `01x0xxxx`: allowed (20h–7Eh), and if a proof is torn on the wire its rest cannot be
/// taken for a status.
pub fn digits(job: queue_core::JobId) -> [u8; 4] {
    [15, 10, 5, 0].map(|shift| {
        let five = u8::try_from(job.0 >> shift & 0x1F).unwrap_or_default();
        0x40 | five & 0x0F | (five & 0x10) << 1
    })
}

/// What the sensors said last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // each is a sensor of its own
pub struct Sensors {
    /// Says itself that it is offline.
    pub offline: bool,
    /// Cover open.
    pub cover_open: bool,
    /// No paper.
    pub paper_out: bool,
    /// The roll is nearly used up.
    pub paper_low: bool,
    /// The knife is stuck.
    pub cutter: bool,
    /// An error that a person or the mains switch must end.
    pub error: bool,
}

impl Sensors {
    /// Whether the bits of an answer to `DLE EOT n` can be: the paper sensors have two bits each that say the same.
    pub fn possible(n: u8, byte: u8) -> bool {
        n != 4 || (byte >> 2 & 1 == byte >> 3 & 1 && byte >> 5 & 1 == byte >> 6 & 1)
    }

    /// Books the answer to `DLE EOT n`; another n than 1–4 changes nothing.
    pub fn real_time(&mut self, n: u8, byte: u8) {
        let bit = |place: u8| byte >> place & 1 == 1;
        match n {
            1 => self.offline = bit(3),
            // b6 says only that there is an error; 3 says which.
            2 => {
                self.cover_open = bit(2);
                self.error = bit(6);
            }
            3 => {
                self.cutter = bit(3);
                self.error = bit(2) || bit(5) || (self.error && !bit(3));
            }
            4 => {
                self.paper_low = bit(2) || bit(3);
                self.paper_out = bit(5) || bit(6);
            }
            _ => {}
        }
    }

    /// Books an automatic status.
    pub fn automatic(&mut self, bytes: [u8; 4]) {
        let bit = |byte: usize, place: u8| bytes[byte] >> place & 1 == 1;
        *self = Sensors {
            offline: bit(0, 3),
            cover_open: bit(0, 5),
            cutter: bit(1, 3),
            error: bit(1, 5),
            paper_low: bit(2, 0) || bit(2, 1),
            paper_out: bit(2, 2) || bit(2, 3),
        };
    }

    /// Whether the printer waits for a person before it prints on.
    pub fn blocked(&self) -> bool {
        self.offline || self.cover_open || self.paper_out || self.cutter || self.error
    }

    /// The state that they add up to; the first thing that a person has to do something about.
    pub fn state(&self, profile: &Profile) -> PrinterState {
        match self {
            Sensors { cover_open: true, .. } => PrinterState::CoverOpen,
            Sensors { paper_out: true, .. } => PrinterState::PaperOut,
            Sensors { cutter: true, .. } => PrinterState::Cutter,
            Sensors { error: true, .. } => PrinterState::Error,
            Sensors { offline: true, .. } => PrinterState::Offline,
            Sensors { paper_low: true, .. } if profile.near_end => PrinterState::PaperLow,
            _ => PrinterState::Ok,
        }
    }
}

/// How a printer is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PrinterState {
    /// Not looked at yet.
    #[default]
    Starting,
    /// Prints.
    Ok,
    /// Prints; the roll is nearly used up.
    PaperLow,
    /// Prints as far as anybody knows: the model says nothing about itself.
    Silent,
    /// Prints in English: no font with Chinese characters is installed to draw its tickets with.
    NoFont,
    /// Prints; it is another model than its profile says.
    WrongProfile,
    /// No paper.
    PaperOut,
    /// Cover open.
    CoverOpen,
    /// The knife is stuck.
    Cutter,
    /// Another error.
    Error,
    /// Says that it is offline, or does not answer.
    Offline,
    /// Its port is gone.
    Unplugged,
}

impl PrinterState {
    /// Its name in JSON and as the cause of a failed job.
    pub fn name(self) -> &'static str {
        match self {
            PrinterState::Starting => "starting",
            PrinterState::Ok => "ok",
            PrinterState::PaperLow => "paper_low",
            PrinterState::Silent => "silent",
            PrinterState::NoFont => "no_font",
            PrinterState::WrongProfile => "wrong_profile",
            PrinterState::PaperOut => "paper_out",
            PrinterState::CoverOpen => "cover_open",
            PrinterState::Cutter => "cutter",
            PrinterState::Error => "error",
            PrinterState::Offline => "offline",
            PrinterState::Unplugged => "unplugged",
        }
    }

    /// Whether a job may be sent now.
    pub fn prints(self) -> bool {
        use PrinterState::{NoFont, Ok, PaperLow, Silent, WrongProfile};
        matches!(self, Ok | PaperLow | Silent | NoFont | WrongProfile)
    }

    /// What is the matter, for staff; nothing when all is well.
    pub fn cause(self) -> Option<&'static str> {
        Some(match self {
            PrinterState::Ok | PrinterState::Starting => return None,
            PrinterState::PaperLow => "the roll is nearly used up",
            PrinterState::Silent => "this model does not report its state; nobody is told when it stops",
            PrinterState::NoFont => NO_FONT,
            PrinterState::WrongProfile => "it is another model than its profile says",
            PrinterState::PaperOut => "no paper",
            PrinterState::CoverOpen => "the cover is open",
            PrinterState::Cutter => "the cutter is stuck",
            PrinterState::Error => "the printer reports an error",
            PrinterState::Offline => "the printer does not answer or is switched offline",
            PrinterState::Unplugged => "the printer's port is gone",
        })
    }

    /// What to do about it, for staff.
    pub fn remedy(self) -> Option<&'static str> {
        Some(match self {
            PrinterState::Ok | PrinterState::Starting | PrinterState::Silent => return None,
            PrinterState::PaperLow => "have a new roll ready",
            PrinterState::NoFont => "install the package fonts-noto-cjk",
            PrinterState::WrongProfile => "write the right profile in the branch's file",
            PrinterState::PaperOut => "put in a new roll and close the cover",
            PrinterState::CoverOpen => "close the cover until it clicks",
            PrinterState::Cutter => "switch off, free the cutter, switch on",
            PrinterState::Error => "switch the printer off and on; if it stays, call service",
            PrinterState::Offline => "see that the printer is switched on and its feed light is steady",
            PrinterState::Unplugged => "see that cable and mains are plugged in at the printer and at the computer",
        })
    }
}

/// How a printer is, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrinterStatus {
    /// How.
    pub state: PrinterState,
    /// Why, as a sentence for staff; nothing when all is well.
    pub cause: Option<String>,
}

impl From<PrinterState> for PrinterStatus {
    fn from(state: PrinterState) -> PrinterStatus {
        PrinterStatus { state, cause: state.cause().map(str::to_owned) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use queue_core::JobId;

    fn replies(bytes: &[u8]) -> Vec<Reply> {
        let mut parser = Replies::default();
        bytes.iter().filter_map(|byte| parser.push(*byte)).collect()
    }

    #[test]
    fn replies_are_told_apart_by_their_fixed_bits() {
        let all = [0x12, 0x18, 0x20, 0x0C, 0x00, 0x0F, 0x37, 0x22, b'A', b'B', b'C', b'D', 0, 0x7E];
        assert_eq!(
            replies(&all),
            [
                Reply::RealTime(0x12),
                Reply::Automatic([0x18, 0x20, 0x0C, 0]),
                Reply::Paper(0x0F),
                Reply::Proof(*b"ABCD"),
                Reply::RealTime(0x7E)
            ]
        );
    }

    #[test]
    fn flow_control_may_stand_inside_an_automatic_status() {
        assert_eq!(replies(&[XOFF, 0x10, XON, 0, XOFF, 0x03, XON, 0]), [Reply::Automatic([0x10, 0, 3, 0])]);
    }

    #[test]
    fn a_torn_reply_costs_itself_only() {
        let proof = [0x37, 0x22, b'A', b'B'];
        assert_eq!(replies(&[&proof[..], &[0x12]].concat()), [Reply::RealTime(0x12)]);
        assert_eq!(replies(&[&proof[..], &[0x10, 0, 0, 0]].concat()), [Reply::Automatic([0x10, 0, 0, 0])]);
        assert_eq!(replies(&[0x10, 0x00, 0x10, 0, 0, 0]), [Reply::Automatic([0x10, 0, 0, 0])]);
        assert_eq!(replies(&[0xFF, 0x80, 0x91, 0x12]), [Reply::RealTime(0x12)]);
    }

    #[test]
    fn proofs_name_their_job() {
        assert_eq!(digits(JobId(0)), *b"@@@@");
        assert_eq!(digits(JobId(0xF_FFFF)), *b"oooo");
        assert_eq!(digits(JobId(37)), [b'@', b'@', b'A', b'E']);
        assert_ne!(digits(JobId(15)), digits(JobId(16)));
    }

    #[test]
    fn real_time_and_automatic_status_agree() {
        // Paper out, cover open, cutter stuck, roll nearly used up: as DLE EOT 1–4 and as pushed.
        let cases: [([u8; 4], [u8; 4], PrinterState); 5] = [
            ([0x1A, 0x32, 0x12, 0x7E], [0x18, 0, 0x0F, 0], PrinterState::PaperOut),
            ([0x1A, 0x16, 0x12, 0x12], [0x38, 0, 0, 0], PrinterState::CoverOpen),
            ([0x1A, 0x52, 0x1A, 0x12], [0x18, 0x08, 0, 0], PrinterState::Cutter),
            ([0x12, 0x12, 0x12, 0x1E], [0x10, 0, 0x03, 0], PrinterState::PaperLow),
            ([0x1A, 0x52, 0x32, 0x12], [0x18, 0x20, 0, 0], PrinterState::Error),
        ];
        let profile = Profile::load("escpos-80", std::path::Path::new("")).unwrap_or_else(|_| unreachable!());
        for (asked, pushed, state) in cases {
            let (mut one, mut other) = (Sensors::default(), Sensors::default());
            for (n, byte) in (1..).zip(asked) {
                one.real_time(n, byte);
            }
            other.automatic(pushed);
            assert_eq!((one, one.state(&profile)), (other, state));
            assert_eq!(one.blocked(), !state.prints());
            for n in 1..=4 {
                one.real_time(n, 0x12);
            }
            assert_eq!(one, Sensors::default(), "repaired");
        }
        let blind = Profile { near_end: false, ..profile };
        assert_eq!(Sensors { paper_low: true, ..Sensors::default() }.state(&blind), PrinterState::Ok);
    }

    proptest! {
        /// Whatever came before, a whole proof that follows silence or a status is heard.
        #[test]
        fn noise_never_hides_the_next_proof(noise in prop::collection::vec(any::<u8>(), 0..200), job in any::<u64>()) {
            let mut parser = Replies::default();
            for byte in noise {
                parser.push(byte);
            }
            let d = digits(JobId(job));
            let heard: Vec<Reply> =
                [0x37, 0x22, d[0], d[1], d[2], d[3], 0].iter().filter_map(|byte| parser.push(*byte)).collect();
            prop_assert_eq!(heard, vec![Reply::Proof(d)]);
        }

        /// A parser keeps at most the beginning of one reply.
        #[test]
        fn noise_is_not_hoarded(noise in prop::collection::vec(any::<u8>(), 0..2000)) {
            let mut parser = Replies::default();
            for byte in noise {
                parser.push(byte);
                prop_assert!(parser.partial.len() < 7);
            }
        }
    }
}
