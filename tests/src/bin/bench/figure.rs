//! One measured figure, and how figures are shown.

use crate::Fault;
use serde::Serialize;
use std::time::Duration;

/// Takes figures of one kind.
pub(crate) type Bench = fn() -> Result<Vec<Figure>, Fault>;

/// What the design asks of a figure.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reach {
    /// At least so much.
    AtLeast(f64),
    /// At most so much.
    AtMost(f64),
    /// From, to.
    Within(f64, f64),
    /// Shown beside the others; nothing is asked.
    Beside,
}

/// One measured figure.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Figure {
    /// What was measured.
    pub(crate) what: String,
    /// How much.
    pub(crate) value: f64,
    /// Of what.
    pub(crate) unit: &'static str,
    /// What the design asks.
    pub(crate) reach: Reach,
    /// Whether that is reached.
    pub(crate) reached: bool,
}

impl Figure {
    pub(crate) fn new(what: impl Into<String>, value: f64, unit: &'static str, reach: Reach) -> Figure {
        let reached = match reach {
            Reach::AtLeast(limit) => value >= limit,
            Reach::AtMost(limit) => value <= limit,
            Reach::Within(from, to) => (from..=to).contains(&value),
            Reach::Beside => true,
        };
        Figure { what: what.into(), value, unit, reach, reached }
    }
}

/// One line a figure.
pub(crate) fn table(figures: &[Figure]) -> String {
    let width = figures.iter().map(|figure| figure.what.chars().count()).max().unwrap_or(0);
    let row = |figure: &Figure| {
        let (asked, mark) = match figure.reach {
            Reach::AtLeast(limit) => (format!("≥ {limit} {}", figure.unit), if figure.reached { "" } else { "SHORT" }),
            Reach::AtMost(limit) => (format!("≤ {limit} {}", figure.unit), if figure.reached { "" } else { "SHORT" }),
            Reach::Within(from, to) => (format!("{from}–{to}"), if figure.reached { "" } else { "SHORT" }),
            Reach::Beside => (String::new(), ""),
        };
        let pad = " ".repeat(width - figure.what.chars().count());
        format!("  {}{pad}  {:>12.3} {:<10} {asked:<16} {mark}", figure.what, figure.value, figure.unit)
    };
    figures.iter().map(row).map(|row| row.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// `{"figures":[…]}`.
pub(crate) fn json(figures: &[Figure]) -> String {
    format!("{:#}\n", serde_json::json!({ "figures": figures }))
}

/// The value below which so many thousandths of the samples lie.
pub(crate) fn quantile(samples: &mut [Duration], thousandths: usize) -> Duration {
    samples.sort_unstable();
    let place = samples.len().saturating_mul(thousandths).div_ceil(1_000).saturating_sub(1);
    samples.get(place).copied().unwrap_or_default()
}

/// The middle value.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Milliseconds with fractions.
pub(crate) fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
