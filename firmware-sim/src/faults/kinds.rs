//! Every kind of fault that a script knows: whom it strikes, which lever it pulls, who mends it.

use serde_json::{Value, json};

use super::script::{Often, Script};
use crate::rng::Chance;

/// A class of devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Desks,
    Displays,
    Lines,
    Printers,
}

impl Class {
    /// As in the file and in paths of the control port.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Desks => "desks",
            Self::Displays => "displays",
            Self::Lines => "lines",
            Self::Printers => "printers",
        }
    }
}

/// One kind.
pub(super) struct Kind {
    pub(super) class: Class,
    /// As in the file.
    pub(super) name: &'static str,
    /// The field of the lever: two faults at one lever of one device cannot be at the same time.
    pub(super) lever: &'static str,
    /// How often the script wants it.
    pub(super) often: fn(&Script) -> &Often,
    /// What the lever is set to.
    pub(super) value: Setting,
    /// Who ends it, where it does not end by itself.
    pub(super) mended_by: Option<&'static str>,
}

/// What a lever is set to.
pub(super) enum Setting {
    On,
    Word(&'static str),
    Lateness,
    /// Over as soon as it is done.
    Once,
}

impl Kind {
    /// The body that pulls the lever, as `POST …/fault` takes it.
    pub(super) fn pull(&self, often: &Often, chance: &mut Chance) -> Value {
        let value = match self.value {
            Setting::On | Setting::Once => json!(true),
            Setting::Word(word) => json!(word),
            Setting::Lateness => {
                let (least, most) = often.lateness();
                let spread = usize::try_from(most - least).unwrap_or(0);
                json!(least + u64::try_from(chance.index(spread + 1)).unwrap_or(0))
            }
        };
        json!({ self.lever: value })
    }

    /// The body that lets the lever go; none for what is over at once.
    pub(super) fn release(&self) -> Option<Value> {
        (!self.is_at_once()).then(|| json!({ self.lever: "ok" }))
    }

    pub(super) fn is_at_once(&self) -> bool {
        matches!(self.value, Setting::Once)
    }
}

const fn kind(
    class: Class,
    name: &'static str,
    lever: &'static str,
    value: Setting,
    often: fn(&Script) -> &Often,
) -> Kind {
    let mended_by = match (class, name.as_bytes()) {
        (Class::Printers, b"paper_low" | b"paper_out" | b"cover" | b"cutter") => Some("greeter"),
        (_, b"stuck") => Some("clerk"),
        _ => None,
    };
    Kind { class, name, lever, often, value, mended_by }
}

/// All kinds, in the order in which they are drawn.
pub(super) const KINDS: [Kind; 19] = [
    kind(Class::Desks, "unplug", "unplug", Setting::On, |s| &s.desks.unplug),
    kind(Class::Desks, "mute", "mute", Setting::On, |s| &s.desks.mute),
    kind(Class::Desks, "late", "late_ms", Setting::Lateness, |s| &s.desks.late),
    kind(Class::Desks, "stuck", "stuck", Setting::Word("next"), |s| &s.desks.stuck),
    kind(Class::Desks, "reboot", "reboot", Setting::Once, |s| &s.desks.reboot),
    kind(Class::Displays, "unplug", "unplug", Setting::On, |s| &s.displays.unplug),
    kind(Class::Displays, "mute", "mute", Setting::On, |s| &s.displays.mute),
    kind(Class::Displays, "late", "late_ms", Setting::Lateness, |s| &s.displays.late),
    kind(Class::Displays, "reboot", "reboot", Setting::Once, |s| &s.displays.reboot),
    kind(Class::Lines, "unplug", "unplug", Setting::On, |s| &s.lines.unplug),
    kind(Class::Lines, "noise", "noise", Setting::On, |s| &s.lines.noise),
    kind(Class::Printers, "unplug", "unplug", Setting::On, |s| &s.printers.unplug),
    kind(Class::Printers, "paper_low", "paper", Setting::Word("low"), |s| &s.printers.paper_low),
    kind(Class::Printers, "paper_out", "paper", Setting::Word("out"), |s| &s.printers.paper_out),
    kind(Class::Printers, "cover", "cover", Setting::Word("open"), |s| &s.printers.cover),
    kind(Class::Printers, "cutter", "cutter", Setting::Word("jam"), |s| &s.printers.cutter),
    kind(Class::Printers, "stalled", "stalled", Setting::On, |s| &s.printers.stalled),
    kind(Class::Printers, "silent", "silent", Setting::On, |s| &s.printers.silent),
    kind(Class::Printers, "no_proof", "no_proof", Setting::On, |s| &s.printers.no_proof),
];
