//! The branch as a pure state machine: commands in, events out.
//!
//! [`Branch::decide`] judges a [`Command`] against the state and answers the facts that would follow, or a
//! [`Refusal`]; it changes nothing. [`Branch::apply`] books one fact and cannot fail, so replaying a journal is
//! `apply` alone. [`Branch::handle`] is both in a row, followed by the calls into counters that stand ready.
//!
//! Never in this crate: a clock, randomness, input or output, threads, `async`, a hash map. Time is an argument
//! ([`Timestamp`]), the business day is named by whoever opens it, and every order of iteration is fixed; two
//! machines fed with the same journal are equal to the last field.
//!
//! A walk through a call: [`Command::CallNext`] → `decide/calling.rs` → `choice.rs` (who is next, and why) →
//! [`Event::Called`] → `apply.rs` (queue and counter change together).

mod alert;
mod apply;
mod apply_sayings;
mod apply_tickets;
mod apply_wires;
mod appointments;
mod branch;
mod choice;
mod command;
mod counter;
mod decide;
mod desk;
mod event;
mod event_kind;
mod event_parts;
mod hours;
mod ids;
mod notice;
mod plan;
mod preset;
mod print;
mod prospects;
mod queues;
mod rating;
mod refusal;
mod run_plan;
mod selftest;
mod ticket;
mod time;
mod undo;
mod walk;

pub use alert::{Alert, AlertId, AlertKind, AlertSubject};
pub use appointments::{Appointment, AppointmentWish, CheckedIn};
pub use branch::{Branch, DayState, DeviceReport, Handled};
pub use choice::Choice;
pub use command::{CheckIn, Command, IssueWish, Press, TransferTo};
pub use counter::{Clerk, Counter, CounterState};
pub use desk::{Desk, PressMark};
pub use event::Event;
pub use event_parts::{DayCounts, Foreseen, FurtherLeg, Outcome, PauseReason, PressResult, Promise, Uncalled, Why};
pub use hours::{Hours, IssueWindow, Session};
pub use ids::{
    Actor, AppointmentCode, CounterId, DeskId, DeviceId, IdentityHash, JobId, LaneId, LineId, PrinterId, ServiceId,
    TicketId,
};
pub use notice::{NOTICES_WAITING, Notice, NoticeId, NoticeOutcome, NoticeRank, NoticeWish};
pub use plan::{CounterPlan, LanePlan, NoShowPolicy, Plan, PlanDigest, Rules, ServicePlan, Skill};
pub use preset::Preset;
pub use print::{PRINT_QUEUE, PrintJob, PrintOutcome, PrintState, VOID_AFTER_MS};
pub use prospects::Prospect;
pub use queues::Place;
pub use rating::{BEST_SCORE, Rated, Served};
pub use refusal::Refusal;
pub use run_plan::RunPlan;
pub use selftest::{
    SelfTest, SelfTestBegun, SelfTestId, SelfTestItem, SelfTestMeans, SelfTestOutcome, SelfTestPart, SelfTestResult,
    SelfTestTick, SelfTestTicked,
};
pub use ticket::{Flag, Need, Pin, Ticket, TicketState};
pub use time::{BusinessDay, InvalidDay, Millis, Timestamp};
pub use undo::LastAct;
pub use walk::{Walk, WalkEnd, WalkUnit, Walked};
