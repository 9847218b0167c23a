//! The self-test for people, in Chinese and English.

use super::{Text, TextSchema, Time, one_of};
use crate::{controller::View, devices::words};
use queue_core::{SelfTest, SelfTestItem, SelfTestOutcome};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::{ToSchema, openapi};

/// The last self-test, if there ever was one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SelfTestAnswer {
    /// As it stands now.
    #[schema(required)]
    pub selftest: Option<SelfTestView>,
}

/// A self-test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SelfTest)]
pub struct SelfTestView {
    /// Opaque.
    pub id: String,
    /// Whether it still runs.
    #[schema(schema_with = states)]
    pub state: &'static str,
    /// When it began.
    pub started_at: Time,
    /// Who wanted it, `role:name`; `system:selftest` when it ran by itself.
    pub started_by: String,
    /// When it had run through.
    #[schema(required)]
    pub finished_at: Option<Time>,
    /// A test picture was allowed.
    pub pictures: bool,
    /// A slip out of every printer was allowed.
    pub slips: bool,
    /// A chime was allowed.
    pub chime: bool,
    /// How many items have which outcome: `ok`, `failed`, `skipped`, `open`.
    pub counts: BTreeMap<&'static str, usize>,
    /// What was looked at.
    pub items: Vec<SelfTestItemView>,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SelfTestItem)]
pub struct SelfTestItemView {
    /// Such as `kiosk-1`, `journal` or `manual-tv`.
    pub id: String,
    /// `printer`, `line`, `desk`, `display`, `screen`, `voice`, `journal`, `clock`, `disk` or `manual`.
    pub kind: String,
    /// What it is, by language: `zh-CN` and `en`.
    #[schema(value_type = TextSchema)]
    pub name: Text,
    /// Whether a person may tick it.
    pub tickable: bool,
    /// `open` while nobody and nothing has said anything.
    #[schema(schema_with = outcomes)]
    pub outcome: &'static str,
    /// What was found, as a code: `paper_out`, `no_answer`, `in_use`, …
    #[schema(required)]
    pub code: Option<String>,
    /// What happened, by language.
    #[schema(value_type = Option<TextSchema>, required)]
    pub cause: Option<Text>,
    /// What to do about it, by language.
    #[schema(value_type = Option<TextSchema>, required)]
    pub remedy: Option<Text>,
    /// When a person ticked it.
    #[schema(required)]
    pub ticked_at: Option<Time>,
    /// Who.
    #[schema(required)]
    pub ticked_by: Option<String>,
    /// What they said.
    #[schema(required)]
    pub note: Option<String>,
}

fn states() -> openapi::Object {
    one_of(&["running", "done"])
}

fn outcomes() -> openapi::Object {
    one_of(&["ok", "failed", "skipped", "open"])
}

/// The last self-test.
pub fn selftest(view: &View<'_>) -> SelfTestAnswer {
    SelfTestAnswer { selftest: view.branch.selftest().map(|test| show(view, test)) }
}

fn show(view: &View<'_>, test: &SelfTest) -> SelfTestView {
    let mut counts = BTreeMap::from(["ok", "failed", "skipped", "open"].map(|name| (name, 0)));
    for item in &test.items {
        *counts.entry(outcome(item)).or_default() += 1;
    }
    SelfTestView {
        id: test.id.to_string(),
        state: if test.finished_at.is_some() { "done" } else { "running" },
        started_at: Time(test.started_at),
        started_by: test.by.as_str().to_owned(),
        finished_at: test.finished_at.map(Time),
        pictures: test.means.pictures,
        slips: test.means.slips,
        chime: test.means.chime,
        counts,
        items: test.items.iter().map(|item| show_item(view, item)).collect(),
    }
}

fn outcome(item: &SelfTestItem) -> &'static str {
    item.outcome().map_or("open", SelfTestOutcome::name)
}

fn show_item(view: &View<'_>, item: &SelfTestItem) -> SelfTestItemView {
    let (result, tick) = (item.result.as_ref(), item.tick.as_ref());
    let code = result.and_then(|result| result.code.clone());
    let said = result.and_then(|result| result.cause.as_deref());
    let texts = words::texts(&item.part.of, code.as_deref().unwrap_or("ok"), said);
    // A person's word is newer than what was found.
    let told = |pick: fn(&super::DeviceText) -> Option<String>| {
        let text: Option<Text> = texts.iter().map(|(language, text)| Some((language.clone(), pick(text)?))).collect();
        text.filter(|_| tick.is_none())
    };
    SelfTestItemView {
        id: item.part.item.as_str().to_owned(),
        kind: item.part.of.clone(),
        name: name(view, item),
        tickable: item.may_be_ticked(),
        outcome: outcome(item),
        cause: told(|text| text.cause.clone()),
        remedy: told(|text| text.remedy.clone()),
        code,
        ticked_at: tick.map(|tick| Time(tick.at)),
        ticked_by: tick.map(|tick| tick.by.as_str().to_owned()),
        note: tick.and_then(|tick| tick.note.clone()),
    }
}

/// What people call it: a manual item as the configuration says, the machine's own parts by their names, a device by its id.
fn name(view: &View<'_>, item: &SelfTestItem) -> Text {
    let id = item.part.item.as_str();
    let manual = id.strip_prefix("manual-").filter(|_| item.part.is_manual());
    let known = manual.and_then(|id| view.config.selftest.manual.iter().find(|known| known.id == id));
    if let Some(known) = known {
        return known.name.clone();
    }
    let (zh, en) = match item.part.of.as_str() {
        "journal" => ("日志可写", "Journal can be written"),
        "clock" => ("系统时钟", "Clock of the machine"),
        "disk" => ("磁盘空间", "Room on the disk"),
        _ => (id, id),
    };
    Text::from([("zh-CN".to_owned(), zh.to_owned()), ("en".to_owned(), en.to_owned())])
}
