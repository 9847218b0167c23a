//! What each desk unit shows, and when it draws attention anew.

use crate::{
    config::Config,
    orders::{DeskFrames, DeskPictures, Frame},
    views::{self, DeskPicture},
};
use counter::{
    Lamps, Light, Picture,
    registers::{TEXT, Text},
};
use queue_core::{Branch, Counter, CounterId, CounterState, DeskId, Event, PressResult, WalkUnit};
use std::{collections::BTreeMap, sync::Arc};
use tracing::warn;

/// Which unit stands at which counter, and how often each drew attention.
pub(super) struct Attention {
    desks: BTreeMap<CounterId, DeskId>,
    drawn: BTreeMap<CounterId, u16>,
}

impl Attention {
    pub(super) fn new(config: &Config) -> Attention {
        let units = config.lines.iter().flat_map(|line| {
            line.units.iter().map(|unit| (unit.counter.as_str().into(), format!("{}/{}", line.id, unit.unit).into()))
        });
        let agents = config.agents.iter().map(|agent| (agent.counter.as_str().into(), agent.id.as_str().into()));
        Attention { desks: units.chain(agents).collect(), drawn: BTreeMap::new() }
    }

    /// A call, a recall, a refused press and a ticked one draw attention; other changes of a picture do not.
    pub(super) fn book(&mut self, fact: &Event, branch: &Branch) {
        let counter = match fact {
            Event::Called { counter, .. } | Event::Recalled { counter, .. } => Some(counter),
            Event::Pressed { desk, result: PressResult::Refused { .. } | PressResult::Ticked, .. } => {
                self.desks.iter().find(|(_, known)| *known == desk).map(|(counter, _)| counter)
            }
            _ => None,
        };
        if let Some(counter) = counter.filter(|counter| branch.counter(counter).is_some()).cloned() {
            let drawn = self.drawn.entry(counter).or_default();
            *drawn = drawn.wrapping_add(1);
        }
    }

    /// How often each drew attention, and taking that over at a start.
    pub(super) fn drawn(&self) -> &BTreeMap<CounterId, u16> {
        &self.drawn
    }

    pub(super) fn go_on_from(&mut self, drawn: BTreeMap<CounterId, u16>) {
        self.drawn = drawn;
    }

    pub(super) fn publish(&self, pictures: &DeskPictures, branch: &Branch) {
        for (counter, sender) in pictures {
            let Some(counter) = branch.counter(counter) else { continue };
            let picture = self.picture(counter, branch);
            sender.send_if_modified(|shown| {
                let new = *shown != picture;
                *shown = picture;
                new
            });
        }
    }

    /// The same for units at agents; `epoch` and `seq` are those of the moment.
    pub(super) fn publish_frames(&self, frames: &DeskFrames, epoch: i64, seq: u64, branch: &Branch) {
        for (counter, sender) in frames {
            let Some(counter) = branch.counter(counter) else { continue };
            match serde_json::to_string(&DeskPicture::from(&self.picture(counter, branch))) {
                Ok(json) if *sender.borrow().json == *json => {}
                Ok(json) => _ = sender.send_replace(Arc::new(Frame { epoch, seq, json: json.into() })),
                Err(cause) => warn!(%cause, "a picture cannot be written as JSON; the desk unit keeps the one before"),
            }
        }
    }

    fn picture(&self, counter: &Counter, branch: &Branch) -> Picture {
        let walked = self.desks.get(&counter.id).and_then(|desk| branch.walk_of(desk));
        if let Some(unit) = walked.filter(|_| branch.ticket_at(&counter.id).is_none()) {
            return self.walk_picture(counter, unit);
        }
        let number = branch.ticket_at(&counter.id).map(|ticket| ticket.number.as_str());
        let called = branch.is_called_at(&counter.id);
        let (text, light) = match (counter.state, number) {
            (CounterState::Closed, _) => ("", Light::Dark),
            (_, Some(number)) if called => (number, Light::Flashing),
            (_, Some(number)) => (number, Light::Steady),
            (CounterState::Paused, None) => ("----", Light::Steady),
            (CounterState::Open | CounterState::Pausing, None) => ("", Light::Steady),
        };
        let waiting = branch.waiting_for(&counter.id);
        let refused = self.desks.get(&counter.id).and_then(|desk| branch.desk(desk)).is_some_and(|desk| desk.refused);
        Picture {
            lamps: Lamps {
                waiting: waiting > 0,
                paused: matches!(counter.state, CounterState::Paused | CounterState::Pausing),
                help: branch.is_help_coming(&counter.id),
                refused,
                beep: called,
            },
            waiting: u16::try_from(waiting).unwrap_or(u16::MAX),
            attention: self.drawn.get(&counter.id).copied().unwrap_or(0),
            takes_over: takes_over(branch, counter),
            ..Picture::new(text, light)
        }
    }

    /// Whoever walks the line sees which counter this is and how many keys are left, and hears every tick.
    fn walk_picture(&self, counter: &Counter, unit: &WalkUnit) -> Picture {
        let left = unit.missing().count();
        Picture {
            lamps: Lamps { beep: !unit.seen.is_empty(), ..Lamps::default() },
            waiting: u16::try_from(left).unwrap_or(u16::MAX),
            attention: self.drawn.get(&counter.id).copied().unwrap_or(0),
            ..Picture::new(counter.id.as_str(), Light::Steady)
        }
    }
}

/// The counters that take over, as many as fit whole.
fn takes_over(branch: &Branch, counter: &Counter) -> Text {
    let mut words = String::new();
    for other in views::takes_over(branch, counter).iter().filter(|id| id.is_ascii()) {
        let comma = if words.is_empty() { "" } else { "," };
        if words.len() + comma.len() + other.len() > TEXT {
            break;
        }
        words = format!("{words}{comma}{other}");
    }
    Text::new(&words)
}
