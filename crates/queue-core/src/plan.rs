//! What the configuration says, as far as the queue needs it. A Plan in force is itself a fact of the journal.

use crate::{CounterId, LaneId, Millis, Preset, ServiceId};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// The rules of one branch: what can be asked for, how people queue, who can serve them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// In the order of the kiosk's menu.
    pub services: Vec<ServicePlan>,
    /// In rank order: ties between lanes go to the earlier one.
    pub lanes: Vec<LanePlan>,
    /// In rank order: of equally suited idle counters the earlier one is given the ticket.
    pub counters: Vec<CounterPlan>,
    /// Limits and policies of the whole branch.
    pub rules: Rules,
}

/// A service and its number series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServicePlan {
    /// What pages and commands call it.
    pub id: ServiceId,
    /// Letters before the digits of a number, such as `A`.
    pub series: String,
    /// Configured mean length of a service in seconds; the planner starts from it.
    pub mean_s: u32,
    /// Numbers given in a business day, those of appointments aside; `None` for as many as the series has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quota: Option<u32>,
}

/// How a lane collects points while its tickets wait. See `choice.rs`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LanePlan {
    /// What pages and commands call it.
    pub id: LaneId,
    /// Head start, in 1/100 points.
    pub h100: i64,
    /// Speed, in 1/100 points a minute; more than 0.
    pub p100: i64,
    /// Waiting time from which the lane's guarantee counts.
    pub guard_after_ms: Millis,
    /// Guaranteed share of the calls, in 1/1000; 0 for no guarantee.
    pub share1000: i64,
    /// Wait that the branch aims at, in seconds; for lamps, pages and reports.
    pub target_s: u32,
}

/// What a counter can do and prefers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CounterPlan {
    /// The number over the counter.
    pub id: CounterId,
    /// In the order written. `service/lane` is looked up first, then `service/*`, then `*/lane`.
    pub skills: Vec<Skill>,
    /// Points that this counter adds to a lane's tickets, in 1/100 points.
    #[serde(default)]
    pub affinity: BTreeMap<LaneId, i64>,
    /// Finishing makes the counter ready without a press of *next*.
    #[serde(default)]
    pub auto_next: bool,
}

/// One key of a counter's skills.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skill {
    /// `None` stands for every service.
    pub service: Option<ServiceId>,
    /// `None` stands for every lane.
    pub lane: Option<LaneId>,
    /// Wait from which this counter may take such a ticket; `None` is never.
    pub delay_ms: Option<Millis>,
}

/// Limits and policies of a branch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    /// How the points of the lanes came about; for whoever reads the rule. The points themselves stand with the lanes.
    #[serde(skip_serializing_if = "Preset::is_default")]
    pub preset: Preset,
    /// A *next* sooner than this after the counter's last call is refused: a bounced button calls nobody.
    pub min_call_gap_ms: Millis,
    /// What becomes of a no-show who comes back.
    pub no_show: NoShowPolicy,
    /// Minutes of penalty, as milliseconds, when a no-show is reinstated once.
    pub return_penalty_ms: Millis,
    /// How long a transferred ticket waits for the counter that it was sent to.
    pub pin_ms: Millis,
    /// How long digits typed on a desk unit wait for their key.
    pub typing_ms: Millis,
    // Acts of people. What is not set stands in no journal row, so that older rows read the same.
    /// Calls, recalls among them, before a customer counts as missing; 1 for the call alone.
    #[serde(skip_serializing_if = "is_one")]
    pub no_show_after_calls: u32,
    /// How long after the last call or recall a customer may still come.
    #[serde(skip_serializing_if = "is_nought")]
    pub no_show_gap_ms: Millis,
    /// Most recalls of a call; 0 for as many as one likes.
    #[serde(skip_serializing_if = "is_none_at_all")]
    pub recall_limit: u32,
    /// Where urgent tickets go on waiting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub urgent_lane: Option<LaneId>,
    /// A service shorter than this is suspected to be none; 0 suspects nobody.
    #[serde(skip_serializing_if = "is_nought")]
    pub sham_under_ms: Millis,
    /// As is one that *next* ended sooner than this after its call; 0 suspects nobody.
    #[serde(skip_serializing_if = "is_nought")]
    pub sham_next_ms: Millis,

    // Appointments and identities. Left out of the JSON where they are as usual, so that older Plans keep their digest.
    /// Checked in at most this long after the booked time, the clock starts at that time.
    #[serde(skip_serializing_if = "is_usual_grace")]
    pub grace_ms: Millis,
    /// Lane of punctual appointments; `None` where the branch takes none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appointment_lane: Option<LaneId>,
    /// Lane of those who come later; the first one without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub late_lane: Option<LaneId>,
    /// Services for which nobody gets a number unknown.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub identity_required: BTreeSet<ServiceId>,
    /// Most live numbers of one person, whatever they are for; 0 for as many as there are services.
    #[serde(skip_serializing_if = "is_none_at_all")]
    pub identity_live: u32,
    /// Most numbers that one person takes in a business day; 0 for as many as they like.
    #[serde(skip_serializing_if = "is_none_at_all")]
    pub identity_day: u32,
    // Ratings.
    /// For how long after a service the unit at the counter takes what its customer says of it.
    #[serde(skip_serializing_if = "is_usual_rating")]
    pub rating_ms: Millis,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields over by reference")]
