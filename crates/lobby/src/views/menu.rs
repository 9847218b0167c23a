//! The kiosk's menu: what can be asked for, whether it can be had now, and what to bring.

use super::{
    DeviceStatus, Estimate, MenuPaper, Text, TextSchema, Time, day::hours_today, hours, open_day, printer::paper,
};
use crate::{
    config::{Config, GroupConfig, IdentityRule, KioskConfig, LaneConfig, ServiceConfig},
    controller::View,
};
use queue_core::{Actor, Command, IssueWindow, IssueWish, LaneId, Refusal, ServiceId};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Everything that a kiosk page shows before a number is taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Menu {
    /// When it was so.
    pub at: Time,
    /// Whose menu it is.
    pub branch: MenuBranch,
    /// The open business day, `YYYY-MM-DD`, or `null`.
    #[schema(required)]
    pub business_day: Option<String>,
    /// Language tags; the first is the default.
    pub languages: Vec<String>,
    /// In the order of the configuration.
    pub services: Vec<MenuService>,
    /// Buttons that services stand behind, in the order of the configuration; none that is empty.
    pub groups: Vec<MenuGroup>,
    /// In rank order.
    pub lanes: Vec<MenuLane>,
    /// Where this kiosk's paper comes out.
    #[schema(required)]
    pub printer: Option<MenuPrinter>,
    /// Whether it comes out, and where else it does; `null` where the caller is no kiosk.
    #[schema(required)]
    pub paper: Option<MenuPaper>,
    /// Whether cards are of use here: the branch has rules for them, or a service that wants to know who comes.
    pub cards: bool,
    /// Whether the branch takes appointments, which are checked in by their code.
    pub appointments: bool,
    /// Where phones reach tracking pages; `null` where they do not, and nothing is drawn for them to scan.
    #[schema(required)]
    pub public_url: Option<String>,
}

/// A button of the kiosk that services stand behind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MenuGroup {
    /// What services name as their `group`.
    pub id: String,
    /// Name for people.
    #[schema(value_type = TextSchema)]
    pub name: Text,
}

/// Whose menu it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MenuBranch {
    /// Short name.
    pub id: String,
    /// Name for people.
    #[schema(value_type = TextSchema)]
    pub name: Text,
    /// IANA time zone in which pages show times.
    pub time_zone: String,
}

/// What can be asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MenuService {
    /// Name in commands.
    pub id: String,
    /// Letters before the digits of its numbers.
    pub series: String,
    /// Name for people.
    #[schema(value_type = TextSchema)]
    pub name: Text,
    /// Whether a number can be taken now.
    pub open: bool,
    /// Why not.
    #[schema(required)]
    pub why: Option<WhyClosed>,
    /// When numbers are given today; `null` for at any time, an empty list for not today.
    #[schema(required)]
    pub hours: Option<Vec<MenuHours>>,
    /// How many wait for it, all lanes together.
    pub waiting: usize,
    /// What somebody who takes a number of the ordinary lane now would wait.
    #[schema(required)]
    pub estimate: Option<Estimate>,
    /// The same lane by lane, in rank order.
    pub lanes: Vec<MenuQueue>,
    /// Whether somebody who takes a number of the ordinary lane now is rather called after closing than before.
    pub past_closing: bool,
    /// What to bring.
    #[schema(value_type = Vec<TextSchema>)]
    pub papers: Vec<Text>,
    /// Whether the customer has to say who they are: `required`, `optional` or `none`.
    #[schema(schema_with = identity_rules)]
    pub identity: &'static str,
    /// The button that it stands behind.
    #[schema(required)]
    pub group: Option<String>,
}

/// A span in which numbers are given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MenuHours {
    /// The first number is given.
    pub from: Time,
    /// None from here on.
    pub until: Time,
}

/// One queue of a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MenuQueue {
    /// Lane.
    pub lane: String,
    /// How many wait in it.
    pub waiting: usize,
    /// What somebody who takes a number now would wait.
    #[schema(required)]
    pub estimate: Option<Estimate>,
}

/// Why no number can be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WhyClosed {
    /// As the refusal of `POST /api/v1/tickets` would say it.
    pub code: String,
    /// For people.
    #[schema(value_type = TextSchema)]
    pub text: Text,
}

/// A way to queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MenuLane {
    /// Name in commands.
    pub id: String,
    /// Name for people.
    #[schema(value_type = TextSchema)]
    pub name: Text,
    /// Whether a customer may choose it at the kiosk.
    pub self_service: bool,
}

/// Where this kiosk's paper comes out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MenuPrinter {
    /// Name of the device.
    pub id: String,
    /// `ok`, or what is wrong as a code.
    pub state: String,
    /// Details.
    #[schema(required)]
    pub cause: Option<String>,
}

