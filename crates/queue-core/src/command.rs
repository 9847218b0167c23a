//! Wishes. Whatever happens to a branch from outside is one of these.

use crate::{
    AlertId, AlertSubject, AppointmentCode, AppointmentWish, BusinessDay, Clerk, CounterId, DeskId, DeviceId, Flag,
    Hours, IdentityHash, JobId, LaneId, LineId, Millis, Need, NoticeId, NoticeOutcome, NoticeWish, Outcome,
    PauseReason, Plan, PlanDigest, PressMark, PrintOutcome, PrinterId, Promise, Rated, SelfTestId, SelfTestMeans,
    SelfTestPart, SelfTestResult, ServiceId, Skill, TicketId, WalkUnit,
};

/// A wish from a person, a device or the schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say it; units are in their types")]
pub enum Command {
    /// Put a configuration in force.
    AdoptPlan { plan: Box<Plan>, digest: PlanDigest },
    /// Begin a business day.
    OpenDay { day: BusinessDay },
    /// The last-ticket time has come: no more numbers, and every counter helps out at once.
    StartDraining,
    /// End it. `force` ends it although somebody is called, served or held.
    CloseDay { force: bool },
    /// Say when numbers are given on a business day: before it is opened, or when it changes in its course.
    SetHours { day: BusinessDay, hours: Hours },
    /// Take a number.
    Issue(IssueWish),
    /// Give a number back.
    Cancel { ticket: TicketId, customer: bool, reason: Option<String> },
    /// A no-show comes back.
    Reinstate { ticket: TicketId },
    /// Move a waiting ticket to another lane.
    ChangeLane { ticket: TicketId, lane: LaneId, reason: String },
    /// Paper again, marked as a copy.
    Reprint { ticket: TicketId, printer: PrinterId },

    /// Take customers. Opening an open counter is no change.
    OpenCounter { counter: CounterId, staff: Option<String> },
    /// A clerk's own wish at a counter: refused while another clerk is named there; where nobody is, this one is from now on.
    AsClerk { clerk: Clerk, wish: Box<Command> },
    /// Name who works at a counter that is not closed. `from` is whom they take it over from, as somebody has confirmed.
    NameClerk { counter: CounterId, clerk: Clerk, from: Option<String> },
    /// A clerk leaves every counter where they are named; the counters stay as they are.
    LeaveCounters { staff: String },
    /// Take no more customers. Held tickets go to `held_to`, or back to the queue. The last counter for people who
    /// wait is closed only with a `reason` by somebody `authorised` (a manager, as whoever passes the wish on knows).
    CloseCounter { counter: CounterId, held_to: Option<CounterId>, reason: Option<String>, authorised: bool },
    /// Take a break, after the customer who is there.
    Pause { counter: CounterId, reason: PauseReason },
    /// Take customers again.
    Resume { counter: CounterId },
    /// Finish whoever is there and call the next.
    CallNext { counter: CounterId },
    /// Call that one, out of turn.
    CallTicket { counter: CounterId, ticket: TicketId, reason: String },
    /// Call the same number again.
    Recall { counter: CounterId },
    /// The customer is there.
    Arrived { counter: CounterId },
    /// Served.
    Finish { counter: CounterId, outcome: Outcome },
    /// Called and did not come.
    NoShow { counter: CounterId },
    /// Keep the ticket at this counter.
    Hold { counter: CounterId },
    /// Go on with a held ticket.
    ResumeTicket { counter: CounterId, ticket: TicketId },
    /// Take back the counter's last finish, no-show, hold or transfer.
    Undo { counter: CounterId },
    /// Send the customer on. `confirm` sends also to where nobody is open.
    Transfer { counter: CounterId, to: TransferTo, lane: Option<LaneId>, confirm: bool },

    /// A key of a desk unit went down.
    Press(Press),
    /// Presses of the unit count from here on.
    SetDeskBaseline { desk: DeskId, mark: PressMark, why: String },
    /// Presses were lost for good.
    ReportMissed { desk: DeskId, mark: PressMark, count: u32 },
    /// The first byte is about to be sent.
    StartPrint { job: JobId },
    /// How the job ended.
    EndPrint { job: JobId, outcome: PrintOutcome },
    /// A device changed its state.
    ReportDevice { device: DeviceId, state: String, cause: Option<String> },
    /// Time has passed: pins run out, delays open, sessions begin and end, ready counters are called into, alerts go to
    /// the manager.
    Wake,