fn is_one(count: &u32) -> bool {
    *count == 1
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields over by reference")]
fn is_none_at_all(count: &u32) -> bool {
    *count == 0
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields over by reference")]
fn is_nought(length: &Millis) -> bool {
    *length == 0
}

/// Grace of a branch that sets none: the figure of DISCIPLINE §1.
const USUAL_GRACE_MS: Millis = 600_000;

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands references")]
fn is_usual_grace(grace_ms: &Millis) -> bool {
    *grace_ms == USUAL_GRACE_MS
}

/// Three minutes: packing up and leaving, with time to spare.
const USUAL_RATING_MS: Millis = 180_000;

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands references")]
fn is_usual_rating(rating_ms: &Millis) -> bool {
    *rating_ms == USUAL_RATING_MS
}

impl Default for Rules {
    fn default() -> Self {
        Rules {
            preset: Preset::default(),
            min_call_gap_ms: 2_000,
            no_show: NoShowPolicy::Once,
            return_penalty_ms: 300_000,
            pin_ms: 900_000,
            typing_ms: 5_000,
            no_show_after_calls: 1,
            no_show_gap_ms: 0,
            recall_limit: 0,
            urgent_lane: None,
            sham_under_ms: 0,
            sham_next_ms: 0,
            grace_ms: USUAL_GRACE_MS,
            appointment_lane: None,
            late_lane: None,
            identity_required: BTreeSet::new(),
            identity_live: 0,
            identity_day: 0,
            rating_ms: USUAL_RATING_MS,
        }
    }
}

/// What becomes of a no-show who comes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoShowPolicy {
    /// The number is void; the customer takes a new one.
    Void,
    /// Once, with the time of the absence and a penalty added to the clock.
    #[default]
    Once,
    /// To the end of the queue.
    Tail,
}

/// Fingerprint of a Plan, hexadecimal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlanDigest(pub String);

impl fmt::Display for PlanDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Plan {
    /// The service of that name.
    pub fn service(&self, id: &ServiceId) -> Option<&ServicePlan> {
        self.services.iter().find(|service| service.id == *id)
    }

    /// The lane of that name.
    pub fn lane(&self, id: &LaneId) -> Option<&LanePlan> {
        self.lanes.iter().find(|lane| lane.id == *id)
    }

    /// The counter of that name.
    pub fn counter(&self, id: &CounterId) -> Option<&CounterPlan> {
        self.counters.iter().find(|counter| counter.id == *id)
    }
}

impl CounterPlan {
    /// The wait from which this counter may take a ticket of the class; `None` is never.
    pub fn delay(&self, service: &ServiceId, lane: &LaneId) -> Option<Millis> {
        let find = |s: Option<&ServiceId>, l: Option<&LaneId>| {
            self.skills.iter().find(|skill| skill.service.as_ref() == s && skill.lane.as_ref() == l)
        };
        find(Some(service), Some(lane))
            .or_else(|| find(Some(service), None))
            .or_else(|| find(None, Some(lane)))
            .and_then(|skill| skill.delay_ms)
    }

    /// Whether this counter ever takes any ticket of the service.
    pub fn serves(&self, service: &ServiceId, lanes: &[LanePlan]) -> bool {
        lanes.iter().any(|lane| self.delay(service, &lane.id).is_some())
    }

    /// Points that this counter adds to tickets of the lane, in 1/100 points.
    pub fn affinity(&self, lane: &LaneId) -> i64 {
        self.affinity.get(lane).copied().unwrap_or(0)
    }
}