/// The menu of a kiosk; `kiosk` is `None` where the caller is none.
pub fn menu(view: &View<'_>, kiosk: Option<&KioskConfig>, devices: &[DeviceStatus]) -> Menu {
    let config = view.config;
    let waiting = view.branch.waiting();
    let today = hours_today(view);
    let services = config.services.iter().map(|service| {
        let why = refusal(view, &service.id).map(|refusal| why(view, &refusal));
        let windows = today.issue_windows(&service.id.as_str().into());
        let hours = |window: &IssueWindow| MenuHours { from: Time(window.from), until: Time(window.until) };
        let lanes: Vec<MenuQueue> = config.lanes.iter().map(|lane| queue(view, &waiting, service, lane)).collect();
        let ordinary = lanes.iter().find(|queue| Some(queue.lane.as_str()) == config.default_lane());
        MenuService {
            id: service.id.clone(),
            series: service.series.clone(),
            name: service.name.clone(),
            open: why.is_none(),
            why,
            hours: windows.map(|windows| windows.iter().map(hours).collect()),
            waiting: lanes.iter().map(|queue| queue.waiting).sum(),
            estimate: ordinary.and_then(|queue| queue.estimate),
            past_closing: hours::past_closing(&today, view.at, ordinary.and_then(|queue| queue.estimate)),
            lanes,
            papers: service.papers.clone(),
            identity: service.identity.name(),
            group: service.group.clone(),
        }
    });
    let lanes = config.lanes.iter().map(|lane| MenuLane {
        id: lane.id.clone(),
        name: lane.name.clone(),
        self_service: lane.self_service.unwrap_or(false),
    });
    let branch = MenuBranch {
        id: config.branch.id.clone(),
        name: config.branch.name.clone(),
        time_zone: config.branch.time_zone.clone(),
    };
    Menu {
        at: Time(view.at),
        branch,
        business_day: open_day(view.branch),
        languages: config.branch.languages.clone(),
        services: services.collect(),
        groups: groups(config),
        lanes: lanes.collect(),
        printer: kiosk.and_then(|kiosk| kiosk.printer.as_deref()).map(|id| printer(id, devices)),
        paper: kiosk.map(|kiosk| paper(view, kiosk, devices)),
        cards: config.cards.is_some() || config.services.iter().any(|one| one.identity == IdentityRule::Required),
        appointments: config.appointment_lane().is_some(),
        public_url: config.branch.public_url.clone(),
    }
}

fn groups(config: &Config) -> Vec<MenuGroup> {
    let used = |group: &&GroupConfig| config.services.iter().any(|service| service.group.as_ref() == Some(&group.id));
    let groups = config.groups.iter().filter(used);
    groups.map(|group| MenuGroup { id: group.id.clone(), name: group.name.clone() }).collect()
}

fn identity_rules() -> utoipa::openapi::Object {
    super::one_of(&[IdentityRule::Required, IdentityRule::Optional, IdentityRule::None].map(IdentityRule::name))
}

fn queue(
    view: &View<'_>,
    waiting: &BTreeMap<(ServiceId, LaneId), usize>,
    service: &ServiceConfig,
    lane: &LaneConfig,
) -> MenuQueue {
    let class = (service.id.as_str().into(), lane.id.as_str().into());
    MenuQueue {
        lane: lane.id.clone(),
        waiting: waiting.get(&class).copied().unwrap_or(0),
        estimate: view.promises.newcomer(&service.id, &lane.id).map(Estimate::from),
    }
}

/// What stands against a number of this service now. The queue itself is asked, so that the menu and the kiosk's
/// next press cannot disagree.
fn refusal(view: &View<'_>, service: &str) -> Option<Refusal> {
    let lane = view.config.lanes.first()?;
    let wish = IssueWish {
        service: service.into(),
        lane: lane.id.as_str().into(),
        language: None,
        kiosk: None,
        identity: None,
        needs: Vec::new(),
        then: Vec::new(),
        printer: None,
        promise: None,
    };
    let refusal = view.branch.decide(view.at, &Actor::from("system:menu"), &Command::Issue(wish)).err();
    // Who comes is judged last, so nothing else stands against it.
    refusal.filter(|refusal| !matches!(refusal, Refusal::IdentityRequired(_)))
}

fn why(view: &View<'_>, refusal: &Refusal) -> WhyClosed {
    let code = refusal.code().to_owned();
    if let Some(text) = hours::text(view.config, view.at, refusal) {
        return WhyClosed { code, text };
    }
    let chinese = match refusal {
        Refusal::DayClosed | Refusal::NoPlan => "今日营业尚未开始或已经结束，请咨询大堂人员",
        Refusal::DiskFull => "系统存储空间已满，暂停取号；已取的号码仍会办理",
        Refusal::SeriesExhausted(_) => "今日号码已取完，请咨询大堂人员",
        _ => "暂时无法取号，请咨询大堂人员",
    };
    let text = [("zh-CN", chinese.to_owned()), ("en", refusal.to_string())];
    WhyClosed { code, text: text.map(|(tag, words)| (tag.to_owned(), words)).into() }
}

fn printer(id: &str, devices: &[DeviceStatus]) -> MenuPrinter {
    let known = devices.iter().find(|device| device.id == id);
    MenuPrinter {
        id: id.to_owned(),
        state: known.map_or_else(|| "starting".to_owned(), |device| device.state.clone()),
        cause: known.and_then(|device| device.cause.clone()),
    }
}
