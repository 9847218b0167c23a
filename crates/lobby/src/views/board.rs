//! The board: what every screen may show, as one value. Numbers, never names.

use super::{Estimate, Text, TextSchema, Time, counter, counter_states, one_of, open_day, service_name};
use crate::controller::View;
use queue_core::{Notice, TicketState};
use serde::Serialize;
use std::collections::VecDeque;
use utoipa::{ToSchema, openapi};

/// Everything that screens may show at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Board {
    /// Counts up with every change since the lobby started.
    pub seq: u64,
    /// When it was so.
    pub at: Time,
    /// The open business day, `YYYY-MM-DD`, or `null`.
    #[schema(required)]
    pub business_day: Option<String>,
    /// Name of the branch.
    #[schema(value_type = TextSchema)]
    pub branch: Text,
    /// IANA time zone in which screens show times.
    pub time_zone: String,
    /// In the order of the configuration.
    pub counters: Vec<BoardCounter>,
    /// The line under the numbers: the newest call in words.
    #[schema(required)]
    pub caption: Option<Caption>,
    /// Newest first.
    pub calls: Vec<RecentCall>,
    /// One entry per service and lane that somebody waits in.
    pub waiting: Vec<WaitingCount>,
    /// Standing notices.
    #[schema(value_type = Vec<TextSchema>)]
    pub notices: Vec<Text>,
    /// What everybody must read now: an emergency, from its asking until it has been said, and for a minute at least.
    #[schema(required)]
    pub alert: Option<Caption>,
    /// What the loudspeakers say at this moment, by zone; empty while they are silent.
    pub speaking: Vec<Speaking>,
}

impl Board {
    /// Whether screens would show the same, whenever it was made.
    pub fn same_picture(&self, other: &Board) -> bool {
        *self == Board { seq: self.seq, at: self.at, ..other.clone() }
    }
}

/// What a loudspeaker says at this moment.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Speaking {
    /// The zone of the voice; its device is `voice-<zone>`.
    pub zone: String,
    /// Opaque; the same in all zones.
    pub id: String,
    /// `call`, `recall`, `notice` or `emergency`.
    #[schema(schema_with = kinds_of_speech)]
    pub kind: &'static str,
    /// Since when.
    pub at: Time,
    /// The sentence, by language.
    #[schema(value_type = TextSchema)]
    pub text: Text,
    /// The sound, where screens play it.
    #[schema(required)]
    pub audio: Option<Audio>,
}

/// Equal where screens show and play the same.
impl Eq for Speaking {}

/// Sound for screens.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Audio {
    /// A WAV file; add `role=screen` to the query where a cookie says who asks.
    pub url: String,
    /// Its length.
    pub seconds: f64,
    /// Screens that play it.
    pub screens: Vec<String>,
}

fn kinds_of_speech() -> openapi::Object {
    one_of(&["call", "recall", "notice", "emergency"])
}

/// A counter as everybody may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BoardCounter {
    /// Its name in commands.
    pub counter: String,
    /// What stands over it, such as `3`.
    pub label: String,
    /// Whether it takes customers.
    #[schema(schema_with = counter_states)]
    pub state: &'static str,
    /// Waits for the next customer.
    pub ready: bool,
    /// The number called or served there.
    #[schema(required)]
    pub number: Option<String>,
    /// That number was called, and its customer has not come to the counter yet.
    pub called: bool,
    /// Staff number of who works there, where known.
    #[schema(required)]
    pub staff: Option<String>,
    /// Star level of that one, 0 to 5, where known.
    #[schema(required)]
    pub stars: Option<u8>,
    /// Services that it ever takes.
    pub services: Vec<String>,
    /// While it takes no customers: the open counters that do its services.
    pub takes_over: Vec<String>,
}

/// Words for everybody in the hall.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Caption {
    /// Since when.
    pub at: Time,
    /// The sentence, by language.
    #[schema(value_type = TextSchema)]
    pub text: Text,
}

/// A call as the list of calls shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RecentCall {
    /// The number.
    pub number: String,
    /// Where to.
    pub counter: String,
    /// When it was called last.
    pub at: Time,
    /// How often it was called.
    pub times: u32,
}

/// Who waits for what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WaitingCount {
    /// Service.
    pub service: String,
    /// Its name for people.
    #[schema(value_type = TextSchema)]
    pub service_name: Text,
    /// Lane.
    pub lane: String,
    /// How many.
    pub count: usize,
    /// What somebody who takes a number now would wait.
    #[schema(required)]
    pub estimate: Option<Estimate>,
}

/// What the board shows beyond the state of the branch: the past few moments, kept by who publishes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BoardExtras {
    /// Counts up with every publication since the start.
    pub seq: u64,
    /// The newest call in words.
    pub caption: Option<Caption>,
    /// Newest first.
    pub calls: VecDeque<RecentCall>,
    /// What the loudspeakers say.
    pub speaking: Vec<Speaking>,
}

/// The board at this moment.
pub fn board(view: &View<'_>, live: &BoardExtras) -> Board {
    let branch = view.branch;
    let known = branch.plan().counters.iter().filter_map(|plan| branch.counter(&plan.id));
    let at = |counter| branch.ticket_at(counter);
    let counters = known.map(|known| BoardCounter {
        counter: known.id.as_str().to_owned(),
        label: known.id.as_str().to_owned(),
        state: known.state.name(),
        ready: known.ready,
        number: at(&known.id).map(|ticket| ticket.number.clone()),
        called: at(&known.id).is_some_and(|ticket| ticket.state == TicketState::Called),
        staff: known.staff.clone(),
        stars: known.stars,
        services: counter::services(branch, &known.id),
        takes_over: counter::takes_over(branch, known),
    });
    let mut waiting: Vec<_> = branch.waiting().into_iter().filter(|(_, count)| *count > 0).collect();
    // As on the kiosk's menu, and lanes by rank.
    let plan = branch.plan();
    waiting.sort_by_key(|((service, lane), _)| {
        let service = plan.services.iter().position(|known| known.id == *service);
        (service, plan.lanes.iter().position(|known| known.id == *lane))
    });
    let waiting = waiting.into_iter().map(|((service, lane), count)| WaitingCount {
        service_name: service_name(view, service.as_str()),
        estimate: view.promises.shown(service.as_str(), lane.as_str()),
        service: service.into(),
        lane: lane.into(),
        count,
    });
    Board {
        seq: live.seq,
        at: Time(view.at),
        business_day: open_day(branch),
        branch: view.config.branch.name.clone(),
        time_zone: view.config.branch.time_zone.clone(),
        counters: counters.collect(),
        caption: said(live).or_else(|| live.caption.clone()),
        calls: live.calls.iter().cloned().collect(),
        waiting: waiting.collect(),
        notices: Vec::new(),
        alert: branch.emergency(view.at).map(alert),
        speaking: live.speaking.clone(),
    }
}

fn alert(emergency: &Notice) -> Caption {
    let text = emergency.wish.texts.iter().map(|(language, text)| (language.clone(), text.clone())).collect();
    Caption { at: Time(emergency.asked_at), text }
}

/// What is being said, in words; while all are silent the newest call stands.
fn said(live: &BoardExtras) -> Option<Caption> {
    let spoken = live.speaking.iter().find(|spoken| !spoken.text.is_empty())?;
    Some(Caption { at: spoken.at, text: spoken.text.clone() })
}
