//! What can be wrong with a printer, and the status bytes that tell of it.

use serde::Serialize;

/// Paper left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PaperState {
    /// Enough.
    #[default]
    Ok,
    /// The near-end sensor sees the end of the roll; printing goes on.
    Low,
    /// None: the printer is offline.
    Out,
}

/// Everything a person can do wrong or break at a printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[allow(clippy::struct_excessive_bools)] // each is a lever of its own
pub struct PrinterFaults {
    /// Paper left.
    pub paper: PaperState,
    /// The cover stands open: offline.
    pub cover_open: bool,
    /// The knife is stuck: offline.
    pub cutter_jam: bool,
    /// Takes no byte and says nothing, as if hung.
    pub stalled: bool,
    /// Prints but never says anything.
    pub silent: bool,
    /// The cable is out: the port is gone.
    pub unplug: bool,
    /// Never answers the request for a proof of print.
    pub no_proof: bool,
}

impl PrinterFaults {
    /// Whether the printer has stopped printing by itself and says so.
    pub fn offline(&self) -> bool {
        self.paper == PaperState::Out || self.cover_open || self.cutter_jam
    }

    /// The answer to `DLE EOT n`, with the fixed bits `0xx1xx10`; none for an `n` outside 1–4.
    ///
    /// Source: Epson ESC/POS reference, DLE EOT.
    pub fn real_time(&self, n: u8) -> Option<u8> {
        let (out, low) = (self.paper == PaperState::Out, self.paper != PaperState::Ok);
        let varying = match n {
            1 => bit(3, self.offline()),
            2 => bit(2, self.cover_open) | bit(5, out) | bit(6, self.cutter_jam),
            3 => bit(3, self.cutter_jam),
            4 => bit(2, low) | bit(3, low) | bit(5, out) | bit(6, out),
            _ => return None,
        };
        Some(0b0001_0010 | varying)
    }

    /// The four bytes of automatic status: the first `0xx1xx00`, the others `0xx0xxxx`.
    ///
    /// Source: Epson ESC/POS reference, GS a.
    pub fn automatic(&self) -> [u8; 4] {
        let first = 0b0001_0000 | bit(3, self.offline()) | bit(5, self.cover_open);
        [first, bit(3, self.cutter_jam), self.paper_sensors(), 0]
    }

    /// The answer to `GS r 1`: b0+1 near the end, b2+3 out.
    pub fn paper_sensors(&self) -> u8 {
        let (out, low) = (self.paper == PaperState::Out, self.paper != PaperState::Ok);
        bit(0, low) | bit(1, low) | bit(2, out) | bit(3, out)
    }

    /// Whether going from `before` to this is worth a push under the mask of `GS a`: b1 online or offline, b2
    /// errors, b3 paper.
    pub fn pushes(&self, before: &Self, mask: u8) -> bool {
        let (now, then) = (self.automatic(), before.automatic());
        (0..3).any(|byte| mask & 2 << byte != 0 && now[byte] != then[byte])
    }
}

fn bit(place: u8, on: bool) -> u8 {
    u8::from(on) << place
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ok() -> PrinterFaults {
        PrinterFaults::default()
    }

    /// Every state of the levers that status shows.
    fn every() -> Vec<PrinterFaults> {
        let mut all = Vec::new();
        for paper in [PaperState::Ok, PaperState::Low, PaperState::Out] {
            for bits in 0..4 {
                all.push(PrinterFaults { paper, cover_open: bits & 1 != 0, cutter_jam: bits & 2 != 0, ..ok() });
            }
        }
        all
    }

    #[test]
    fn fixed_bits_tell_replies_apart() {
        for faults in every() {
            for n in 1..=4 {
                let byte = faults.real_time(n).unwrap_or_default();
                assert_eq!(byte & 0b1001_0011, 0b0001_0010, "DLE EOT {n} {faults:?}");
            }
            let automatic = faults.automatic();
            assert_eq!(automatic[0] & 0b1001_0011, 0b0001_0000, "{faults:?}");
            assert!(automatic[1..].iter().all(|byte| byte & 0b1001_0000 == 0), "{faults:?}");
            assert_eq!(faults.paper_sensors() & 0b1001_0000, 0);
        }
        assert_eq!(ok().real_time(0), None);
        assert_eq!(ok().real_time(5), None);
    }

    #[test]
    fn bits_are_those_of_the_manual() {
        let out = PrinterFaults { paper: PaperState::Out, ..ok() };
        let open = PrinterFaults { cover_open: true, ..ok() };
        let jam = PrinterFaults { cutter_jam: true, ..ok() };
        let low = PrinterFaults { paper: PaperState::Low, ..ok() };
        let four = |faults: PrinterFaults| [1, 2, 3, 4].map(|n| faults.real_time(n).unwrap_or_default());
        assert_eq!(four(ok()), [0x12, 0x12, 0x12, 0x12]);
        assert_eq!(four(out), [0x1A, 0x32, 0x12, 0x7E]);
        assert_eq!(four(open), [0x1A, 0x16, 0x12, 0x12]);
        assert_eq!(four(jam), [0x1A, 0x52, 0x1A, 0x12]);
        assert_eq!(four(low), [0x12, 0x12, 0x12, 0x1E]);
        assert_eq!(out.automatic(), [0x18, 0, 0x0F, 0]);
        assert_eq!(open.automatic(), [0x38, 0, 0, 0]);
        assert_eq!(jam.automatic(), [0x18, 0x08, 0, 0]);
        assert_eq!(low.automatic(), [0x10, 0, 0x03, 0]);
    }

    #[test]
    fn only_enabled_changes_are_pushed() {
        let low = PrinterFaults { paper: PaperState::Low, ..ok() };
        assert!(low.pushes(&ok(), 0x0E));
        assert!(low.pushes(&ok(), 0x08));
        assert!(!low.pushes(&ok(), 0x06));
        assert!(!low.pushes(&ok(), 0));
        assert!(!low.pushes(&low, 0x0E));
        let silent = PrinterFaults { silent: true, ..ok() };
        assert!(!silent.pushes(&ok(), 0x0E));
    }
}
