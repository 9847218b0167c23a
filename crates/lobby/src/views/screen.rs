//! What each screen shows, as its page needs to know it.

use super::{Text, TextSchema, service_name};
use crate::{
    config::{ScreenConfig, ScreenLayout, ScreenTheme},
    controller::View,
};
use serde::Serialize;
use utoipa::ToSchema;

/// Languages that a screen has room for.
const LANGUAGES: usize = 2;

/// The screens of the branch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ScreenList {
    /// For a page that names no screen: the first that shows the hall, else the whole hall.
    pub usual: ScreenView,
    /// In the order of the configuration.
    pub screens: Vec<ScreenView>,
}

/// What one screen shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ScreenView {
    /// Its name in the configuration; `null` where none is configured.
    #[schema(required)]
    pub id: Option<String>,
    /// Where it hangs.
    #[schema(value_type = TextSchema)]
    pub name: Text,
    /// The one window whose sign it is, or `null`.
    #[schema(required)]
    pub counter: Option<String>,
    /// What gets the room.
    pub layout: ScreenLayout,
    /// Services shown, in the order of the kiosk's menu.
    pub services: Vec<ScreenService>,
    /// Counters shown; `null`: those that take one of the services.
    #[schema(required)]
    pub counters: Option<Vec<String>>,
    /// One or two language tags, the first largest.
    pub languages: Vec<String>,
    /// Its colours.
    pub theme: ScreenTheme,
    /// Announcements are to be heard from its page.
    pub sound: bool,
    /// Standing notices of this screen.
    #[schema(value_type = Vec<TextSchema>)]
    pub notices: Vec<Text>,
    /// The branch's hotline, or `null`.
    #[schema(required)]
    pub hotline: Option<String>,
    /// The branch's network for guests, or `null`.
    #[schema(required)]
    pub wifi: Option<String>,
}

/// A service with its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ScreenService {
    /// Its name in commands.
    pub id: String,
    /// Its name for people.
    #[schema(value_type = TextSchema)]
    pub name: Text,
}

/// What the screens of the branch show.
pub fn screens(view: &View<'_>) -> ScreenList {
    let configured = &view.config.screens;
    let hall = ScreenConfig::hall();
    let usual = configured.iter().find(|screen| screen.counter.is_none()).unwrap_or(&hall);
    ScreenList {
        usual: screen(view, usual),
        screens: configured.iter().map(|configured| screen(view, configured)).collect(),
    }
}

fn screen(view: &View<'_>, screen: &ScreenConfig) -> ScreenView {
    let branch = &view.config.branch;
    let shown = |id: &&String| screen.services.is_empty() || screen.services.contains(*id);
    let services = view.config.services.iter().map(|service| &service.id).filter(shown);
    let counters = view.config.counters.iter().map(|counter| counter.id.clone());
    let languages = if screen.languages.is_empty() { &branch.languages } else { &screen.languages };
    ScreenView {
        id: Some(screen.id.clone()).filter(|id| !id.is_empty()),
        name: screen.name.clone(),
        counter: screen.counter.clone(),
        layout: screen.layout,
        services: services.map(|id| ScreenService { name: service_name(view, id), id: id.clone() }).collect(),
        counters: match (screen.counters.is_empty(), screen.services.is_empty()) {
            (false, _) => Some(counters.filter(|id| screen.counters.contains(id)).collect()),
            (true, true) => Some(counters.collect()),
            (true, false) => None,
        },
        languages: languages.iter().take(LANGUAGES).cloned().collect(),
        theme: screen.theme,
        sound: screen.sound,
        notices: screen.notices.clone(),
        hotline: branch.hotline.clone(),
        wifi: branch.wifi.clone(),
    }
}
