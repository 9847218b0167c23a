//! Who waits, in order: one ordered queue per service and lane, and one per counter for pinned tickets.

use crate::{CounterId, LaneId, ServiceId, Ticket, TicketId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Order inside one queue: by clock origin, then by sequence of issue.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// From when waiting counts.
    pub origin: Timestamp,
    /// Order of issue.
    pub sequence: u64,
    /// Who.
    pub ticket: TicketId,
}

impl Place {
    fn of(ticket: &Ticket) -> Place {
        Place { origin: ticket.origin, sequence: ticket.sequence, ticket: ticket.id.clone() }
    }
}

/// Queues by service and lane.
type Classes = BTreeMap<(ServiceId, LaneId), BTreeSet<Place>>;

/// All waiting tickets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Queues {
    #[serde(with = "pairs")]
    classes: Classes,
    pinned: BTreeMap<CounterId, BTreeSet<Place>>,
}

impl Queues {
    /// Puts a ticket where its service, lane and pin say.
    pub(crate) fn insert(&mut self, ticket: &Ticket) {
        let queue = match &ticket.pin {
            Some(pin) => self.pinned.entry(pin.counter.clone()).or_default(),
            None => self.classes.entry((ticket.service.clone(), ticket.lane.clone())).or_default(),
        };
        queue.insert(Place::of(ticket));
    }

    /// Takes it out again. `ticket` must still read as it did when it was put in.
    pub(crate) fn remove(&mut self, ticket: &Ticket) {
        let place = Place::of(ticket);
        if let Some(pin) = &ticket.pin
            && let Some(queue) = self.pinned.get_mut(&pin.counter)
        {
            queue.remove(&place);
        } else if let Some(queue) = self.classes.get_mut(&(ticket.service.clone(), ticket.lane.clone())) {
            queue.remove(&place);
        }
    }

    /// Every class that somebody waits in, with its whole queue.
    pub(crate) fn classes(&self) -> impl Iterator<Item = (&ServiceId, &LaneId, &BTreeSet<Place>)> {
        self.classes
            .iter()
            .filter(|(_, queue)| !queue.is_empty())
            .map(|((service, lane), queue)| (service, lane, queue))
    }

    /// Everybody of one class, in order.
    pub(crate) fn class(&self, service: &ServiceId, lane: &LaneId) -> impl Iterator<Item = &Place> {
        self.classes.get(&(service.clone(), lane.clone())).into_iter().flatten()
    }

    /// The first of every class that somebody waits in.
    pub(crate) fn heads(&self) -> impl Iterator<Item = (&ServiceId, &LaneId, &Place)> {
        self.classes().filter_map(|(service, lane, queue)| queue.first().map(|head| (service, lane, head)))
    }

    /// The first that waits for this very counter.
    pub(crate) fn pinned_head(&self, counter: &CounterId) -> Option<&Place> {
        self.pinned.get(counter).and_then(BTreeSet::first)
    }

    /// Everybody who waits for this very counter, in order.
    pub(crate) fn pinned(&self, counter: &CounterId) -> impl Iterator<Item = &Place> {
        self.pinned.get(counter).into_iter().flatten()
    }

    /// Everybody who waits for some counter.
    pub(crate) fn all_pinned(&self) -> impl Iterator<Item = (&CounterId, &Place)> {
        self.pinned.iter().flat_map(|(counter, queue)| queue.iter().map(move |place| (counter, place)))
    }

    /// How many wait for this very counter.
    pub(crate) fn pinned_count(&self, counter: &CounterId) -> usize {
        self.pinned.get(counter).map_or(0, BTreeSet::len)
    }
}

/// A map whose keys are no texts, as a list of pairs.
mod pairs {
    use super::Classes;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(classes: &Classes, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(classes)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Classes, D::Error> {
        Ok(Vec::deserialize(from)?.into_iter().collect())
    }
}
