//! The shape of `[day]` and `[rules]`: when the branch works, and its limits and policies.

use serde::Deserialize;

/// When the business day runs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DayConfig {
    /// Who opens it.
    pub open: DayOpening,
    /// Local time `HH:MM` from which a day counts as the next one.
    pub rolls_at: String,
    /// When the branch works; none for around the clock.
    pub sessions: Vec<SessionConfig>,
    /// Dates without sessions, `YYYY-MM-DD`.
    pub holidays: Vec<String>,
    /// Dates that run like a Monday whatever day of the week they are, `YYYY-MM-DD`: make-up workdays (调休).
    pub workdays: Vec<String>,
}

impl Default for DayConfig {
    fn default() -> Self {
        DayConfig {
            open: DayOpening::AtStart,
            rolls_at: "04:00".to_owned(),
            sessions: Vec::new(),
            holidays: Vec::new(),
            workdays: Vec::new(),
        }
    }
}

/// Who opens the business day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayOpening {
    /// The lobby, whenever it runs and none is open.
    AtStart,
    /// A manager.
    ByManager,
    /// The lobby, half an hour before the first session; it closes the day after the last one too.
    BySchedule,
}

/// A span of the day in which the branch works.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionConfig {
    /// Local time `HH:MM` at which the first number is given.
    pub from: String,
    /// Local time `HH:MM` from which no number is given; `until` without it.
    #[serde(default)]
    pub last_ticket: Option<String>,
    /// Local time `HH:MM` of its end; before `from` it is that of the next morning.
    pub until: String,
    /// Business days on which it is: `mon-fri`, `sat`, `mon,wed,fri`.
    #[serde(default = "default_session_days")]
    pub days: String,
}

fn default_session_days() -> String {
    "mon-fri".to_owned()
}

/// A span of the day in which numbers of a service are given.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssueWindowConfig {
    /// Local time `HH:MM`.
    pub from: String,
    /// Local time `HH:MM`.
    pub until: String,
    /// As in a session.
    #[serde(default = "default_window_days")]
    pub days: String,
}

fn default_window_days() -> String {
    "mon-sun".to_owned()
}

/// Limits and policies.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RulesConfig {
    /// `fifo`, `strict`, `targets` or `shares`: how the lanes share the counters.
    pub preset: queue_core::Preset,
    /// A *next* sooner than this after a counter's last call is refused. Seconds.
    pub min_call_gap_s: u32,
    /// `void`, `once` or `tail`.
    pub no_show: queue_core::NoShowPolicy,
    /// Penalty of a no-show that comes back once. Minutes.
    pub return_penalty_min: u32,
    /// How long a transferred customer waits for the counter named. Minutes.
    pub pin_min: u32,
    // Acts of people.
    /// Calls, recalls among them, before a customer counts as missing.
    pub no_show_after_calls: u32,
    /// How long after the last call or recall a customer may still come. Seconds.
    pub no_show_gap_s: u32,
    /// Most recalls of a call; 0 for as many as one likes.
    pub recall_limit: u32,
    /// Where urgent tickets go on waiting; the lane `priority`, if there is one, without it.
    pub urgent_lane: Option<String>,
    /// Who may call a number out of turn.
    pub manual_call: ManualCall,
    /// A service shorter than this is suspected to be none; 0 suspects nobody. Seconds.
    pub sham_under_s: u32,
    /// As is one that *next* ended sooner than this after its call. Seconds.
    pub sham_next_s: u32,

    // Appointments.
    /// Checked in at most this long after the booked time, an appointment is punctual. Minutes.
    pub appointment_grace_min: u32,
    /// Lane of punctual appointments; `appointment` where there is such a lane.
    pub appointment_lane: Option<String>,
    /// Lane of those who come later; the ordinary lane without it.
    pub late_lane: Option<String>,
    // Ratings.
    /// For how long after a service the unit at the counter takes what its customer says of it; 0 takes nothing.
    /// Seconds.
    pub rating_s: u32,
    // Notes.
    /// How long the words of notes on tickets are kept after their business day was closed; 0 goes with it. Days.
    pub note_days: u32,
    /// Most live numbers of one person, whatever they are for; 0 for as many as there are services.
    pub identity_live: u32,
    /// Most numbers that one person takes in a business day; 0 for as many as they like.
    pub identity_day: u32,
}

/// Who may call a number out of turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ManualCall {
    /// Whoever works at a counter.
    Clerk,
    /// A manager.
    Manager,
}

impl Default for RulesConfig {
    fn default() -> Self {
        RulesConfig {
            preset: queue_core::Preset::Targets,
            min_call_gap_s: 2,
            no_show: queue_core::NoShowPolicy::Once,
            return_penalty_min: 5,
            pin_min: 15,
            no_show_after_calls: 1,
            no_show_gap_s: 0,
            recall_limit: 0,
            urgent_lane: None,
            manual_call: ManualCall::Clerk,
            sham_under_s: 20,
            sham_next_s: 15,
            appointment_grace_min: 10,
            appointment_lane: None,
            late_lane: None,
            rating_s: 180,
            note_days: 0,
            identity_live: 3,
            identity_day: 9,
        }
    }
}
