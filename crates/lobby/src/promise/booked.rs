//! Who has booked a time: known before they come, so that plays expect them.

use super::names::Names;
use planner::estimate::Appointment;
use queue_core::{BusinessDay, Event, ServiceId, Timestamp};
use std::collections::BTreeMap;

/// Booked times by code, of any day that is not over.
#[derive(Clone, Debug, Default)]
pub(crate) struct Booked(BTreeMap<String, Time>);

#[derive(Clone, Debug)]
struct Time {
    service: ServiceId,
    at: Timestamp,
    day: BusinessDay,
}

/// Upper and lower case are the same code.
fn folded(code: &str) -> String {
    code.to_ascii_lowercase()
}

impl Booked {
    /// What a booking changes for the business day `today`: the one that is gone, the one that is new.
    pub(crate) fn book(&mut self, fact: &Event, today: Option<&BusinessDay>) -> [Option<(ServiceId, Timestamp)>; 2] {
        let (gone, new) = match fact {
            Event::AppointmentBooked { code, service, at, day, .. } => {
                let time = Time { service: service.clone(), at: *at, day: day.clone() };
                (self.0.insert(folded(code.as_str()), time.clone()), Some(time))
            }
            Event::AppointmentCancelled { code, .. } => (self.0.remove(&folded(code.as_str())), None),
            _ => (None, None),
        };
        let of_today =
            |time: Option<Time>| time.filter(|time| Some(&time.day) == today).map(|time| (time.service, time.at));
        [of_today(gone), of_today(new)]
    }

    /// The time that was booked under a code.
    pub(crate) fn time(&self, code: &str) -> Option<Timestamp> {
        self.0.get(&folded(code)).map(|time| time.at)
    }

    /// Everybody who is expected on a day that begins; what is of days before it is forgotten.
    pub(crate) fn begin(&mut self, day: &BusinessDay, midnight: Timestamp, names: &Names) -> Vec<Appointment> {
        self.0.retain(|_, time| time.day >= *day);
        let of_day = self.0.values().filter(|time| time.day == *day);
        let expected = of_day.filter_map(|time| {
            Some(Appointment { at: time.at.since(midnight), service: names.service(&time.service)? })
        });
        let mut expected: Vec<Appointment> = expected.collect();
        expected.sort_unstable_by_key(|booked| (booked.at, booked.service));
        expected
    }
}
