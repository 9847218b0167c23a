//! What people are told of their wait: the newest estimates, and of those that stand somewhere for longer, the ones that
//! moved enough to be worth a change.

use super::Moment;
use crate::views::Estimate;
use queue_core::{LaneId, Promise, ServiceId, TicketId, Timestamp};
use std::{collections::BTreeMap, sync::Arc};

/// A shown estimate changes when it moved by so much, seconds. DISCIPLINE §2.
const MOVED_S: u32 = 120;
/// Or by this part of what is shown.
const MOVED_SHARE: u32 = 5;
/// But never by less than this, seconds: pages show minutes.
const LEAST_MOVE_S: u32 = 30;
/// Somebody who runs late is in time again when the middle lies this much before the bound, seconds.
const IN_TIME_AGAIN_S: u32 = 120;

/// Every estimate of one pass. Empty where the branch cannot tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Promises {
    /// When the pass looked at the queue.
    pub at: Timestamp,
    newcomers: BTreeMap<ServiceId, BTreeMap<LaneId, Newcomer>>,
    tickets: BTreeMap<TicketId, Waiter>,
    moment: Option<Arc<Moment>>,
}

/// What somebody who takes a number now would wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Newcomer {
    /// As it would be promised now.
    promise: Promise,
    /// As it stands on screens.
    shown: Estimate,
}

/// What somebody who waits has still to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Waiter {
    shown: Option<Estimate>,
    late: bool,
}

/// What a pass found of one ticket.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    /// What is left; `None` where nobody will call it within half a day.
    pub(crate) left: Option<Estimate>,
    /// How long it waited since its issue, seconds.
    pub(crate) waited_s: u32,
    /// What it was promised, before its first call.
    pub(crate) promise: Option<Promise>,
}

impl Promises {
    /// What a newcomer would be promised now.
    pub fn newcomer(&self, service: &str, lane: &str) -> Option<Promise> {
        Some(self.newcomers.get(service)?.get(lane)?.promise)
    }

    /// The same as screens show it.
    pub fn shown(&self, service: &str, lane: &str) -> Option<Estimate> {
        Some(self.newcomers.get(service)?.get(lane)?.shown)
    }

    /// What a waiting ticket is told that it has left.
    pub fn left(&self, ticket: &TicketId) -> Option<Estimate> {
        self.tickets.get(ticket)?.shown
    }

    /// What the pass started from, for forecasts; nothing while the business day is closed.
    pub fn moment(&self) -> Option<&Arc<Moment>> {
        self.moment.as_ref()
    }

    /// The same with what the pass started from.
    pub(crate) fn from(self, moment: Moment) -> Promises {
        Promises { moment: Some(Arc::new(moment)), ..self }
    }

    /// Whether a waiting ticket is not expected within what it was promised.
    pub fn is_late(&self, ticket: &TicketId) -> bool {
        self.tickets.get(ticket).is_some_and(|waiter| waiter.late)
    }

    /// The estimates after another pass.
    pub(crate) fn next(
        &self,
        at: Timestamp,
        newcomers: impl IntoIterator<Item = (ServiceId, LaneId, Promise)>,
        tickets: impl IntoIterator<Item = (TicketId, Found)>,
    ) -> Promises {
        let mut next = Promises { at, ..Promises::default() };
        for (service, lane, promise) in newcomers {
            let live = Estimate::from(promise);
            let shown = self.shown(service.as_str(), lane.as_str()).map_or(live, |shown| settled(shown, live));
            next.newcomers.entry(service).or_default().insert(lane, Newcomer { promise, shown });
        }
        for (ticket, found) in tickets {
            let before = self.tickets.get(&ticket);
            let shown = match (before.and_then(|before| before.shown), found.left) {
                (Some(shown), Some(left)) => Some(settled(shown, left)),
                (_, left) => left,
            };
            let late = late(before.is_some_and(|before| before.late), &found);
            next.tickets.insert(ticket, Waiter { shown, late });
        }
        next
    }
}

