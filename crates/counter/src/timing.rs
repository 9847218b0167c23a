//! How long things take on the wire, and how many units a line can carry.

use std::time::Duration;

use crate::frame::Ask;
use crate::poller::{POLL_EVERY, REREAD};
use crate::registers::holding;

/// Bits of a character on the wire: start, eight data, parity or a second stop bit, stop.
/// Source: Modbus over Serial Line V1.02, 2.5.1. Reckoned also for 8N1, which is a bit shorter.
pub const CHARACTER_BITS: u32 = 11;
/// Time that a unit takes from the end of a request to the start of its reply.
pub const TURNAROUND: Duration = Duration::from_millis(1);
/// How much later than the wire time a reply may come: the latency timer of a USB adapter (16 ms) and a busy host.
pub const GRACE: Duration = Duration::from_millis(30);

/// A speed at which no line runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BaudError {
    /// 0 bits per second.
    #[error("0 baud is no speed: write 9600, 19200, 38400, 57600 or 115200")]
    Zero,
}

/// Silence that ends a frame at `baud` bits per second.
///
/// 3.5 characters of 11 bits, so 4.01 ms at 9 600; fixed at 1.75 ms above 19 200.
/// Source: Modbus over Serial Line V1.02, 2.5.1.1.
///
/// # Errors
/// [`BaudError::Zero`] when `baud` is 0; nothing else fails.
pub fn frame_gap(baud: u32) -> Result<Duration, BaudError> {
    LineTiming::new(baud).map(LineTiming::gap)
}

/// The arithmetic of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineTiming {
    baud: u32,
}

impl LineTiming {
    /// A line at `baud` bits per second.
    ///
    /// # Errors
    /// [`BaudError::Zero`] when `baud` is 0; nothing else fails.
    pub fn new(baud: u32) -> Result<Self, BaudError> {
        if baud == 0 { Err(BaudError::Zero) } else { Ok(Self { baud }) }
    }

    /// Bits per second.
    pub fn baud(self) -> u32 {
        self.baud
    }

    /// Silence that ends a frame; see [`frame_gap`].
    pub fn gap(self) -> Duration {
        if self.baud > 19_200 { Duration::from_micros(1_750) } else { self.characters(7) / 2 }
    }

    /// Time that `count` characters take.
    pub fn characters(self, count: usize) -> Duration {
        let bits = u64::try_from(count).unwrap_or(u64::MAX).saturating_mul(CHARACTER_BITS.into());
        Duration::from_nanos(bits.saturating_mul(1_000_000_000) / u64::from(self.baud))
    }

    /// Time of one request with its reply: both frames, a gap after each, the unit's turnaround.
    pub fn exchange(self, ask: &Ask) -> Duration {
        self.characters(ask.request_len() + ask.reply_len()) + 2 * self.gap() + TURNAROUND
    }

    /// How long to wait for a reply, from the moment the request is handed to the port.
    pub fn patience(self, ask: &Ask) -> Duration {
        self.exchange(ask) + GRACE
    }

    /// Time of writing `count` characters to which nobody answers: the frame and the gap after it.
    pub fn writing(self, count: usize) -> Duration {
        self.characters(count) + self.gap()
    }

    /// Mean time from a key to the digits that answer it, on a line that has nothing else to do, the disk aside. Half a
    /// round until the unit is asked, in a round that upkeep makes longer; its answer; the ring; half a poll of
    /// somebody else; the picture until its last character is heard.
    fn answer(self, units: usize, poll: Duration, picture: Duration) -> Duration {
        let units = u32::try_from(units).unwrap_or(u32::MAX);
        // Everybody is read and written anew now and then.
        let upkeep = (picture + self.exchange(&Ask::All)).saturating_sub(poll);
        let upkeep = upkeep.saturating_mul(units).as_secs_f64() / REREAD.as_secs_f64();
        let round = poll.saturating_mul(units).max(POLL_EVERY);
        let round = round.div_f64((1.0 - upkeep).max(0.1));
        let told = poll.saturating_sub(self.writing(Ask::Poll.request_len()));
        let written = self.writing(Ask::Show([0; holding::COUNT as usize]).request_len());
        round / 2 + told + self.exchange(&Ask::Ring) + poll / 2 + written
    }

    /// Reckons what `units` units cost this line.
    pub fn budget(self, units: usize) -> LineBudget {
        let poll = self.exchange(&Ask::Poll);
        let picture = self.exchange(&Ask::Show([0; holding::COUNT as usize]));
        let within = |limit: Duration| usize::try_from(limit.as_nanos() / poll.as_nanos().max(1)).unwrap_or(usize::MAX);
        LineBudget {
            round: poll.saturating_mul(u32::try_from(units).unwrap_or(u32::MAX)),
            poll,
            ring: self.exchange(&Ask::Ring),
            picture,
            answer: self.answer(units, poll, picture),
            units_in_50_ms: within(Duration::from_millis(50)),
            units_in_100_ms: within(Duration::from_millis(100)),
        }
    }
}

/// What a line can do; `lobby check` words it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineBudget {
    /// Time until every unit was polled once.
    pub round: Duration,
    /// One poll.
    pub poll: Duration,
    /// One reading of the ring after a press.
    pub ring: Duration,
    /// One picture written.
    pub picture: Duration,
    /// Mean time from a key to the digits that answer it.
    pub answer: Duration,
    /// Units that are polled within 50 ms: what feels immediate.
    pub units_in_50_ms: usize,
    /// Units that are polled within 100 ms: the most a line should carry.
    pub units_in_100_ms: usize,
}

impl LineBudget {
    /// Whether a round takes longer than 100 ms, so that keys feel slow.
    pub fn overloaded(&self) -> bool {
        self.round > Duration::from_millis(100)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The table of the hardware notes: baud; poll, ring, picture in ms; units within 50 and 100 ms.
    const TABLE: [(u32, f64, f64, f64, usize, usize); 4] = [
        (9_600, 28.5, 47.0, 51.0, 1, 3),
        (19_200, 14.7, 24.0, 26.0, 3, 6),
        (38_400, 9.4, 14.0, 15.0, 5, 10),
        (115_200, 6.1, 8.0, 8.0, 8, 16),
    ];

    #[test]
    fn the_table_holds() {
        let close = |time: Duration, ms: f64, slack: f64| (time.as_secs_f64() * 1e3 - ms).abs() <= slack;
        for (baud, poll, ring, picture, in_50, in_100) in TABLE {
            let budget = LineTiming::new(baud).unwrap().budget(in_100);
            assert!(close(budget.poll, poll, 0.06), "{baud}: {budget:?}");
            assert!(close(budget.ring, ring, 0.5), "{baud}: {budget:?}");
            assert!(close(budget.picture, picture, 0.5), "{baud}: {budget:?}");
            assert_eq!((budget.units_in_50_ms, budget.units_in_100_ms), (in_50, in_100), "{baud}");
            assert!(!budget.overloaded(), "{baud}: {budget:?}");
            assert!(LineTiming::new(baud).unwrap().budget(in_100 + 1).overloaded(), "{baud}");
        }
    }

    #[test]
    fn a_gap_is_three_and_a_half_characters_and_fixed_when_fast() {
        assert_eq!(frame_gap(9_600).unwrap().as_micros(), 4_010);
        assert_eq!(frame_gap(19_200).unwrap().as_micros(), 2_005);
        assert_eq!(frame_gap(19_201).unwrap().as_micros(), 1_750);
        assert_eq!(frame_gap(115_200).unwrap().as_micros(), 1_750);
        assert_eq!(frame_gap(0), Err(BaudError::Zero));
    }
}
