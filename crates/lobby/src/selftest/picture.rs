//! The test picture at the counters: only where nobody stands, and never over anything newer.

use crate::{
    controller::{Handle, Stopped},
    orders::DeskPictures,
};
use counter::{Lamps, Light, Picture};
use queue_core::CounterId;

/// All segments.
const TEST_TEXT: &str = "8888";

/// Where the test picture stands, and what stood there before.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) before: Vec<(CounterId, Picture)>,
    /// Counters with a customer: they keep their digits.
    pub(super) in_use: Vec<CounterId>,
}

impl Shown {
    /// Shows the test picture wherever nobody stands. A call that comes meanwhile simply takes its place.
    pub(super) async fn show(desks: &DeskPictures, handle: &Handle) -> Result<Shown, Stopped> {
        let before: Vec<(CounterId, Picture)> =
            desks.iter().map(|(counter, sender)| (counter.clone(), *sender.borrow())).collect();
        let known: Vec<CounterId> = before.iter().map(|(counter, _)| counter.clone()).collect();
        let taken: Vec<CounterId> = handle
            .ask(move |view| known.into_iter().filter(|counter| view.branch.ticket_at(counter).is_some()).collect())
            .await?;
        let mut shown = Shown::default();
        for (counter, picture) in before {
            let Some(sender) = desks.get(&counter) else { continue };
            // What was drawn since it was looked at is newer than the answer, and stays.
            let free = !taken.contains(&counter)
                && sender.send_if_modified(|now| {
                    let free = *now == picture;
                    if free {
                        *now = test_picture(&picture);
                    }
                    free
                });
            if free {
                shown.before.push((counter, picture));
            } else {
                shown.in_use.push(counter);
            }
        }
        Ok(shown)
    }

    /// Takes the test picture away again, unless something newer stands there.
    pub(super) fn restore(&self, desks: &DeskPictures) {
        for (counter, before) in &self.before {
            let Some(sender) = desks.get(counter) else { continue };
            sender.send_if_modified(|now| {
                let ours = *now == test_picture(before);
                if ours {
                    *now = *before;
                }
                ours
            });
        }
    }
}

/// All digits and lamps, and not a sound.
fn test_picture(before: &Picture) -> Picture {
    let lamps = Lamps { waiting: true, paused: true, help: true, refused: false, beep: false };
    Picture { lamps, waiting: before.waiting, attention: before.attention, ..Picture::new(TEST_TEXT, Light::Steady) }
}
