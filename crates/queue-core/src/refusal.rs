//! Why a wish was not granted, in words for people and as a stable code for programs.

use crate::{
    AppointmentCode, BusinessDay, CounterId, DeviceId, LaneId, LineId, SelfTestId, ServiceId, TicketId, Timestamp,
};

/// A wish that was judged and not granted. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs, reason = "the names of the fields say it; units are in their types")]
pub enum Refusal {
    #[error("{0} notices wait to be spoken already; wait until some of them are over")]
    TooManyNotices(usize),
    #[error("there is no configuration in force yet")]
    NoPlan,
    #[error("the configuration still has to serve {}: finish or transfer them first", .0.join(", "))]
    PlanInUse(Vec<String>),
    #[error("the business day is not open; a manager opens it")]
    DayClosed,
    #[error(
        "no more numbers are given {}; those taken are still served",
        if next.is_some() { "in this session" } else { "today" }
    )]
    AfterLastTicket { next: Option<Timestamp> },
    #[error("the business day {0} is already open; close it first")]
    DayOpen(BusinessDay),
    #[error("{} still called, served or held: finish them, or confirm that the day is closed anyway", .0.join(", "))]
    DayBusy(Vec<String>),
    #[error("there is no service `{0}` here; the menu lists what there is")]
    UnknownService(ServiceId),
    #[error("there is no lane `{0}` here; the menu lists what there is")]
    UnknownLane(LaneId),
    #[error("there is no counter `{0}` here")]
    UnknownCounter(CounterId),
    #[error("there is no ticket `{0}` today")]
    UnknownTicket(TicketId),
    #[error("series {0} has used all its 9,999 numbers today; take a number of another service")]
    SeriesExhausted(String),
    #[error("a number carries at most {} further services", crate::Ticket::MAX_THEN)]
    TooManyServices,
    #[error("counter {0} is closed; open it first")]
    CounterClosed(CounterId),
    #[error("counter {0} is paused; resume it first")]
    CounterPaused(CounterId),
    #[error("counter {counter} has {number}; finish, hold or transfer it first")]
    CounterBusy { counter: CounterId, number: String },
    #[error("counter {0} has called nobody")]
    NothingCalled(CounterId),
    #[error("counter {0} called a moment ago; wait a second and press again")]
    TooSoon(CounterId),
    #[error("{number} is {state}; this can be done only while it is {wanted}")]
    WrongState { number: String, state: &'static str, wanted: &'static str },
    #[error("{0} has arrived and is being served; finish it instead")]
    AlreadyArrived(String),
    #[error("{0} is not held at this counter")]
    NotHeldHere(String),
    #[error("{0} has missed its call and is void by the rule of this branch; take a new number")]
    Void(String),
    #[error("{0} has missed its call a second time; take a new number")]
    ReturnedBefore(String),
    #[error("no open counter can serve {0}; confirm to send the customer there anyway")]
    NobodyOpen(ServiceId),
    #[error("counter {counter} cannot serve {service}")]
    CannotServe { counter: CounterId, service: ServiceId },
    #[error("counter {0} has done nothing in the last minute that can be taken back")]
    NothingToUndo(CounterId),
    #[error("{0} has moved on, or the next customer has arrived; it cannot be taken back any more")]
    MovedOn(String),
    #[error("say why: an act out of turn needs a reason")]
    ReasonMissing,
    #[error("an older press, found after the unit was out of reach; only the last one counts")]
    #[strum(serialize = "stale")]
    StalePress,
    #[error("nothing was typed before the key")]
    NothingTyped,
    #[error("`{0}` stands for nothing on the list")]
    UnknownEntry(String),
    #[error("this key has no meaning here")]
    UnknownKey(u16),
    #[error("there is no such print job")]
    UnknownJob,
    // Clerks. `since` in the branch's time is for whoever words it.
    #[error("counter {counter} is used by staff {staff}; take it over if they have left")]
    CounterTaken { counter: CounterId, staff: String, since: Option<Timestamp> },
    // Acts of people.
    #[error("{number} may still come: {}", still(*recalls, *wait_s))]
    TooEarly { number: String, recalls: u32, wait_s: u64 },
    #[error("{number} was recalled {recalls} times, which is the most here; press no-show if nobody comes")]
    RecallLimit { number: String, recalls: u32 },
    #[error("the greeter is looking for this customer; if nobody comes, press no-show again in {wait_s} s")]
    GreeterAlerted { wait_s: u64 },
    #[error("there is no such alert today")]
    UnknownAlert,
    #[error("people wait whom no other open counter serves; open one first, or let a manager close {0} and say why")]
    LastCounter(CounterId),
    #[error("say on whose authority: give the staff number of whoever allowed it")]
    AuthoriserMissing,
    #[error("there is no lane for urgent cases in which a counter takes {0}; call it by hand and say why")]
    NoUrgentLane(String),
    #[error("nobody waits behind {0}, so there is nobody to let go first")]
    NobodyBehind(String),
    #[error("{0} has let others go first before; that can be done once")]
    DeferredBefore(String),
    #[error("{0} waits for a counter of its own and holds nobody up; ask the staff")]
    WaitsForCounter(String),

    // Hours: `next` is when numbers are given again, where that is on the same business day.
    #[error("numbers are given in the published sessions only, and none is under way")]
    OutsideSession { next: Option<Timestamp> },
    #[error("no numbers of `{service}` are given at this hour; take another service, or come back")]
    ServiceClosed { service: ServiceId, next: Option<Timestamp> },
    #[error("all {quota} numbers of `{service}` for today are taken; come on another day")]
    QuotaUsed { service: ServiceId, quota: u32 },

    // Appointments and identities.
    #[error("this branch takes no appointments: its configuration names no lane for them")]
    NoAppointments,
    #[error("there is no appointment `{0}` here; look at the code again, or take a number without one")]
    UnknownAppointment(AppointmentCode),
    #[error("appointment {code} is for {day}; come on that day, or take a number without it")]
    AppointmentOtherDay { code: AppointmentCode, day: BusinessDay },
    #[error("an appointment cannot be in the past: {at} was asked for and it is {now} now; write a later time")]
    AppointmentPast { at: Timestamp, now: Timestamp },
    #[error("appointment {code} was checked in before and became {number}; a code is good for one number")]
    AppointmentUsed { code: AppointmentCode, number: String },
    #[error("appointment {code} is for {service}; leave `service` out, or take a number without the appointment")]
    AppointmentService { code: AppointmentCode, service: ServiceId },
    #[error("appointment {0} stands in the list twice; keep one")]
    AppointmentTwice(AppointmentCode),
    #[error("{} of {of} appointments cannot be booked, so none was: {}", .mistakes.len(), listed(.mistakes))]
    AppointmentMistakes {
        of: usize,
        /// Place in the list, from 0, and what stands against it.
        mistakes: Vec<(usize, Refusal)>,
    },
    #[error("{0} needs to know who comes: hold the identity card to the reader, or ask the staff")]
    IdentityRequired(ServiceId),
    #[error("this person holds {0} numbers, which is as many as one may; be served or cancel one first")]
    IdentityLive(u32),
    #[error("this person has taken {0} numbers today, which is as many as one may; ask the staff")]
    IdentityDay(u32),
    #[error("the same person has taken {0} meanwhile, which is still good; cancel that one first")]
    LiveAlready(String),
    // The disk.
    #[error("the lobby's disk is full: no numbers are given until there is room on it; those taken are still served")]
    DiskFull,
    // Call boxes.
    #[error("counter {0} holds nobody")]
    NobodyHeld(CounterId),
    // Plans at run time.
    #[error("counter {0} would serve nobody; name at least one service, or close it")]
    ServesNobody(CounterId),
    #[error("{} would wait for nobody: of the open counters only {counter} takes them; confirm if it is meant", .numbers.join(", "))]
    LeavesNobody { counter: CounterId, numbers: Vec<String> },
    // Wiring.
    #[error("line {0} has no units with keys, so there is nothing to walk")]
    NothingToWalk(LineId),
    #[error("other counters of line {0} are being walked already; end that walk first")]
    WalkIsOn(LineId),
    #[error("there are customers at counter {}; wait until they are served, or walk only the other counters", .0.iter().map(CounterId::as_str).collect::<Vec<_>>().join(", "))]
    CustomersThere(Vec<CounterId>),
    // Ratings.
    #[error("`{0}` is no level: they go from 1, the worst, to 5")]
    UnknownScore(u8),
    #[error("nobody was just served at counter {0}, so there is nothing to rate")]
    NobodyToRate(CounterId),
    #[error("the service of {0} was rated already; thank you")]
    RatedBefore(String),
    // Desk units at agents.
    #[error("{}, and the lobby learns of it only now; press again if it is still wanted", pressed(*age_s))]
    #[strum(serialize = "stale")]
    OldPress { age_s: Option<u64> },
    // Paper.
    #[error("this paper may still be asked for; print it again, or strike it off in {wait_s} s")]
    PaperMayBeMissed { wait_s: u64 },
    // Health of the devices.
    #[error("self-test {0} is still running; wait for its end")]
    #[strum(serialize = "selftest_running")]
    SelfTestRunning(SelfTestId),
    #[error("that is not the last self-test; look at the page again")]
    #[strum(serialize = "unknown_selftest")]
    UnknownSelfTest,
    #[error("`{0}` is no part of this self-test")]
    #[strum(serialize = "unknown_item")]
    UnknownTestItem(DeviceId),
    #[error("`{0}` is tested by the lobby itself; only what people have to look at can be ticked")]
    TestedByItself(DeviceId),
    // Words and plans at the counter.
    #[error(
        "counter {counter} has {} by now, not what was in view when this was pressed; look, and press again if it is still wanted",
        now.as_deref().unwrap_or("nobody")
    )]
    OtherTicket { counter: CounterId, now: Option<String> },
}

