//! What customers said of the services of a day. Who said nothing is counted, and in no average.

use super::measure;
use queue_core::{BEST_SCORE, CounterId, Event, TicketId};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What customers said.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct RatingReport {
    /// The whole day.
    #[serde(flatten)]
    pub total: Ratings,
    /// Counter by counter.
    pub counters: Vec<CounterRatings>,
    /// By staff number, where somebody had named one.
    pub staff: Vec<StaffRatings>,
}

/// What customers said at one counter.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CounterRatings {
    /// Counter.
    pub counter: String,
    /// Its ratings.
    #[serde(flatten)]
    pub ratings: Ratings,
}

/// What customers said of one clerk.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct StaffRatings {
    /// Staff number.
    pub staff: String,
    /// The clerk's ratings.
    #[serde(flatten)]
    pub ratings: Ratings,
}

/// Ratings of services. Levels go from 1, the worst, to 5.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct Ratings {
    /// Services that could be rated: all that were finished, and not taken back.
    pub served: usize,
    /// Those that were.
    pub rated: usize,
    /// Rated over served.
    #[schema(required)]
    pub share: Option<f64>,
    /// Mean level of those rated.
    #[schema(required)]
    pub mean: Option<f64>,
    /// How many said each level, the worst first.
    pub levels: Vec<usize>,
}

/// A service that was finished.
struct Service {
    ticket: TicketId,
    counter: CounterId,
    staff: Option<String>,
    score: Option<u8>,
}

/// The services of a day and what was said of them.
#[derive(Default)]
pub(super) struct Book {
    services: Vec<Service>,
    /// Who works where.
    staff: BTreeMap<CounterId, String>,
}

impl Book {
    pub(super) fn book(&mut self, fact: &Event) {
        match fact {
            Event::CounterOpened { counter, staff: Some(staff), .. } | Event::StaffNamed { counter, staff, .. } => {
                self.staff.insert(counter.clone(), staff.clone());
            }
            Event::CounterClosed { counter, .. } | Event::StaffLeft { counter, .. } => _ = self.staff.remove(counter),
            Event::Finished { ticket, counter, .. } => {
                let staff = self.staff.get(counter).cloned();
                self.services.push(Service { ticket: ticket.clone(), counter: counter.clone(), staff, score: None });
            }
            Event::Rated { ticket, score, .. } => {
                if let Some(service) = self.services.iter_mut().rev().find(|service| service.ticket == *ticket) {
                    service.score = Some(*score);
                }
            }
            _ => {}
        }
    }

    /// The newest finish of a ticket was taken back.
    pub(super) fn take_back(&mut self, ticket: &TicketId) {
        if let Some(place) = self.services.iter().rposition(|service| service.ticket == *ticket) {
            self.services.remove(place);
        }
    }

    pub(super) fn report(&self) -> RatingReport {
        let by_counter = groups(&self.services, |service| Some(service.counter.as_str()));
        let by_staff = groups(&self.services, |service| service.staff.as_deref());
        RatingReport {
            total: ratings(&self.services.iter().collect::<Vec<_>>()),
            counters: by_counter.into_iter().map(|(counter, ratings)| CounterRatings { counter, ratings }).collect(),
            staff: by_staff.into_iter().map(|(staff, ratings)| StaffRatings { staff, ratings }).collect(),
        }
    }
}

fn groups<'a>(services: &'a [Service], by: impl Fn(&'a Service) -> Option<&'a str>) -> Vec<(String, Ratings)> {
    let mut groups: BTreeMap<&str, Vec<&Service>> = BTreeMap::new();
    for service in services {
        if let Some(name) = by(service) {
            groups.entry(name).or_default().push(service);
        }
    }
    groups.into_iter().map(|(name, services)| (name.to_owned(), ratings(&services))).collect()
}

fn ratings(services: &[&Service]) -> Ratings {
    let scores: Vec<u8> = services.iter().filter_map(|service| service.score).collect();
    let sum: f64 = scores.iter().map(|score| f64::from(*score)).sum();
    Ratings {
        served: services.len(),
        rated: scores.len(),
        share: measure::share(scores.len(), services.len()),
        mean: (!scores.is_empty()).then(|| sum / measure::count(scores.len())),
        levels: (1..=BEST_SCORE).map(|level| said(&scores, level)).collect(),
    }
}

fn said(scores: &[u8], level: u8) -> usize {
    scores.iter().map(|score| usize::from(*score == level)).sum()
}
