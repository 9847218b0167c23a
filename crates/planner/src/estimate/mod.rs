//! The promise: how long a ticket will wait (DISCIPLINE §2). The actual rule is played forward from the live
//! state until the ticket is called, 200 times, and the quantiles are read. What the plays draw from is learned
//! online; what they say is calibrated by their own past errors.
//!
//! [`Learner`] books facts and gives an [`Outlook`]; [`Player`] plays a [`Hall`] under it; [`Calibration`]
//! corrects the quantiles. [`days`] runs all of it over recorded days.

mod arrivals;
mod calibrate;
mod days;
mod days_file;
mod forecast;
mod learn;
mod newcomers;
mod outlook;
mod play;
mod toll;

pub use crate::engine::{Call, CounterRule, Doing, Hall, LaneRule, Pinned, Rule, Serving, Skill, Waiting};
pub use arrivals::Appointment;
pub use calibrate::{Calibration, Estimate};
pub use days::{Ask, Estimates, TicketEstimate, Walk, days};
pub use days_file::{Day, DaysFile};
pub use forecast::{Course, LaneStep, Present, STEP, STEPS, Step, forecast};
pub use learn::{Fact, Learner, Setup, Shift};
pub use newcomers::newcomers;
pub use outlook::{Break, CounterOutlook, Outlook, ServiceOutlook};
pub use play::{HORIZON, PLAYS, Player, Staffing, Waits};
pub use toll::{Toll, toll};
