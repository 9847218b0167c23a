//! The shape of `[[groups]]` and `[cards]`: how the kiosk's services are gathered, and what a card says of its holder.

use super::Text;
use serde::Deserialize;

/// Services that stand behind one button of the kiosk.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupConfig {
    /// What services name as their `group`.
    pub id: String,
    /// Name for people.
    pub name: Text,
}

/// Cards at the kiosk: its reader types a number and Enter.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CardsConfig {
    /// Which numbers are of which lane; the longest prefix that fits counts.
    pub rules: Vec<CardRuleConfig>,
    /// Who knows more than a number's beginning.
    pub lookup: Option<CardLookupConfig>,
}

/// Numbers that begin alike.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardRuleConfig {
    /// First digits or letters.
    pub prefix: String,
    /// Of so many digits and letters; of any number of them without it.
    #[serde(default)]
    pub length: Option<u32>,
    /// Where the holder waits.
    pub lane: String,
    /// Whether the last digit has to fit the others.
    #[serde(default)]
    pub check: CardCheck,
}

/// How the last digit of a card's number is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardCheck {
    /// ISO/IEC 7812-1, annex B: every bank card.
    #[default]
    Luhn,
    /// Not at all: cards of the branch's own.
    None,
}

/// A service of the branch's own network that knows which lane the holder of a card waits in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardLookupConfig {
    /// Where `{"kind", "number"}` is posted; the answer is `{"lane": "vip"}` or `{"lane": null}`.
    pub url: String,
    /// How long the customer waits for it. Milliseconds.
    #[serde(default = "default_timeout_ms")]
    pub timeout_ms: u32,
}

fn default_timeout_ms() -> u32 {
    1_000
}
