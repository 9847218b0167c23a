//! Alerts in the words of staff, in Chinese and English.

mod hall;

pub use hall::{ALARMS, alarms};

use super::{Text, TextSchema, Time, one_of, service_name, ticket::need};
use crate::{controller::View, devices::words::texts};
use queue_core::{Actor, Alert, AlertKind, Ticket};
use serde::Serialize;
use utoipa::{ToSchema, openapi};

/// Answered alerts that are still listed.
const ANSWERED: usize = 100;

/// What staff have to look at, newest first: all that are open, and the newest of those that were answered today.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct AlertList {
    /// Newest first.
    pub alerts: Vec<AlertView>,
}

/// One alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AlertAnswer {
    /// As it stands now.
    pub alert: AlertView,
}

/// What somebody has to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Alert)]
pub struct AlertView {
    /// Opaque.
    pub id: String,
    /// Since when.
    pub at: Time,
    /// `needs`, `help`, `dispute`, `last_counter`, `forecast`, `device`, `invite`, `vip_wait`, `lane_wait`, `idle`,
    /// `overrun` or `alarm`.
    #[schema(schema_with = kinds)]
    pub kind: &'static str,
    /// How pressing it is.
    #[schema(schema_with = levels)]
    pub level: &'static str,
    /// Where, if at a counter.
    #[schema(required)]
    pub counter: Option<String>,
    /// About whom, if about a customer with a number.
    #[schema(required)]
    pub ticket: Option<AlertTicket>,
    /// In words for staff, by language: `zh-CN` and `en`.
    #[schema(value_type = TextSchema)]
    pub text: Text,
    /// When somebody answered.
    #[schema(required)]
    pub acked_at: Option<Time>,
    /// Who, `role:name`.
    #[schema(required)]
    pub acked_by: Option<String>,
    /// Nobody answered within two minutes: it is the manager's.
    pub escalated: bool,
    /// Which device, if about one.
    #[schema(required)]
    pub device: Option<String>,
    /// When what it was about was over by itself; nobody has to answer any more.
    #[schema(required)]
    pub cleared_at: Option<Time>,
}

/// A number that an alert is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AlertTicket {
    /// Opaque.
    pub id: String,
    /// Such as `A012`.
    pub number: String,
}

fn kinds() -> openapi::Object {
    use AlertKind::{
        Alarm, Device, Dispute, Forecast, Help, Idle, Invite, LaneWait, LastCounter, Needs, Overrun, VipWait,
    };
    let kinds = [Needs, Help, Dispute, LastCounter, Forecast, Device, Invite, VipWait, LaneWait, Idle, Overrun, Alarm];
    one_of(&kinds.map(AlertKind::name))
}

fn levels() -> openapi::Object {
    one_of(&["info", "warning", "urgent"])
}

/// The alerts of the day.
pub fn alerts(view: &View<'_>) -> AlertList {
    let mut answered = 0;
    let listed = view.branch.alerts().rev().filter(|alert| {
        answered += usize::from(!alert.is_open());
        alert.is_open() || answered <= ANSWERED
    });
    AlertList { alerts: listed.map(|alert| show(view, alert)).collect() }
}

/// One of them.
pub fn alert_answer(view: &View<'_>, alert: &Alert) -> AlertAnswer {
    AlertAnswer { alert: show(view, alert) }
}

fn show(view: &View<'_>, alert: &Alert) -> AlertView {
    let ticket = alert.subject.ticket.as_ref().and_then(|id| view.branch.ticket(id));
    AlertView {
        id: alert.id.to_string(),
        at: Time(alert.raised_at),
        kind: alert.subject.alert_kind.name(),
        level: level(alert),
        counter: alert.subject.counter.as_ref().map(|counter| counter.as_str().to_owned()),
        ticket: ticket.map(|ticket| AlertTicket { id: ticket.id.as_str().to_owned(), number: ticket.number.clone() }),
        text: text(view, alert, ticket),
        acked_at: alert.acked.as_ref().map(|(at, _)| Time(*at)),
        acked_by: alert.acked.as_ref().map(|(_, by): &(_, Actor)| by.as_str().to_owned()),
        escalated: alert.escalated_at.is_some(),
        device: device(alert).map(|(_, id)| id.to_owned()),
        cleared_at: alert.cleared_at.map(Time),
    }
}

fn level(alert: &Alert) -> &'static str {
    match alert.subject.alert_kind {
        _ if alert.escalated_at.is_some() => "urgent",
        AlertKind::Dispute | AlertKind::Alarm => "urgent",
        AlertKind::Device if alert.reason.as_deref() == Some("paper_low") => "info",
        AlertKind::Needs
        | AlertKind::Help
        | AlertKind::LastCounter
        | AlertKind::Device
        | AlertKind::Invite
        | AlertKind::VipWait
        | AlertKind::LaneWait => "warning",
        AlertKind::Forecast | AlertKind::Idle | AlertKind::Overrun => "info",
    }
}

