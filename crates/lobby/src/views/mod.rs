//! What the outside sees: JSON shapes, and pure functions that fill them from a [`View`] of the branch.
//!
//! Every answer and every stream is worded here and nowhere else, so a page, a test and `openapi.json` agree.

mod accounts;
mod acts;
mod alerts;
mod appointment;
mod board;
mod card;
mod clerk;
mod counter;
mod day;
mod desk;
mod device;
mod forecast;
mod hall;
mod hours;
mod journal;
mod menu;
mod notice;
mod printer;
mod problem;
mod rule;
mod screen;
mod selftest;
mod ticket;
mod track;
mod whatif;
mod wiring;

pub use accounts::{
    AuditEntry, AuditPage, NewEnrolment, NewToken, Revoked, SessionAnswer, SessionView, StaffAnswer, StaffBadge,
    StaffList, StaffView, TokenList, TokenView,
};
pub use acts::{Act, ActCall, ActToll, Acts, acts};
pub use alerts::{ALARMS, AlertAnswer, AlertList, AlertTicket, AlertView, alarms, alert_answer, alerts};
pub use appointment::{
    AppointmentImport, AppointmentList, AppointmentMistake, AppointmentTicket, AppointmentView, appointment,
    appointments, cancelled_appointment,
};
pub use board::{Audio, Board, BoardCounter, BoardExtras, Caption, RecentCall, Speaking, WaitingCount, board};
pub use card::{CardLive, CardView, card};
pub use clerk::{CounterQueue, GreeterList, GreeterView, LineWaiting, NextView, counter_queue};
pub(crate) use counter::takes_over;
pub use counter::{
    CounterAnswer, CounterList, CounterOverflow, CounterRunPlan, CounterTakes, CounterView, counter, counter_answer,
    counters,
};
pub use day::{DayNumbers, DaySession, DayView, day};
pub use desk::{DeskLamps, DeskPicture, DeskView, MarkView, PressAnswer, desk};
pub use device::{DeviceHealth, DeviceList, DeviceStatus, DeviceText};
pub use forecast::{Forecast, ForecastChange, ForecastLane, ForecastStep, forecast};
pub use hall::{HallCounter, HallNow, HallQueue, hall};
pub use hours::sentence;
pub use journal::{JournalPage, JournalRow};
pub use menu::{
    Menu, MenuBranch, MenuGroup, MenuHours, MenuLane, MenuPrinter, MenuQueue, MenuService, WhyClosed, menu,
};
pub use notice::{NoticeAnswer, NoticeList, NoticeView, ProgrammeView, ZoneView, notice_answer, notices};
pub use printer::{
    MenuKiosk, MenuPaper, PrintJobAnswer, PrintJobView, PrintJobs, PrinterAnswer, PrinterList, PrinterView, print_job,
    print_jobs, printer, printer_for_copy, printers,
};
pub use problem::Problem;
pub use rule::{Rule, RuleLane, rule};
pub use screen::{ScreenList, ScreenService, ScreenView, screens};
pub use selftest::{SelfTestAnswer, SelfTestItemView, SelfTestView, selftest};
pub use ticket::{
    Estimate, HistoryEntry, Issued, NoteView, TicketDetail, TicketList, TicketSelection, TicketView, issued, ticket,
    tickets,
};
pub use track::{Track, track};
pub use whatif::{Whatif, WhatifHalfHour, WhatifLane, WhatifMeasure, WhatifStaffing, WhatifStaffingHalfHour, whatif};
pub use wiring::{KeyView, LineFacts, LineList, LineUnitView, LineView, WalkView, line, speed};

