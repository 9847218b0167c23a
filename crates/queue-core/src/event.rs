//! Facts. What stands here is written to journals and is therefore only ever added to: a field may be added with
//! `#[serde(default)]`, a variant may be added, nothing is renamed, retyped or removed (`tests/golden/rows.jsonl`).

use crate::{
    Actor, AlertId, AlertSubject, AppointmentCode, BusinessDay, CounterId, DayCounts, DeskId, DeviceId, Flag,
    FurtherLeg, Hours, IdentityHash, JobId, LaneId, LineId, Millis, Need, NoticeId, NoticeOutcome, NoticeWish, Outcome,
    PauseReason, Pin, Plan, PlanDigest, PressMark, PressResult, PrintOutcome, PrinterId, Promise, SelfTestBegun,
    SelfTestId, SelfTestResult, SelfTestTicked, ServiceId, Skill, TicketId, TicketState, Timestamp, Uncalled, WalkEnd,
    WalkUnit, Why,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names of the fields say it; units are in their types")]
pub enum Event {
    /// The configuration in force from here on.
    PlanAdopted {
        digest: PlanDigest,
        /// What changed against the Plan before, a sentence each.
        difference: Vec<String>,
        plan: Box<Plan>,
    },
    /// The business day begins; series restart if it is another day than the last one.
    DayOpened { day: BusinessDay },
    /// The last number was taken: finite delays count as nought until the next session or the end of the day.
    DrainingStarted,
    /// When numbers are given on that business day.
    HoursSet { day: BusinessDay, hours: Hours },
    /// A session begins after another one: the hall no longer drains.
    DrainingEnded,
    /// The business day ends; whoever still waited has expired by facts of their own.
    DayClosed { day: BusinessDay, counts: DayCounts, forced: bool },

    /// A number was taken.
    Issued {
        ticket: TicketId,
        number: String,
        service: ServiceId,
        lane: LaneId,
        sequence: u64,
        /// From when waiting counts.
        origin: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kiosk: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        identity: Option<IdentityHash>,
        /// Code of the appointment that was checked in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        appointment: Option<String>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        needs: Vec<Need>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        then: Vec<ServiceId>,
        /// The wait that the customer was told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        promise: Option<Promise>,
    },
    /// Given back. `customer` tells whether the customer did it.
    Cancelled {
        ticket: TicketId,
        customer: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Still open at the end of the day.
    Expired { ticket: TicketId },
    /// Moved to another lane by a person.
    LaneChanged { ticket: TicketId, lane: LaneId, reason: String },
    /// A no-show is back in the queue.
    Reinstated { ticket: TicketId, origin: Timestamp },
    /// The pin ran out; it waits in its queue from now on.
    PinExpired { ticket: TicketId },

    /// A counter takes customers.
    CounterOpened {
        counter: CounterId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        staff: Option<String>,
        /// Star level of that one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stars: Option<u8>,
    },
    /// A counter takes no more customers.
    CounterClosed {
        counter: CounterId,
        /// Why, where it was the last one for people who wait.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Who works there.
    StaffNamed {
        counter: CounterId,
        staff: String,
        /// Star level of that one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stars: Option<u8>,
        /// Whom they took the counter over from, where somebody was named there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<String>,
    },
    /// Nobody is named there any more; the counter stays as it is.
    StaffLeft { counter: CounterId, staff: String },
    /// Will be paused after the customer who is there.
    CounterPausing { counter: CounterId, reason: PauseReason },
    /// Gets no calls.
    CounterPaused { counter: CounterId, reason: PauseReason },
    /// Takes customers again, or stays open although it was about to pause.
    CounterResumed { counter: CounterId },
    /// *Next* with nobody eligible: called into as soon as somebody is.
    CounterReady { counter: CounterId },

    /// A number was called to a counter.
    Called {
        ticket: TicketId,
        counter: CounterId,
        why: Why,
        /// The Plan by which it was chosen.
        plan: PlanDigest,
        /// Wait of this leg, in milliseconds.
        waited_ms: i64,
        /// Guarantee accounts after the call, in 1/1000 calls; only lanes whose account moved.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        credit: BTreeMap<LaneId, i64>,
    },
    /// The same number called again.
    Recalled { ticket: TicketId, counter: CounterId },
    /// The customer is at the counter.
    Arrived { ticket: TicketId, counter: CounterId },
    /// Served. With `next`, the same number goes on waiting for a further service.
    Finished {
        ticket: TicketId,
        counter: CounterId,
        outcome: Outcome,
        /// Finished by calling the next one.
        by_next: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<FurtherLeg>,
        /// So short that it was hardly a service: stays out of averages and estimates.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        sham: bool,
    },
    /// Called and did not come.
    NoShow { ticket: TicketId, counter: CounterId },
    /// Kept by its counter.
    Held { ticket: TicketId, counter: CounterId },
    /// A held ticket is being served again.
    TicketResumed { ticket: TicketId, counter: CounterId },
    /// A held ticket goes to another counter's keeping.
    HeldMoved { ticket: TicketId, counter: CounterId },
    /// To another service or counter; number and order kept.
    Transferred {
        ticket: TicketId,
        /// Who sent it on.
        counter: CounterId,
        service: ServiceId,
        lane: LaneId,
        /// So that the minutes waited before count again.
        origin: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pin: Option<Pin>,
    },
    /// The counter took back its last act: the ticket stands there again as it stood before.
    Undone {
        ticket: TicketId,
        counter: CounterId,
        state: TicketState,
        service: ServiceId,
        lane: LaneId,
        origin: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        called_at: Option<Timestamp>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        arrived_at: Option<Timestamp>,
        times: u32,
        waited_ms: i64,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        then: Vec<ServiceId>,
        /// The call that the act had made goes back into its queue.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        uncalled: Option<Uncalled>,
        /// Guarantee accounts, in 1/1000 calls, without the call that was taken back; only those that move.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        credit: BTreeMap<LaneId, i64>,
    },
    /// Back in its queue as if it had not been called, because its counter closed.
    Returned {
        ticket: TicketId,
        counter: CounterId,
        /// It waits for that counter again, as before its call.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pin: Option<Pin>,
    },

    /// A press on a desk unit was judged.
    Pressed {
        desk: DeskId,
        #[serde(flatten)]
        mark: PressMark,
        key: u16,
        #[serde(flatten)]
        result: PressResult,
        /// How long ago at most, in milliseconds, where it came by a way that can be slow.
        #[serde(default, skip_serializing_if = "is_nought")]
        age_ms: Millis,
    },
    /// From here on presses of the unit count.
    DeskBaseline {
        desk: DeskId,
        #[serde(flatten)]
        mark: PressMark,
        /// `first_contact` or `reboot`.
        why: String,
    },
    /// Presses that no longer stood in the unit's ring.
    PressesMissed {
        desk: DeskId,
        #[serde(flatten)]
        mark: PressMark,
        count: u32,
    },

    /// Paper was asked for.
    PrintOrdered { job: JobId, ticket: TicketId, printer: PrinterId, copy: bool },
    /// From here on paper may have come out.
    PrintStarted { job: JobId },
    /// How it ended.
    PrintEnded {
        job: JobId,
        #[serde(flatten)]
        outcome: PrintOutcome,
    },
    /// A device changed its state.
    DeviceChanged {
        device: DeviceId,
        state: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cause: Option<String>,
    },

    // Acts of people.
    /// Somebody should look.
    AlertRaised {
        alert: AlertId,
        #[serde(flatten)]
        subject: AlertSubject,
        /// What whoever raised it said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// Language of the customer who asks.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<String>,
    },
    /// Somebody looks.
    AlertAcked { alert: AlertId, by: Actor },
    /// Nobody looked in time: it is the manager's now.
    AlertEscalated { alert: AlertId },
    /// What staff should know of the customer, in place of what was known.
    NeedsSet { ticket: TicketId, needs: Vec<Need> },
    /// Marked on somebody's authority. An urgent one changes its lane by a fact of its own.
    Flagged { ticket: TicketId, flag: Flag, reason: String, authoriser: String },
    /// The customer let others go first.
    Deferred {
        ticket: TicketId,
        origin: Timestamp,
        /// How many.
        passed: u32,
    },
    // Appointments.
    /// A time was booked, or what was booked under the code was replaced.
    AppointmentBooked {
        code: AppointmentCode,
        service: ServiceId,
        at: Timestamp,
        /// The business day that `at` belongs to.
        day: BusinessDay,
        /// Something else was booked under the code before.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        changed: bool,
    },
    /// A booked time was taken back.
    AppointmentCancelled { code: AppointmentCode, service: ServiceId, at: Timestamp },
    // Wiring.
    /// From here on presses of these units are ticked and not obeyed.
    WalkStarted { line: LineId, by: Actor, units: Vec<WalkUnit> },
    /// A walk is over, and this is what came of it.
    LineWalked { line: LineId, by: Actor, end: WalkEnd, units: Vec<WalkUnit> },
    // Ratings.
    /// A customer said what the service was like.
    Rated {
        ticket: TicketId,
        /// Where it was given.
        counter: CounterId,
        /// From 1 (worst) to 5.
        score: u8,
        /// Who gave it, where known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        staff: Option<String>,
        /// In place of what was said a moment before.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        changed: bool,
    },
    // Paper.
    /// Somebody changes the printer's paper: its jobs wait.
    PaperChangeStarted { printer: PrinterId },
    /// The paper is changed, or the printer says that it is well again.
    PaperChangeEnded { printer: PrinterId },
    /// A spoiled piece of paper was struck off the list.
    PrintVoided {
        job: JobId,
        by: Actor,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    // Health of the devices.
    /// What the alert was about is over: nobody has to look any more.
    AlertCleared { alert: AlertId },
    /// A self-test has begun.
    SelfTestStarted(SelfTestBegun),
    /// It has run through. What only people can look at has no result.
    SelfTestFinished { test: SelfTestId, results: Vec<SelfTestResult> },
    /// A person has looked at something that only people can look at.
    SelfTestTicked(SelfTestTicked),
    // Words and plans at the counter.
    /// Somebody wrote a note. Its words lie beside the journal for a while; the digest is salted, and the salt goes with
    /// them.
    NoteKept { ticket: TicketId, digest: String },
    /// Further services on the number, in place of those that were known.
    ThenSet { ticket: TicketId, then: Vec<ServiceId> },
    // Plans at run time.
    /// A counter takes these from here on, in place of what its configuration says, until the day ends.
    CounterPlanned { counter: CounterId, skills: Vec<Skill>, reason: String },
    /// A counter takes what its configuration says again.
    CounterPlanEnded { counter: CounterId },
    // The voice.
    /// Something is to be said to the hall.
    NoticeAsked {
        notice: NoticeId,
        by: Actor,
        #[serde(flatten)]
        wish: NoticeWish,
    },
    /// It was said, or why it was not.
    NoticeEnded {
        notice: NoticeId,
        outcome: NoticeOutcome,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cause: Option<String>,
    },
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields over by reference")]
fn is_nought(length: &Millis) -> bool {
    *length == 0
}
