//! A paper change that nobody ended. The printer itself shows when it is over, where it says anything of itself.

use super::status::{PrinterState, PrinterStatus};
use std::future::pending;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// When a paper change ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forgotten {
    /// The printer was open or empty, and has been well for so long.
    pub after_repair: Duration,
    /// The printer has been well all the time: nobody touched it.
    pub untouched: Duration,
}

impl Default for Forgotten {
    fn default() -> Forgotten {
        // Long enough to close the cover, see that the paper stands askew, and open it again.
        Forgotten { after_repair: Duration::from_secs(10), untouched: Duration::from_mins(5) }
    }
}

/// One paper change, as far as the printer shows it.
#[derive(Debug, Default)]
struct Change {
    /// It was open, empty or away since the change began.
    repaired: bool,
    well_since: Option<Instant>,
}

impl Change {
    /// Takes in how the printer is now; answers when the change ends by itself if it stays so.
    fn due(&mut self, state: PrinterState, now: Instant, after: Forgotten) -> Option<Instant> {
        match state {
            PrinterState::Ok | PrinterState::PaperLow | PrinterState::NoFont => {
                self.well_since.get_or_insert(now);
            }
            PrinterState::Starting | PrinterState::Silent | PrinterState::WrongProfile => self.well_since = None,
            _ => (self.repaired, self.well_since) = (true, None),
        }
        let quiet = if self.repaired { after.after_repair } else { after.untouched };
        self.well_since.map(|since| since + quiet)
    }
}

/// Waits until a paper change is under way that somebody forgot to end. A printer that says nothing of itself never ends
/// one. Safe to cancel; then it begins anew.
pub async fn forgotten(
    mut status: watch::Receiver<PrinterStatus>,
    mut changing: watch::Receiver<bool>,
    after: Forgotten,
) {
    loop {
        if changing.wait_for(|on| *on).await.is_err() {
            return pending().await; // nobody can begin one any more
        }
        let mut change = Change::default();
        while *changing.borrow_and_update() {
            let now = Instant::now();
            let due = change.due(status.borrow_and_update().state, now, after);
            tokio::select! {
                biased;
                turned = changing.changed() => if turned.is_err() { return pending().await },
                news = status.changed() => if news.is_err() { return pending().await },
                () = sleep_until(due.unwrap_or(now)), if due.is_some() => return,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays states with the seconds at which they come, and answers the second at which the change ends by itself then.
    fn ends(states: &[(PrinterState, u64)]) -> Option<u64> {
        let (from, mut change) = (Instant::now(), Change::default());
        let mut due = None;
        for (state, second) in states {
            let now = from + Duration::from_secs(*second);
            assert!(due.is_none_or(|due| due > now), "it had ended before");
            due = change.due(*state, now, Forgotten::default());
        }
        due.map(|due| (due - from).as_secs())
    }

    #[test]
    fn a_printer_that_was_open_and_is_well_ends_it() {
        use PrinterState::{CoverOpen, Ok, PaperLow, PaperOut, Silent};
        assert_eq!(ends(&[(Ok, 0), (CoverOpen, 5), (Ok, 45), (PaperLow, 50)]), Some(55));
        assert_eq!(ends(&[(PaperOut, 0), (Ok, 5), (CoverOpen, 9), (Ok, 15)]), Some(25), "opened once more");
        assert_eq!(ends(&[(Ok, 0)]), Some(300), "nobody touched it");
        assert_eq!(ends(&[(CoverOpen, 0)]), None, "still open");
        assert_eq!(ends(&[(Silent, 0)]), None, "it says nothing");
    }

    #[tokio::test]
    async fn a_change_that_staff_end_is_not_ended_again() {
        let at_once = Forgotten { after_repair: Duration::ZERO, untouched: Duration::ZERO };
        let (_tell, status) = watch::channel(PrinterStatus::from(PrinterState::CoverOpen));
        let (turn, changing) = watch::channel(true);
        let mut ends = Box::pin(forgotten(status, changing, at_once));
        assert!(futures_util::FutureExt::now_or_never(&mut ends).is_none(), "the cover is open");
        turn.send_replace(false);
        assert!(futures_util::FutureExt::now_or_never(&mut ends).is_none(), "nothing is left to end");
    }
}