impl Refusal {
    /// Seconds after which the same wish may be granted, where time alone changes that.
    pub fn wait_s(&self) -> Option<u64> {
        match self {
            Refusal::TooEarly { wait_s, .. }
            | Refusal::GreeterAlerted { wait_s }
            | Refusal::PaperMayBeMissed { wait_s } => Some(*wait_s),
            _ => None,
        }
    }

    /// Stable code for programs, such as `counter_closed`: the variant's name, which therefore is never changed.
    pub fn code(&self) -> &'static str {
        self.into()
    }
}

fn pressed(age_s: Option<u64>) -> String {
    age_s.map_or_else(|| "pressed some time ago".to_owned(), |age_s| format!("pressed {age_s} s ago"))
}

/// What is missing before a customer counts as missing, in words.
fn still(recalls: u32, wait_s: u64) -> String {
    let recall = match recalls {
        0 => None,
        1 => Some("recall once more".to_owned()),
        more => Some(format!("recall {more} times more")),
    };
    let wait = (wait_s > 0).then(|| format!("wait {wait_s} s"));
    [recall, wait].into_iter().flatten().collect::<Vec<_>>().join(", and ")
}

/// Mistakes that a sentence names; programs are given all.
const NAMED: usize = 5;

fn listed(mistakes: &[(usize, Refusal)]) -> String {
    let named = mistakes.iter().take(NAMED).map(|(place, why)| format!("appointments[{place}]: {why}"));
    let more = mistakes.len().saturating_sub(NAMED);
    let more = (more > 0).then(|| format!("and {more} more"));
    named.chain(more).collect::<Vec<_>>().join("; ")
}