    // Acts of people.
    /// Somebody should look. At a counter the ticket that stands there belongs to it.
    RaiseAlert { subject: AlertSubject, reason: Option<String>, language: Option<String> },
    /// Somebody looks.
    AckAlert { alert: AlertId },
    /// What staff should know of a customer, in place of what was known.
    SetNeeds { ticket: TicketId, needs: Vec<Need> },
    /// Mark a ticket, for a reason and on somebody's authority (a staff number).
    Flag { ticket: TicketId, flag: Flag, reason: String, authoriser: String },
    /// Let so many others go first, at least one.
    Defer { ticket: TicketId, pass: u32 },
    // Appointments.
    /// Book a time under a code, or change one that nobody has come for.
    PutAppointment(AppointmentWish),
    /// Book many, all or none.
    PutAppointments(Vec<AppointmentWish>),
    /// Take a booked time back.
    DeleteAppointment { code: AppointmentCode },
    /// Take a number for a booked time.
    CheckIn(CheckIn),
    // Wiring.
    /// Tick the presses of these units and do not obey them, until every key was pressed.
    StartWalk { line: LineId, units: Vec<WalkUnit> },
    /// End that.
    StopWalk { line: LineId },
    // Ratings.
    /// Say what a service was like, from 1 (worst) to 5.
    Rate { of: Rated, score: u8 },
    // Paper.
    /// Staff begin or end to change a printer's paper: its jobs wait meanwhile.
    SetPaperChange { printer: PrinterId, on: bool },
    /// Strike a spoiled piece of paper off the list: nobody needs it any more. Its number stays as it is.
    VoidPrint { job: JobId, reason: Option<String> },
    // Health of the devices.
    /// What an alert was about is over by itself.
    ClearAlert { subject: AlertSubject },
    /// Look at all these, before the hall opens.
    StartSelfTest { parts: Vec<SelfTestPart>, means: SelfTestMeans },
    /// What came of it.
    FinishSelfTest { test: SelfTestId, results: Vec<SelfTestResult> },
    /// A person has looked at something.
    TickSelfTest { test: SelfTestId, item: DeviceId, ok: bool, note: Option<String> },
    // Words and plans at the counter.
    /// Keep a note on a ticket; its words lie elsewhere, and this is their salted digest.
    KeepNote { ticket: TicketId, digest: String },
    /// Further services on the number, in place of those that were known.
    SetThen { ticket: TicketId, then: Vec<ServiceId> },
    /// Do that, if the ticket at the counter is still the one that whoever wishes it has in view (`None`: nobody).
    Expecting { counter: CounterId, ticket: Option<TicketId>, act: Box<Command> },
    // Plans at run time.
    /// A counter takes these until the day ends. `confirm` also where people who wait are then left to nobody.
    PlanCounter { counter: CounterId, skills: Vec<Skill>, reason: String, confirm: bool },
    /// A counter takes what its configuration says again.
    EndCounterPlan { counter: CounterId, confirm: bool },
    // The voice.
    /// Say this to the hall.
    Announce(NoticeWish),
    /// What became of it.
    EndNotice { notice: NoticeId, outcome: NoticeOutcome, cause: Option<String> },
}

/// What a customer asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueWish {
    /// What for.
    pub service: ServiceId,
    /// How to wait.
    pub lane: LaneId,
    /// Chosen by the customer, such as `zh-CN`.
    pub language: Option<String>,
    /// Where.
    pub kiosk: Option<String>,
    /// Whose, as a keyed hash.
    pub identity: Option<IdentityHash>,
    /// What staff should know.
    pub needs: Vec<Need>,
    /// Further services on the same number.
    pub then: Vec<ServiceId>,
    /// Where the paper should come out; `None` for a number without paper.
    pub printer: Option<PrinterId>,
    /// The wait that the customer is told.
    pub promise: Option<Promise>,
}

/// Who comes for a booked time. The rest is as in [`IssueWish`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckIn {
    /// The code that was given with the booking.
    pub code: AppointmentCode,
    /// What the customer says to come for, where they say it; it has to be what was booked.
    pub service: Option<ServiceId>,
    /// Chosen by the customer, such as `zh-CN`.
    pub language: Option<String>,
    /// Where.
    pub kiosk: Option<String>,
    /// Whose, as a keyed hash.
    pub identity: Option<IdentityHash>,
    /// What staff should know.
    pub needs: Vec<Need>,
    /// Further services on the same number.
    pub then: Vec<ServiceId>,
    /// Where the paper should come out; `None` for a number without paper.
    pub printer: Option<PrinterId>,
}

/// Where a customer is sent on to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say it")]
pub enum TransferTo {
    /// To whoever can do it, or, with a pin, first to that counter.
    Service {
        service: ServiceId,
        /// Waits for that counter first.
        pin: Option<CounterId>,
    },
    /// To that counter, for the same service.
    Counter(CounterId),
}

/// A key of a desk unit went down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Press {
    /// Which unit.
    pub desk: DeskId,
    /// The counter that the unit stands at.
    pub counter: CounterId,
    /// Which press.
    pub mark: PressMark,
    /// Key code as on the wire.
    pub key: u16,
    /// An older one of several *next* found after the unit was out of reach.
    pub stale: bool,
    /// How long ago at most, in milliseconds, where it came by a way that can be slow; `None` where nobody knows.
    pub age_ms: Option<Millis>,
}
