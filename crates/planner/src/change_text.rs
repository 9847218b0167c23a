//! A change as it is typed.

use super::{Change, Part, Span};
use crate::estimate::Staffing;
use queue_core::{Millis, ServiceId};
use std::fmt;

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, part) in self.parts.iter().enumerate() {
            write!(f, "{}{part}", if place > 0 { "," } else { "" })?;
        }
        Ok(())
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |services: &[ServiceId]| services.iter().map(ServiceId::as_str).collect::<Vec<_>>().join("+");
        match self {
            Part::Staff { counter, staffing, span } => {
                let told = if *staffing == Staffing::Open { "open" } else { "close" };
                write!(f, "{told}:{counter}{span}")
            }
            Part::Move { counter, services } => write!(f, "move:{counter}:{}", joined(services)),
            Part::Help { counter, help } => write!(f, "help:{counter}:{}:{}", joined(&help.services), help.after_min),
            Part::Rule(preset) => write!(f, "rule:{}", preset.name()),
            Part::Lane { lane, setting, value } => write!(f, "lane:{lane}:{}={value}", setting.name()),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clock = |at: Millis| format!("{:02}:{:02}", at / 3_600_000, at / 60_000 % 60);
        match (self.from, self.until) {
            (None, None) => Ok(()),
            (from, None) => write!(f, "@{}", clock(from.unwrap_or(0))),
            (from, Some(until)) => write!(f, "@{}-{}", clock(from.unwrap_or(0)), clock(until)),
        }
    }
}