fn text(view: &View<'_>, alert: &Alert, ticket: Option<&Ticket>) -> Text {
    let (zh, en) = sentences(view, alert, ticket);
    let speaks = alert.language.as_ref().map(|tag| (format!("（语言：{tag}）"), format!(" (speaks {tag})")));
    // What is wrong with a device is worded already.
    let said = alert.reason.as_ref().filter(|_| alert.subject.alert_kind != AlertKind::Device);
    let said = said.map(|reason| (format!("：{reason}"), format!(": {reason}")));
    let (zh, en): (String, String) = [Some((zh, en)), speaks, said].into_iter().flatten().unzip();
    Text::from([("zh-CN".to_owned(), zh), ("en".to_owned(), en)])
}

fn sentences(view: &View<'_>, alert: &Alert, ticket: Option<&Ticket>) -> (String, String) {
    let number = ticket.map_or("", |ticket| ticket.number.as_str());
    let counter = alert.subject.counter.as_ref().map_or("", |counter| counter.as_str());
    match (alert.subject.alert_kind, &alert.subject.kiosk) {
        (AlertKind::Needs, _) => {
            let (zh, en) = needs(ticket);
            (
                format!("{number} 号顾客{zh}，未到 {counter} 号窗口，请引导"),
                format!("{number}{en} has not come to counter {counter}: please bring the customer there"),
            )
        }
        (AlertKind::Help, Some(kiosk)) => {
            (format!("取号机 {kiosk} 前的顾客需要帮助"), format!("A customer at kiosk {kiosk} needs help"))
        }
        (AlertKind::Help, None) if counter.is_empty() => {
            ("取号处的顾客需要帮助".to_owned(), "A customer needs help where numbers are taken".to_owned())
        }
        (AlertKind::Help, None) => (format!("{counter} 号窗口请求协助"), format!("Counter {counter} asks for help")),
        (AlertKind::Dispute, _) => (
            format!("{counter} 号窗口发生争议，请值班经理到场"),
            format!("Dispute at counter {counter}: the duty manager is needed"),
        ),
        (AlertKind::LastCounter, _) => (
            format!("{counter} 号窗口停止服务，仍有顾客等候，没有其他窗口可以办理"),
            format!("Counter {counter} has stopped, and people wait whom no other open counter serves"),
        ),
        (AlertKind::Invite, _) => (
            format!("请当面邀请 {number} 号顾客到 {counter} 号窗口（不广播叫号）"),
            format!("Invite {number} to counter {counter} in person: this number is not called by voice"),
        ),
        (AlertKind::Device, _) => of_device(alert),
        (AlertKind::Forecast, _) => forecast(view, alert.subject.code.as_deref().unwrap_or_default()),
        (AlertKind::VipWait | AlertKind::LaneWait | AlertKind::Idle | AlertKind::Overrun | AlertKind::Alarm, _) => {
            hall::sentences(view, alert, number, counter)
        }
    }
}

/// Kind and name of the device that it is about.
fn device(alert: &Alert) -> Option<(&str, &str)> {
    let code = alert.subject.code.as_deref().filter(|_| alert.subject.alert_kind == AlertKind::Device)?;
    Some(code.split_once(':').unwrap_or(("", code)))
}

/// `printer:kiosk-1` and its state in words, and what to do.
fn of_device(alert: &Alert) -> (String, String) {
    let (kind, id) = device(alert).unwrap_or_default();
    let texts = texts(kind, alert.reason.as_deref().unwrap_or_default(), None);
    let words = |language: &str, between: &str| {
        let text = texts.get(language);
        let state = text.map_or("", |text| &*text.state);
        let remedy = text.and_then(|text| text.remedy.as_deref()).unwrap_or_default();
        format!("{id}{between}{state}{}{remedy}", if language == "en" { ". " } else { "。" })
    };
    (words("zh-CN", "："), words("en", ": "))
}

fn needs(ticket: Option<&Ticket>) -> (String, String) {
    let needs = || ticket.iter().flat_map(|ticket| &ticket.needs).copied();
    let chinese = |need| match need {
        queue_core::Need::Hearing => "听力不便",
        queue_core::Need::Sight => "视力不便",
        queue_core::Need::Mobility => "行动不便",
        queue_core::Need::Interpreter => "需要翻译",
    };
    let zh: Vec<&str> = needs().map(chinese).collect();
    let en: Vec<&str> = needs().map(need).collect();
    if zh.is_empty() {
        return (String::new(), String::new());
    }
    (format!("（{}）", zh.join("、")), format!(" ({})", en.join(", ")))
}

/// `late:<lane>` and `past_closing:<service>` in words.
fn forecast(view: &View<'_>, code: &str) -> (String, String) {
    let (what, id) = code.split_once(':').unwrap_or((code, ""));
    let name = match what {
        "past_closing" => service_name(view, id),
        _ => view.config.lanes.iter().find(|lane| lane.id == id).map(|lane| lane.name.clone()).unwrap_or_default(),
    };
    let named = |language: &str| name.get(language).map_or(id, String::as_str);
    let (zh, en) = (named("zh-CN"), named("en"));
    match what {
        "past_closing" => (
            format!("预计{zh}的等候将超过营业结束时间"),
            format!("Whoever takes a number for {en} now will probably not be called before closing"),
        ),
        _ => (format!("预计{zh}队列的等候将超过目标"), format!("The wait in {en} will probably go past its target")),
    }
}
