//! The state of one branch, and how a wish runs through it.

use crate::{
    Actor, Alert, AlertId, Appointment, BusinessDay, Command, Counter, CounterId, DayCounts, Desk, DeskId, DeviceId,
    Event, Hours, IdentityHash, JobId, LaneId, LineId, Notice, NoticeId, Place, Plan, PlanDigest, PrintJob, PrinterId,
    Refusal, RunPlan, SelfTest, ServiceId, Ticket, TicketId, TicketState, Timestamp, Walk, Walked, queues::Queues,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Whether numbers can be taken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayState {
    /// The open business day, or the last one.
    pub day: Option<BusinessDay>,
    /// Whether it is open.
    pub open: bool,
    /// When it was opened.
    pub opened_at: Timestamp,
}

/// What a device last said of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceReport {
    /// `ok`, or what is wrong as a code.
    pub state: String,
    /// Details for staff.
    pub cause: Option<String>,
    /// Since when.
    pub since: Timestamp,
}

impl DeviceReport {
    /// The device that stands for the disk of the journal.
    pub const DISK: &str = "disk";
    /// Its state when what room is left is kept for those who have a number.
    pub const DISK_FULL: &str = "disk_full";
}

/// What came of a wish that was granted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Handled {
    /// The facts that the wish became.
    pub facts: Vec<Event>,
    /// Calls into counters that stood ready, which followed from it.
    pub settled: Vec<Event>,
}

impl Handled {
    /// Where the facts only prepare what was wished: the refusal that whoever wished it should read.
    pub fn not_yet(&self) -> Option<Refusal> {
        crate::decide::alerts::not_yet(&self.facts)
    }
}

/// One branch as it stands now: everything that a restart must bring back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    pub(crate) plan: Plan,
    pub(crate) digest: PlanDigest,
    pub(crate) day: DayState,
    /// Last number used, by business day and series.
    pub(crate) series: BTreeMap<BusinessDay, BTreeMap<String, u32>>,
    pub(crate) sequence: u64,
    pub(crate) tickets: BTreeMap<TicketId, Ticket>,
    pub(crate) counters: BTreeMap<CounterId, Counter>,
    pub(crate) queues: Queues,
    /// Guarantee accounts, in 1/1000 calls.
    pub(crate) credit: BTreeMap<LaneId, i64>,
    /// After the last-ticket time finite delays count as nought.
    pub(crate) draining: bool,
    pub(crate) draining_since: Timestamp,
    pub(crate) hours: Hours,
    /// Numbers of the day that count against a quota, by service.
    pub(crate) taken: BTreeMap<ServiceId, u32>,
    pub(crate) jobs: BTreeMap<JobId, PrintJob>,
    /// Jobs that have not ended: a day's finished ones need not be walked to admit the next.
    pub(crate) unfinished: BTreeSet<JobId>,
    pub(crate) last_job: u64,
    /// Printers whose paper is being changed, and since when.
    pub(crate) paper_changes: BTreeMap<PrinterId, Timestamp>,
    pub(crate) desks: BTreeMap<DeskId, Desk>,
    pub(crate) devices: BTreeMap<DeviceId, DeviceReport>,
    pub(crate) counts: DayCounts,
    // Acts of people.
    pub(crate) alerts: BTreeMap<AlertId, Alert>,
    pub(crate) last_alert: u64,
    /// Alerts that nobody has answered and that are not with the manager yet, by when they go there.
    pub(crate) unanswered: BTreeSet<(Timestamp, AlertId)>,
    /// By code, without regard to case.
    pub(crate) appointments: BTreeMap<String, Appointment>,
    /// Tickets of the day by whose they are.
    pub(crate) by_identity: BTreeMap<IdentityHash, Vec<TicketId>>,
    // Wiring.
    /// Walks that are on.
    pub(crate) walks: BTreeMap<LineId, Walk>,
    /// What the last walk found, by unit.
    pub(crate) walked: BTreeMap<DeskId, Walked>,
    /// The last one.
    pub(crate) selftest: Option<SelfTest>,
    /// Counters that take something else than their configuration says; `plan` has what they take.
    pub(crate) run_plans: BTreeMap<CounterId, RunPlan>,
    // The voice.
    pub(crate) notices: BTreeMap<NoticeId, Notice>,
    pub(crate) last_notice: u64,
}

