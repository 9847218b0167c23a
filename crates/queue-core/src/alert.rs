//! What somebody has to look at now. An alert stays with the business day; one that nobody answers goes to the manager.

use crate::{Actor, CounterId, Millis, TicketId, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;

/// After this without an answer an alert goes to the manager. DESIGN §7.
pub(crate) const ESCALATES_AFTER_MS: Millis = 120_000;
/// How long somebody with needs may still come after the greeter was alerted. DESIGN §5.
pub(crate) const GREETER_HAS_MS: Millis = 60_000;

/// An alert. Counts up through the whole life of a branch, so that no answer reaches another one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AlertId(pub u64);

impl fmt::Display for AlertId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// What an alert is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    /// Somebody with needs was called and has not come: the greeter looks for them.
    Needs,
    /// A customer at a kiosk or a clerk asks for help.
    Help,
    /// A dispute at a counter.
    Dispute,
    /// The last open counter for people who wait was paused or closed.
    LastCounter,
    /// The forecast says that it will get too long.
    Forecast,
    /// A device needs somebody.
    Device,
    /// A number was called without voice: somebody invites the customer in person.
    Invite,
    // The hall.
    /// A guest of the VIP lane has waited so long that staff go and talk (HALL H1).
    VipWait,
    /// Somebody in a lane has waited past its target (H3).
    LaneWait,
    /// A counter stands idle while people wait (H5).
    Idle,
    /// A service takes longer than it should (H4).
    Overrun,
    /// Staff in the hall call for help: somebody is violent, drunk or ill (S2, S3).
    Alarm,
}

impl AlertKind {
    /// The name in JSON, such as `last_counter`.
    pub fn name(self) -> &'static str {
        match self {
            AlertKind::Needs => "needs",
            AlertKind::Help => "help",
            AlertKind::Dispute => "dispute",
            AlertKind::LastCounter => "last_counter",
            AlertKind::Forecast => "forecast",
            AlertKind::Device => "device",
            AlertKind::Invite => "invite",
            AlertKind::VipWait => "vip_wait",
            AlertKind::LaneWait => "lane_wait",
            AlertKind::Idle => "idle",
            AlertKind::Overrun => "overrun",
            AlertKind::Alarm => "alarm",
        }
    }
}

/// What an alert is about and where. One of them is open at a time: the same again is no new alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertSubject {
    /// What it is about.
    pub alert_kind: AlertKind,
    /// Where, if at a counter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counter: Option<CounterId>,
    /// Whom, if a customer with a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketId>,
    /// Where, if at a kiosk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kiosk: Option<String>,
    /// Which, where one kind stands for several: `late:<lane>` or `past_closing:<service>` of a forecast, the name of a
    /// device, a lane, what an alarm is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

impl AlertSubject {
    /// Of that kind, about nothing in particular yet.
    pub fn of(alert_kind: AlertKind) -> AlertSubject {
        AlertSubject { alert_kind, counter: None, ticket: None, kiosk: None, code: None }
    }

    /// Of that kind, at a counter.
    pub fn at(alert_kind: AlertKind, counter: CounterId) -> AlertSubject {
        AlertSubject { counter: Some(counter), ..AlertSubject::of(alert_kind) }
    }
}

/// An alert as it stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// Which.
    pub id: AlertId,
    /// What about.
    pub subject: AlertSubject,
    /// What whoever raised it said.
    pub reason: Option<String>,
    /// Language of the customer who asks, such as `en`.
    pub language: Option<String>,
    /// When.
    pub raised_at: Timestamp,
    /// When somebody answered it, and who.
    pub acked: Option<(Timestamp, Actor)>,
    /// When it went to the manager.
    pub escalated_at: Option<Timestamp>,
    /// When what it was about was over by itself.
    pub cleared_at: Option<Timestamp>,
}

impl Alert {
    /// Whether somebody still has to answer it.
    pub fn is_open(&self) -> bool {
        self.acked.is_none() && self.cleared_at.is_none()
    }
}
