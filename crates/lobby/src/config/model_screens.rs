//! The shape of `[[screens]]`: which screens hang in the hall, and what each of them shows.

use super::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A screen that should be connected.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScreenConfig {
    /// Device id is `screen-<id>`; the page says who it is by `?screen=<id>`.
    pub id: String,
    /// Where it hangs, for staff.
    #[serde(default)]
    pub name: Text,
    /// The window view of that counter.
    #[serde(default)]
    pub counter: Option<String>,
    /// Only these services, and the counters that take one of them; all without it.
    #[serde(default)]
    pub services: Vec<String>,
    /// Only these counters, and calls to them.
    #[serde(default)]
    pub counters: Vec<String>,
    /// What gets the room.
    #[serde(default)]
    pub layout: ScreenLayout,
    /// Languages shown, at most two; the first two of the branch without it.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Light or dark.
    #[serde(default)]
    pub theme: ScreenTheme,
    /// Speakers hang on it: announcements are to be heard from its page.
    #[serde(default)]
    pub sound: bool,
    /// Standing notices, such as a slogan or a fee.
    #[serde(default)]
    pub notices: Vec<Text>,
}

impl ScreenConfig {
    /// A screen without a name that shows the whole hall.
    pub fn hall() -> ScreenConfig {
        ScreenConfig {
            id: String::new(),
            name: Text::new(),
            counter: None,
            services: Vec::new(),
            counters: Vec::new(),
            layout: ScreenLayout::default(),
            languages: Vec::new(),
            theme: ScreenTheme::default(),
            sound: false,
            notices: Vec::new(),
        }
    }
}

/// What of the hall a screen gives its room to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScreenLayout {
    /// The call of the moment, the last calls, every counter, who waits.
    #[default]
    Hall,
    /// The call of the moment and the last calls, as large as they can be.
    Calls,
    /// Every counter with its number; the call of the moment above them.
    Counters,
    /// Who waits for what and how long; for the entrance.
    Waiting,
}

/// Colours of a screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScreenTheme {
    /// Dark on light: for a bright hall.
    #[default]
    Light,
    /// Light on dark.
    Dark,
    /// As the machine behind the screen wishes.
    Auto,
}
