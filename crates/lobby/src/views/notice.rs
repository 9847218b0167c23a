//! What is said to the hall: notices, the zones that say them, the programme.

use super::{Speaking, Text, TextSchema, Time, one_of};
use crate::{controller::View, devices::words::cause_in_words};
use queue_core::{Notice, NoticeOutcome, NoticeRank, Timestamp};
use serde::Serialize;
use utoipa::{ToSchema, openapi};

/// One notice.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct NoticeAnswer {
    /// As it stands now.
    pub announcement: NoticeView,
}

/// Everything about announcements.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct NoticeList {
    /// Notices that are remembered, newest first.
    pub announcements: Vec<NoticeView>,
    /// Loudspeakers; none when the voice is off.
    pub zones: Vec<ZoneView>,
    /// The broadcast programme, in the order of the configuration.
    pub programme: Vec<ProgrammeView>,
}

/// Something that was said to the hall, or is to be said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Announcement)]
pub struct NoticeView {
    /// Opaque.
    pub id: String,
    /// When it was asked for.
    pub at: Time,
    /// Who asked, `role:name`; `system:programme` is the clock.
    pub by: String,
    /// How pressing it is.
    #[schema(schema_with = ranks)]
    pub rank: &'static str,
    /// The sentence, by language.
    #[schema(value_type = TextSchema)]
    pub text: Text,
    /// Zones that say it; empty for all.
    pub zones: Vec<String>,
    /// How often.
    pub repeats: u8,
    /// The entry of the programme that it is, if it is one.
    #[schema(required)]
    pub programme: Option<String>,
    /// `queued`, then `spoken`, `dropped` or `failed`.
    #[schema(schema_with = states)]
    pub state: &'static str,
    /// When it ended.
    #[schema(required)]
    pub ended_at: Option<Time>,
    /// Why it was not heard.
    #[schema(required)]
    pub cause: Option<String>,
    /// The same in Chinese and English.
    #[schema(required, value_type = Option<TextSchema>)]
    pub cause_texts: Option<Text>,
}

/// A loudspeaker, or several that say the same.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ZoneView {
    /// Its name.
    pub id: String,
    /// Its device.
    pub device: String,
    /// Where its sound goes, as in the configuration.
    pub output: String,
    /// State of the device.
    pub state: String,
    /// Percent at this moment; 0 is quiet.
    pub volume: u8,
    /// Percent of the clips' own speed at this moment.
    pub speed: u8,
    /// What it says at this moment.
    #[schema(required)]
    pub speaking: Option<Speaking>,
}

/// An entry of the broadcast programme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProgrammeView {
    /// Its name.
    pub id: String,
    /// What is said, by language.
    #[schema(value_type = TextSchema)]
    pub text: Text,
    /// When it is said next; `null` when that is not within a fortnight.
    #[schema(required)]
    pub next_at: Option<Time>,
    /// When it was said last, as far as is remembered.
    #[schema(required)]
    pub last_at: Option<Time>,
}

fn ranks() -> openapi::Object {
    one_of(&[NoticeRank::Notice, NoticeRank::Emergency].map(NoticeRank::name))
}

fn states() -> openapi::Object {
    use NoticeOutcome::{Dropped, Failed, Spoken};
    let ended = [Spoken, Dropped, Failed].map(NoticeOutcome::name);
    one_of(&["queued", ended[0], ended[1], ended[2]])
}

fn show(notice: &Notice) -> NoticeView {
    let wish = &notice.wish;
    NoticeView {
        id: notice.id.to_string(),
        at: Time(notice.asked_at),
        by: notice.by.as_str().to_owned(),
        rank: wish.rank.name(),
        text: wish.texts.clone(),
        zones: wish.zones.clone(),
        repeats: wish.repeats,
        programme: wish.programme.clone(),
        state: notice.ended.as_ref().map_or("queued", |(_, outcome, _)| outcome.name()),
        ended_at: notice.ended.as_ref().map(|(at, ..)| Time(*at)),
        cause_texts: notice.ended.as_ref().and_then(|(.., cause)| cause.as_deref()).map(cause_in_words),
        cause: notice.ended.as_ref().and_then(|(.., cause)| cause.clone()),
    }
}

/// The notice that was asked for last.
pub fn notice_answer(view: &View<'_>) -> Option<NoticeAnswer> {
    view.branch.last_notice().map(|notice| NoticeAnswer { announcement: show(notice) })
}

/// Notices and the programme; zones are added by who knows the loudspeakers.
pub fn notices(view: &View<'_>) -> NoticeList {
    let said = |id: &str| -> Option<Timestamp> {
        let mut all = view.branch.notices().rev();
        all.find(|notice| notice.wish.programme.as_deref() == Some(id)).map(|notice| notice.asked_at)
    };
    let programme = view.config.voice.programme.iter().map(|entry| ProgrammeView {
        id: entry.id.clone(),
        text: entry.text.clone(),
        next_at: view.config.programme_next(entry, view.at).map(Time),
        last_at: said(&entry.id).map(Time),
    });
    NoticeList {
        announcements: view.branch.notices().rev().map(show).collect(),
        zones: Vec::new(),
        programme: programme.collect(),
    }
}
