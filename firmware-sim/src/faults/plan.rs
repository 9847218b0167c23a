//! From a script and a seed to a timetable: the same seed and the same devices give the same faults at the same times.

use std::time::Duration;

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::kinds::{Class, KINDS, Kind};
use super::script::{Often, Script};
use crate::config::Config;
use crate::rng::Chance;

/// Draws of a place for one fault before the span is called full.
const DRAWS: u32 = 500;
/// From the end of one fault to the beginning of the next at the same lever, seconds of the hall.
const BETWEEN_S: f64 = 1.0;

/// One fault of a timetable.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Planned {
    /// Place in the timetable, from 1.
    pub n: usize,
    /// Whom it strikes, as in paths of the control port: `desks/3`, `printers/kiosk-1`.
    pub device: String,
    /// What, as in the script.
    pub fault: &'static str,
    /// When it begins, seconds of the hall since the start.
    #[serde(serialize_with = "seconds", rename = "at_s")]
    pub at: Duration,
    /// When it ends; equal to `at` for what is over at once.
    #[serde(serialize_with = "seconds", rename = "until_s")]
    pub until: Duration,
    /// Who ends it, where it does not end by itself.
    pub mended_by: Option<&'static str>,
    /// What is sent to `POST /{device}/fault` at the beginning.
    pub pull: Value,
    /// And at the end.
    pub release: Option<Value>,
    /// The lever, for what cannot be at the same time.
    #[serde(skip)]
    lever: &'static str,
}

impl Planned {
    /// Whether it and a fault from `at` to `until` would be at one lever of one device at the same time.
    fn collides(&self, device: &str, lever: &str, at: f64, until: f64) -> bool {
        let (from, to) = (self.at.as_secs_f64() - BETWEEN_S, self.until.as_secs_f64() + BETWEEN_S);
        self.device == device && self.lever == lever && at < to && until > from
    }
}

/// Draws the timetable of `script` for the devices of `config`, by its seed.
///
/// # Errors
/// The kind of fault that finds no device, or no room in the span, and what to write instead.
pub fn draw(script: &Script, config: &Config) -> Result<Vec<Planned>, String> {
    let span = script.span_h * 3600.0;
    let mut drawn = garbled(script, config, span);
    for kind in &KINDS {
        let often = (kind.often)(script);
        if often.is_never() {
            continue;
        }
        let devices = devices(config, kind.class);
        if devices.is_empty() {
            let class = kind.class.name();
            return Err(format!("{} of [{class}]: there are no {class} in the hall; leave it out", kind.name));
        }
        let chance = Chance::new(config.seed, &format!("faults-{}-{}", kind.class.name(), kind.name));
        draw_kind(kind, often, &devices, span, chance, &mut drawn)?;
    }
    drawn.sort_by(|one, other| (one.at, &one.device, one.fault).cmp(&(other.at, &other.device, other.fault)));
    for (n, planned) in (1..).zip(&mut drawn) {
        planned.n = n;
    }
    Ok(drawn)
}

fn draw_kind(
    kind: &Kind,
    often: &Often,
    devices: &[String],
    span: f64,
    mut chance: Chance,
    drawn: &mut Vec<Planned>,
) -> Result<(), String> {
    let mut place = |begins: Option<f64>, chance: &mut Chance| {
        let device = &devices[chance.index(devices.len())];
        let (least, most) = often.lasts();
        let lasts = if kind.is_at_once() { 0.0 } else { least + (most - least) * chance.unit() };
        let at = begins.unwrap_or_else(|| (span - lasts).max(0.0) * chance.unit());
        let until = at + lasts;
        let free = until <= span && !drawn.iter().any(|other| other.collides(device, kind.lever, at, until));
        if free {
            drawn.push(Planned {
                n: 0,
                device: device.clone(),
                fault: kind.name,
                at: at_ms(at),
                until: at_ms(until),
                mended_by: kind.mended_by,
                pull: kind.pull(often, chance),
                release: kind.release(),
                lever: kind.lever,
            });
        }
        free
    };
    for _ in 0..often.count {
        if !(0..DRAWS).any(|_| place(None, &mut chance)) {
            let (count, name, class, most) = (often.count, kind.name, kind.class.name(), often.lasts().1);
            return Err(format!(
                "{count} times {name} of up to {most} s do not fit on {} {class} in {span} s; write fewer or shorter ones",
                devices.len()
            ));
        }
    }
    if often.per_h > 0.0 {
        let mean = Duration::from_secs_f64(3600.0 / often.per_h);
        let mut at = chance.arrival(mean).as_secs_f64();
        while at < span {
            // A rate is a mean: what meets another fault at the same lever is left out.
            place(Some(at), &mut chance);
            at += chance.arrival(mean).as_secs_f64();
        }
    }
    Ok(())
}

/// Noise on the wire, all the time.
fn garbled(script: &Script, config: &Config, span: f64) -> Vec<Planned> {
    let chances = [(Class::Desks, script.desks.garble), (Class::Displays, script.displays.garble)];
    let noisy = chances.into_iter().filter(|(_, chance)| *chance > 0.0);
    noisy
        .flat_map(|(class, chance)| devices(config, class).into_iter().map(move |device| (device, chance)))
        .map(|(device, chance)| Planned {
            n: 0,
            device,
            fault: "garble",
            at: Duration::ZERO,
            until: at_ms(span),
            mended_by: None,
            pull: json!({ "garble": chance }),
            release: Some(json!({ "garble": 0 })),
            lever: "garble",
        })
        .collect()
}

fn devices(config: &Config, class: Class) -> Vec<String> {
    let names: Vec<String> = match class {
        Class::Desks => config.lines.iter().flat_map(|line| &line.units).map(u8::to_string).collect(),
        Class::Displays => config.displays.iter().map(|display| display.id.clone()).collect(),
        Class::Lines => config.lines.iter().map(|line| line.id.clone()).collect(),
        Class::Printers => config.printers.iter().map(|printer| printer.id.clone()).collect(),
    };
    names.into_iter().map(|name| format!("{}/{name}", class.name())).collect()
}

/// To the millisecond: a timetable that people can read.
fn at_ms(seconds: f64) -> Duration {
    Duration::from_secs_f64((seconds * 1000.0).round() / 1000.0)
}

fn seconds<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(time.as_secs_f64())
}
