//! What a customer's phone shows of the customer's own number.

use super::{Estimate, Text, TextSchema, Time, print_states, service_name, ticket, ticket_states};
use crate::controller::View;
use queue_core::TicketState;
use serde::Serialize;
use utoipa::ToSchema;

/// One's own number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Track {
    /// Name of the branch.
    #[schema(value_type = TextSchema)]
    pub branch: Text,
    /// IANA time zone in which the page shows times.
    pub time_zone: String,
    /// One's own number.
    pub number: String,
    /// Service.
    pub service: String,
    /// Its name for people.
    #[schema(value_type = TextSchema)]
    pub service_name: Text,
    /// Lane.
    pub lane: String,
    /// Where it is in its life.
    #[schema(schema_with = ticket_states)]
    pub state: &'static str,
    /// How many are before it; `null` when it does not wait.
    #[schema(required)]
    pub ahead: Option<usize>,
    /// The wait that is left, where the branch can tell.
    #[schema(required)]
    pub estimate: Option<Estimate>,
    /// The wait from taking the number on, as it was said then and stands on the paper.
    #[schema(required)]
    pub promised: Option<Estimate>,
    /// Whether it is expected later than the upper bound on the paper, which is rounded up to five minutes.
    pub late: bool,
    /// Where to go, or where it was.
    #[schema(required)]
    pub counter: Option<String>,
    /// What became of the paper.
    #[schema(schema_with = print_states)]
    pub print: &'static str,
    /// Whether the customer may let others go first: once, while waiting, with somebody behind.
    pub can_later: bool,
    /// Whether the customer may say what the service was like: once it is over, and not said yet.
    pub can_rate: bool,
    /// What the customer said of it, from 1, the worst, to 5.
    #[schema(required)]
    pub rating: Option<u8>,
    /// When it was so.
    pub at: Time,
}

/// The ticket behind a tracking token, or `None` where the token stands for nothing today.
pub fn track(view: &View<'_>, token: &str) -> Option<Track> {
    let found = view.branch.ticket(view.tracked(token)?)?;
    // Until somebody has looked at the queue since, what was said with the number is the newest that there is.
    let just_told = found.promise.filter(|_| view.promises.at < found.issued_at).map(Estimate::from);
    Some(Track {
        branch: view.config.branch.name.clone(),
        time_zone: view.config.branch.time_zone.clone(),
        number: found.number.clone(),
        service: found.service.as_str().to_owned(),
        service_name: service_name(view, found.service.as_str()),
        lane: found.lane.as_str().to_owned(),
        state: found.state.name(),
        ahead: view.branch.ahead(&found.id),
        estimate: view.promises.left(&found.id).or(just_told).filter(|_| found.state == TicketState::Waiting),
        promised: found.promise.map(Estimate::from),
        // Who let others go first is not late for it.
        late: view.promises.is_late(&found.id) && found.state == TicketState::Waiting && !found.deferred,
        counter: found.counter.as_ref().map(|counter| counter.as_str().to_owned()),
        print: ticket::print(view.branch, found),
        can_later: view.branch.can_defer(&found.id),
        can_rate: view.branch.can_rate(view.at, &found.id),
        rating: found.served.as_ref().and_then(|served| Some(served.rating?.0)),
        at: Time(view.at),
    })
}
