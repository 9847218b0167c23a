//! One customer's presence: the legs of one ticket through transfers and further services.

use queue_core::{LaneId, Promise, ServiceId, Timestamp};

/// How something ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Served {
        sham: bool,
    },
    /// To another service or counter, before it was done.
    SentOn,
    NoShow,
    CancelledByCustomer,
    CancelledByStaff,
    Expired,
}

impl End {
    pub(super) fn is_abandoned(self) -> bool {
        matches!(self, End::NoShow | End::CancelledByCustomer | End::Expired)
    }
}

/// One wait and what came of it.
#[derive(Clone, Debug)]
pub(super) struct Leg {
    pub(super) service: ServiceId,
    pub(super) lane: LaneId,
    /// Issue, booked time or transfer.
    pub(super) since: Timestamp,
    /// The first call.
    pub(super) called: Option<Timestamp>,
    /// The newest call, until the service is over.
    pub(super) last_call: Option<Timestamp>,
    pub(super) arrived: Option<Timestamp>,
    held_since: Option<Timestamp>,
    pub(super) held_ms: i64,
    pub(super) end: Option<(Timestamp, End)>,
}

impl Leg {
    pub(super) fn new(service: ServiceId, lane: LaneId, since: Timestamp) -> Leg {
        Leg {
            service,
            lane,
            since,
            called: None,
            last_call: None,
            arrived: None,
            held_since: None,
            held_ms: 0,
            end: None,
        }
    }

    /// From coming to the first call; nothing for whoever was called before the booked time.
    pub(super) fn wait_s(&self) -> Option<f64> {
        Some(seconds(self.called?.since(self.since).max(0)))
    }

    pub(super) fn time_to_desk_s(&self) -> Option<f64> {
        Some(seconds(self.arrived?.since(self.since).max(0)))
    }

    /// Length of the service, where there was one that counts.
    pub(super) fn service_s(&self) -> Option<f64> {
        let (at, End::Served { sham: false }) = self.end? else { return None };
        Some(seconds(at.since(self.arrived.or(self.last_call)?).max(0)))
    }

    fn unhold(&mut self, at: Timestamp) {
        if let Some(since) = self.held_since.take() {
            self.held_ms += at.since(since);
        }
    }
}

/// A whole visit.
#[derive(Clone, Debug)]
pub(super) struct Visit {
    pub(super) issued: Timestamp,
    pub(super) lane: LaneId,
    pub(super) promise: Option<Promise>,
    /// What a multiplication would have said at issue, seconds.
    pub(super) naive_s: f64,
    pub(super) legs: Vec<Leg>,
}

impl Visit {
    pub(super) fn leg(&mut self) -> Option<&mut Leg> {
        self.legs.last_mut()
    }

    /// The sum over the legs, seconds; nothing for whoever was not called.
    pub(super) fn wait_s(&self) -> Option<f64> {
        self.legs.iter().filter_map(Leg::wait_s).reduce(|a, b| a + b)
    }

    pub(super) fn call(&mut self, at: Timestamp) {
        if let Some(leg) = self.leg() {
            leg.called.get_or_insert(at);
            leg.last_call = Some(at);
            leg.arrived = None;
        }
    }

    /// The newest call is taken back.
    pub(super) fn uncall(&mut self) {
        if let Some(leg) = self.leg() {
            leg.called = leg.called.filter(|called| leg.last_call != Some(*called));
            leg.last_call = None;
        }
    }

    pub(super) fn hold(&mut self, at: Timestamp) {
        if let Some(leg) = self.leg() {
            leg.held_since = Some(at);
        }
    }

    pub(super) fn unhold(&mut self, at: Timestamp) {
        if let Some(leg) = self.leg() {
            leg.unhold(at);
        }
    }

    pub(super) fn end(&mut self, at: Timestamp, end: End) {
        if let Some(leg) = self.leg() {
            leg.unhold(at);
            leg.end = Some((at, end));
        }
    }

    /// The leg is over, and the same number waits for the next.
    pub(super) fn go_on(&mut self, at: Timestamp, end: End, next: Leg) {
        self.end(at, end);
        self.legs.push(next);
    }

    /// Whatever was done last with it is taken back; the end that was none.
    pub(super) fn take_back(&mut self) -> Option<End> {
        if self.legs.len() > 1 && self.legs.last().is_some_and(|leg| leg.called.is_none() && leg.end.is_none()) {
            self.legs.pop();
        }
        let leg = self.leg()?;
        leg.held_since = None;
        leg.end.take().map(|(_, end)| end)
    }

    /// How the visit ended, if it has.
    pub(super) fn ended(&self) -> Option<End> {
        self.legs.last()?.end.map(|(_, end)| end)
    }

    /// From issue to the first call, of somebody who had to wait.
    pub(super) fn first_wait_s(&self) -> Option<f64> {
        let waited = self.legs.first()?.called?.since(self.issued);
        (waited > 0).then(|| seconds(waited))
    }
}

#[allow(clippy::cast_precision_loss, reason = "milliseconds of a day fit a double exactly")]
pub(super) fn seconds(ms: i64) -> f64 {
    ms as f64 / 1000.0
}
