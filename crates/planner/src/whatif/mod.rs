//! What if: a day as it happened, or as it could, played again under another rule or with other counters.
//!
//! A [`Day`] is customers with their lengths of service attached, and what counters were told when. [`Day::play`] runs
//! it under a rule; the same day under two rules differs by the rule alone. A [`Profile`] draws days from what is usual,
//! and [`staff`] searches on them how many counters must be open when.

mod answer;
mod day;
mod measure;
mod play;
mod profile;
mod staff;

pub use answer::{LaneAnswer, Scenario, StaffAnswer, WhatifAnswer};
pub use day::{Customer, Day, Duty, Leg, LegEnd, Order};
pub use measure::{HALF_HOUR, HalfHour, LaneTable, Measure, tables};
pub use play::{Law, Played};
pub use profile::{People, Profile, ServiceLaw};
pub use staff::{GOAL, Group, Staffed, StaffedHalfHour, groups, staff};
