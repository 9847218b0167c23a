//! A desk unit at an agent: what it is to show, and what the branch remembers of it.

use crate::controller::View;
use counter::{Light, Picture};
use queue_core::{CounterId, DeskId, PressMark};
use serde::Serialize;
use utoipa::ToSchema;

/// Which press: `boot` is new at every power-up of the unit, `seq` counts its presses and wraps, `wraps` counts that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PressMark)]
pub struct MarkView {
    /// Boot id.
    pub boot: u16,
    /// How often the sequence went around.
    pub wraps: u32,
    /// Press sequence.
    pub seq: u16,
}

impl From<PressMark> for MarkView {
    fn from(mark: PressMark) -> MarkView {
        MarkView { boot: mark.boot, wraps: mark.wraps, seq: mark.seq }
    }
}

/// What the branch remembers of a desk unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Desk)]
pub struct DeskView {
    /// Its agent.
    pub id: String,
    /// The counter that it stands at.
    pub counter: String,
    /// The last press that was judged, or where counting began; presses from here on are new.
    #[schema(required)]
    pub mark: Option<MarkView>,
    /// Presses that were lost for good.
    pub missed: u64,
}

/// What a desk unit is to show: a level, so only the newest counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeskPicture {
    /// At most twelve printable ASCII characters.
    pub text: String,
    /// `dark`, `steady` or `flashing`.
    #[schema(value_type = String)]
    pub light: Light,
    /// Lamps, and a beep for a picture that draws attention.
    pub lamps: DeskLamps,
    /// People waiting for this counter.
    pub waiting: u16,
    /// Another value draws attention again: flash, beep and blink start over.
    pub attention: u16,
    /// While the counter takes no customers: the counters that do its services, such as `2,3`. Displays say it.
    pub takes_over: String,
}

/// The lamps of a desk unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[allow(clippy::struct_excessive_bools, reason = "five lamps are five bools")]
pub struct DeskLamps {
    /// Somebody waits for this counter.
    pub waiting: bool,
    /// The counter is paused.
    pub paused: bool,
    /// Help is coming.
    pub help: bool,
    /// The last press was refused.
    pub refused: bool,
    /// Beep once.
    pub beep: bool,
}

/// What became of a press.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PressAnswer {
    /// Which press.
    pub mark: MarkView,
    /// `obeyed`, `typed` (a digit that waits for its key), `refused`, or `known`: judged before, nothing was done now.
    #[schema(value_type = String)]
    pub result: &'static str,
    /// Why it was refused.
    #[schema(required)]
    pub code: Option<String>,
}

/// What the branch remembers of the unit of an agent.
pub fn desk(view: &View<'_>, id: &DeskId, counter: &CounterId) -> DeskView {
    let desk = view.branch.desk(id);
    DeskView {
        id: id.as_str().to_owned(),
        counter: counter.as_str().to_owned(),
        mark: desk.and_then(|desk| desk.mark).map(MarkView::from),
        missed: desk.map_or(0, |desk| desk.missed),
    }
}

impl From<&Picture> for DeskPicture {
    fn from(picture: &Picture) -> DeskPicture {
        let lamps = picture.lamps;
        DeskPicture {
            text: picture.text().to_owned(),
            light: picture.light,
            lamps: DeskLamps {
                waiting: lamps.waiting,
                paused: lamps.paused,
                help: lamps.help,
                refused: lamps.refused,
                beep: lamps.beep,
            },
            waiting: picture.waiting,
            attention: picture.attention,
            takes_over: picture.takes_over.as_str().to_owned(),
        }
    }
}