/// What is shown stays until the middle or the upper bound has moved enough.
fn settled(shown: Estimate, live: Estimate) -> Estimate {
    let moved = |from: u32, to: u32| {
        let by = from.abs_diff(to);
        by >= MOVED_S || (by >= LEAST_MOVE_S && by * MOVED_SHARE >= from)
    };
    if moved(shown.p50_s, live.p50_s) || moved(shown.high_s, live.high_s) { live } else { shown }
}

/// Whether the middle lies past the bound that was printed; once it does, only well before it counts as in time.
fn late(before: bool, found: &Found) -> bool {
    let Some(promise) = found.promise else { return false };
    let bound = promise.bound_s();
    let Some(left) = found.left else { return found.waited_s > bound };
    let expected = found.waited_s.saturating_add(left.p50_s);
    if before { expected.saturating_add(IN_TIME_AGAIN_S) > bound } else { expected > bound }
}

#[cfg(test)]
mod tests {
    use super::*;
    use queue_core::Foreseen;

    fn range(low_s: u32, p50_s: u32, high_s: u32) -> Estimate {
        Estimate { low_s, p50_s, high_s }
    }

    fn promise(p50_s: u32, high_s: u32) -> Promise {
        Promise { low_s: 0, p50_s, high_s, raw: Foreseen::default() }
    }

    #[test]
    fn what_is_shown_changes_by_two_minutes_or_a_fifth() {
        let shown = range(300, 1200, 2000);
        for small in [range(0, 1200, 2000), range(300, 1319, 2000), range(300, 1081, 1881)] {
            assert_eq!(settled(shown, small), shown, "{small:?}");
        }
        for large in [range(300, 1320, 2000), range(300, 1200, 1880), range(300, 1080, 2000)] {
            assert_eq!(settled(shown, large), large);
        }
        let near = range(30, 200, 290);
        assert_eq!(settled(near, range(30, 161, 290)), near);
        assert_eq!(settled(near, range(30, 160, 290)), range(30, 160, 290));
        // A fifth of nearly nothing is no news.
        assert_eq!(settled(range(0, 20, 45), range(0, 40, 60)), range(0, 20, 45));
    }

    #[test]
    fn time_alone_moves_what_is_shown() {
        let ticket = TicketId::from("T1");
        let pass = |before: &Promises, waited_s: u32| {
            let left = Some(range(0, 1500 - waited_s, 2000 - waited_s));
            let found = Found { left, waited_s, promise: None };
            before.next(Timestamp(0), [], [(ticket.clone(), found)])
        };
        let mut promises = Promises::default();
        let mut seen = Vec::new();
        for waited_s in (0..=300).step_by(20) {
            promises = pass(&promises, waited_s);
            seen.push(promises.left(&ticket).unwrap_or(range(0, 0, 0)).p50_s);
        }
        seen.dedup();
        assert_eq!(seen, [1500, 1380, 1260]);
    }

    #[test]
    fn late_begins_past_the_printed_bound_and_does_not_flutter() {
        let told = promise(480, 620); // up to 15 minutes
        let found = |waited_s, p50_s| Found { left: Some(range(0, p50_s, p50_s)), waited_s, promise: Some(told) };
        assert!(!late(false, &found(300, 600)));
        assert!(late(false, &found(300, 601)));
        assert!(late(true, &found(300, 590)) && !late(true, &found(300, 480)));
        assert!(late(false, &Found { left: None, ..found(901, 0) }));
        assert!(!late(true, &Found { promise: None, ..found(901, 600) }));
    }

    #[test]
    fn a_newcomer_is_promised_the_newest_and_shown_the_settled() {
        let cash = |promise| [("cash".into(), "regular".into(), promise)];
        let first = Promises::default().next(Timestamp(0), cash(promise(600, 900)), []);
        let second = first.next(Timestamp(0), cash(promise(650, 950)), []);
        assert_eq!(second.newcomer("cash", "regular"), Some(promise(650, 950)));
        assert_eq!(second.shown("cash", "regular"), Some(range(0, 600, 900)));
        assert_eq!(second.newcomer("cash", "vip"), None);
        assert_eq!(second.newcomer("gold", "regular"), None);
    }
}