impl Branch {
    /// The branch that wrote this journal.
    pub fn replay<'a>(facts: impl IntoIterator<Item = (Timestamp, &'a Event)>) -> Branch {
        let mut branch = Branch::default();
        for (at, fact) in facts {
            branch.apply(at, fact);
        }
        branch
    }

    /// Judges a wish and, if granted, books its facts and the calls into ready counters that follow from them.
    /// When time alone has changed who may be called ([`Branch::is_due`]), handle [`Command::Wake`] first.
    ///
    /// # Errors
    /// The [`Refusal`] of [`Branch::decide`]; nothing has changed then.
    pub fn handle(&mut self, at: Timestamp, actor: &Actor, wish: &Command) -> Result<Handled, Refusal> {
        let facts = self.decide(at, actor, wish)?;
        for fact in &facts {
            self.apply(at, fact);
        }
        let mut settled = Vec::new();
        while let Some(call) = self.next_assignment(at) {
            self.apply(at, &call);
            settled.push(call);
        }
        Ok(Handled { facts, settled })
    }

    /// Whether [`Command::Wake`] has something to do: a pin has run out, a delay has opened for a ready counter,
    /// nobody has answered an alert, a walk was forgotten, or the hours say that the hall drains or drains no longer.
    pub fn is_due(&self, at: Timestamp) -> bool {
        !self.expired_pins(at).is_empty()
            || self.next_escalation().is_some_and(|due| due <= at)
            || self.due_by_hours(at).is_some()
            || self.next_forgotten_walk().is_some_and(|due| due <= at)
            || self.next_assignment(at).is_some()
    }

    pub(crate) fn expired_pins(&self, at: Timestamp) -> Vec<Event> {
        let expired = |id: &TicketId| self.tickets.get(id)?.pin.as_ref().map(|pin| pin.until <= at);
        self.queues
            .all_pinned()
            .filter(|(_, place)| expired(&place.ticket) == Some(true))
            .map(|(_, place)| Event::PinExpired { ticket: place.ticket.clone() })
            .collect()
    }

    /// The Plan in force.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Fingerprint of the Plan in force.
    pub fn digest(&self) -> &PlanDigest {
        &self.digest
    }

    /// The business day, open or not.
    pub fn day(&self) -> &DayState {
        &self.day
    }

    /// Whether the last number of the day was taken and the hall drains.
    pub fn is_draining(&self) -> bool {
        self.draining
    }

    /// The day in numbers so far.
    pub fn counts(&self) -> &DayCounts {
        &self.counts
    }

    /// All tickets of the day, by id.
    pub fn tickets(&self) -> impl Iterator<Item = &Ticket> {
        self.tickets.values()
    }

    /// The ticket of that id, if it is of the current day.
    pub fn ticket(&self, id: &TicketId) -> Option<&Ticket> {
        self.tickets.get(id)
    }

    /// All counters, by id.
    pub fn counters(&self) -> impl Iterator<Item = &Counter> {
        self.counters.values()
    }

    /// The counter of that id.
    pub fn counter(&self, id: &CounterId) -> Option<&Counter> {
        self.counters.get(id)
    }

    /// The ticket that stands at a counter, called or being served.
    pub fn ticket_at(&self, counter: &CounterId) -> Option<&Ticket> {
        self.counters.get(counter)?.ticket.as_ref().and_then(|id| self.tickets.get(id))
    }

    /// All desk units that ever spoke.
    pub fn desks(&self) -> impl Iterator<Item = (&DeskId, &Desk)> {
        self.desks.iter()
    }

    /// The desk unit of that id.
    pub fn desk(&self, id: &DeskId) -> Option<&Desk> {
        self.desks.get(id)
    }

    /// What the devices last said of themselves.
    pub fn devices(&self) -> impl Iterator<Item = (&DeviceId, &DeviceReport)> {
        self.devices.iter()
    }

    /// Print jobs of the day.
    pub fn jobs(&self) -> impl Iterator<Item = &PrintJob> {
        self.jobs.values()
    }

    /// The print job of that id.
    pub fn job(&self, id: JobId) -> Option<&PrintJob> {
        self.jobs.get(&id)
    }

    /// Printers whose paper staff are changing, and since when.
    pub fn paper_changes(&self) -> impl Iterator<Item = (&PrinterId, Timestamp)> {
        self.paper_changes.iter().map(|(printer, since)| (printer, *since))
    }

    /// Whether a piece of paper did not come out, or nobody knows, and neither was it printed again nor struck off.
    pub fn is_spoiled(&self, job: &PrintJob) -> bool {
        job.is_doubtful() && job.voided.is_none() && !self.is_reprinted(job)
    }

    /// Whether there was a later piece of paper for the same number.
    pub fn is_reprinted(&self, job: &PrintJob) -> bool {
        self.tickets.get(&job.ticket).is_some_and(|ticket| ticket.job.is_some_and(|last| last > job.id))
    }

    /// Every service and lane that somebody waits in, and how many; pinned tickets count where they came from.
    pub fn waiting(&self) -> BTreeMap<(ServiceId, LaneId), usize> {
        let mut counts: BTreeMap<(ServiceId, LaneId), usize> = self
            .queues
            .classes()
            .map(|(service, lane, queue)| ((service.clone(), lane.clone()), queue.len()))
            .collect();
        for (_, Place { ticket, .. }) in self.queues.all_pinned() {
            if let Some(ticket) = self.tickets.get(ticket) {
                *counts.entry((ticket.service.clone(), ticket.lane.clone())).or_default() += 1;
            }
        }
        counts
    }

    /// Every service and lane that somebody waits in, with its queue in order; pinned tickets are not in them.
    pub fn lines(&self) -> impl Iterator<Item = (&ServiceId, &LaneId, &BTreeSet<Place>)> {
        self.queues.classes()
    }

    /// Everybody who waits, pinned tickets last.
    pub fn queue(&self) -> impl Iterator<Item = &Ticket> {
        let free = self.queues.classes().flat_map(|(_, _, queue)| queue);
        let pinned = self.queues.all_pinned().map(|(_, place)| place);
        free.chain(pinned).filter_map(|place| self.tickets.get(&place.ticket))
    }

    /// The guarantee's account of a lane as booked last, in 1/1000 calls.
    pub fn credit(&self, lane: &LaneId) -> i64 {
        self.credit.get(lane).copied().unwrap_or(0)
    }

    /// How many of the same service wait before this ticket, or `None` when it does not wait. Lanes of more points
    /// a minute count as before it when they wait now: the plain answer to "how many are ahead of me".
    pub fn ahead(&self, id: &TicketId) -> Option<usize> {
        let ticket = self.tickets.get(id).filter(|ticket| ticket.state == TicketState::Waiting)?;
        let speed = |lane: &LaneId| self.plan.lane(lane).map_or(0, |lane| lane.p100);
        let mine = speed(&ticket.lane);
        let before = |place: &Place| (place.origin, place.sequence) < (ticket.origin, ticket.sequence);
        let ahead = self
            .queues
            .classes()
            .filter(|(service, _, _)| **service == ticket.service)
            .map(|(_, lane, queue)| match speed(lane).cmp(&mine) {
                std::cmp::Ordering::Greater => queue.len(),
                // From the back: who asks has mostly come last.
                std::cmp::Ordering::Equal => {
                    queue.len() - queue.iter().rev().take_while(|place| !before(place)).count()
                }
                std::cmp::Ordering::Less => 0,
            })
            .sum();
        Some(ahead)
    }

    /// Open counters that may take the service, in the order of the Plan, without `except`.
    pub fn taking_over(&self, services: &[ServiceId], except: &CounterId) -> Vec<CounterId> {
        self.plan
            .counters
            .iter()
            .filter(|plan| plan.id != *except)
            .filter(|plan| {
                self.counters.get(&plan.id).is_some_and(|counter| counter.state == crate::CounterState::Open)
            })
            .filter(|plan| services.iter().any(|service| plan.serves(service, &self.plan.lanes)))
            .map(|plan| plan.id.clone())
            .collect()
    }

    /// Services that a counter ever takes, in the order of the Plan.
    pub fn services_of(&self, counter: &CounterId) -> Vec<ServiceId> {
        let Some(plan) = self.plan.counter(counter) else { return Vec::new() };
        let served = self.plan.services.iter().filter(|service| plan.serves(&service.id, &self.plan.lanes));
        served.map(|service| service.id.clone()).collect()
    }
}