use queue_core::{Branch, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use utoipa::{PartialSchema, ToSchema, openapi};

pub use crate::config::Text;
use crate::controller::View;

/// An instant as the outside reads it: RFC 3339 in UTC with milliseconds, such as `2026-11-21T01:02:03.456Z`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(pub Timestamp);

impl std::fmt::Display for Time {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Nothing in a journal lies beyond jiff's years (-9999 to 9999); an impossible one is shown as the epoch.
        let time = jiff::Timestamp::from_millisecond(self.0.0).unwrap_or_default();
        write!(f, "{time:.3}")
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Time, D::Error> {
        let text = String::deserialize(from)?;
        let time: jiff::Timestamp = text.parse().map_err(D::Error::custom)?;
        Ok(Time(Timestamp(time.as_millisecond())))
    }
}

impl PartialSchema for Time {
    fn schema() -> openapi::RefOr<openapi::Schema> {
        openapi::ObjectBuilder::new()
            .schema_type(openapi::schema::Type::String)
            .format(Some(openapi::SchemaFormat::KnownFormat(openapi::KnownFormat::DateTime)))
            .description(Some("RFC 3339, UTC, milliseconds"))
            .examples([serde_json::json!("2026-11-21T01:02:03.456Z")])
            .into()
    }
}

impl ToSchema for Time {}

/// How [`Text`] stands in `openapi.json`.
pub(crate) struct TextSchema;

impl PartialSchema for TextSchema {
    fn schema() -> openapi::RefOr<openapi::Schema> {
        openapi::ObjectBuilder::new()
            .schema_type(openapi::schema::Type::Object)
            .additional_properties(Some(openapi::ObjectBuilder::new().schema_type(openapi::schema::Type::String)))
            .description(Some("Words for people, by language tag"))
            .examples([serde_json::json!({"zh-CN": "现金业务", "en": "Cash"})])
            .into()
    }
}

impl ToSchema for TextSchema {
    fn name() -> std::borrow::Cow<'static, str> {
        "Text".into()
    }
}

/// The open business day, or `None` between two days.
pub(crate) fn open_day(branch: &Branch) -> Option<String> {
    let day = branch.day();
    day.day.as_ref().filter(|_| day.open).map(|day| day.as_str().to_owned())
}

/// The name of a service for people; its id where the configuration no longer has it.
fn service_name(view: &View<'_>, id: &str) -> Text {
    let known = view.config.services.iter().find(|service| service.id == id);
    known.map_or_else(|| Text::from([("und".to_owned(), id.to_owned())]), |service| service.name.clone())
}

/// A string that is one of these names.
fn one_of(names: &[&str]) -> openapi::Object {
    openapi::ObjectBuilder::new()
        .schema_type(openapi::schema::Type::String)
        .enum_values(Some(names.iter().copied()))
        .build()
}

fn ticket_states() -> openapi::Object {
    use queue_core::TicketState as S;
    let all = [S::Waiting, S::Called, S::Serving, S::Held, S::Done, S::NoShow, S::Cancelled, S::Expired];
    one_of(&all.map(S::name))
}

fn counter_states() -> openapi::Object {
    use queue_core::CounterState as S;
    one_of(&[S::Closed, S::Open, S::Pausing, S::Paused].map(S::name))
}

fn print_states() -> openapi::Object {
    one_of(&["queued", "printed", "failed", "uncertain", "none"])
}

pub(crate) fn pause_reasons() -> openapi::Object {
    one_of(&queue_core::PauseReason::LIST.map(queue_core::PauseReason::name))
}

/// A reason, or `null`.
fn pause_reason_if_any() -> openapi::Object {
    use openapi::schema::{SchemaType, Type};
    let names = queue_core::PauseReason::LIST.map(|reason| serde_json::Value::from(reason.name()));
    openapi::ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
        .enum_values(Some(names.into_iter().chain([serde_json::Value::Null])))
        .build()
}

pub(crate) fn flags() -> openapi::Object {
    one_of(&[queue_core::Flag::Urgent, queue_core::Flag::Special].map(queue_core::Flag::name))
}

pub(crate) fn outcomes() -> openapi::Object {
    one_of(&["done", "papers_missing", "come_back"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_utc_with_three_digits() {
        assert_eq!(Time(Timestamp(1_795_220_523_450)).to_string(), "2026-11-21T00:22:03.450Z");
        assert_eq!(Time(Timestamp(0)).to_string(), "1970-01-01T00:00:00.000Z");
    }
}
