//! The electronics inside a desk unit: one of ours, or a call box.

use std::time::Duration;

use counter::ff68::{CallBox, Deframer};
use counter::profile::Speech;
use counter::{Key, Lamps, Light, Status, Unit};

/// What is inside.
#[derive(Debug)]
pub(super) enum Body {
    Modbus(Unit),
    Callbox { unit: CallBox, ears: Deframer, stuck: Option<Key> },
}

/// What can be seen and read at this moment.
#[derive(Debug)]
pub(super) struct Look {
    pub(super) text: String,
    pub(super) light: Light,
    pub(super) lit: bool,
    pub(super) lamps: Lamps,
    pub(super) waiting: u16,
    pub(super) changed: Duration,
    pub(super) status: Status,
    pub(super) stuck: Option<Key>,
    pub(super) beeps: u32,
    pub(super) refusals: u32,
}

impl Body {
    /// What a line's profile wants. `rater`, `echoes`: see the configuration.
    pub(super) fn new(address: u8, boot: u16, speech: Option<&Speech>, rater: bool, echoes: bool) -> Self {
        match speech {
            Some(Speech::CallboxFf68(keys)) => Self::Callbox {
                unit: CallBox::new(address, keys.clone(), echoes),
                ears: Deframer::default(),
                stuck: None,
            },
            _ => Self::Modbus(Unit::new(address, boot).with_rater(rater)),
        }
    }

    pub(super) fn profile(&self) -> &'static str {
        match self {
            Self::Modbus(_) => "desk-modbus",
            Self::Callbox { .. } => "callbox-ff68",
        }
    }

    /// Why this key cannot be pressed here.
    pub(super) fn lacks(&self, key: Key) -> Option<String> {
        match self {
            Self::Modbus(_) => None,
            Self::Callbox { unit, .. } => unit.lacks(key).map(|error| error.to_string()),
        }
    }

    /// Answers the press sequence; a key that is not there does nothing.
    pub(super) fn press(&mut self, key: Key, now: Duration) -> u16 {
        match self {
            Self::Modbus(unit) => unit.press(key),
            Self::Callbox { unit, .. } => unit.press(key, now).unwrap_or_else(|_| unit.presses()),
        }
    }

    pub(super) fn stick(&mut self, key: Option<Key>, now: Duration) {
        match self {
            Self::Modbus(unit) => {
                unit.let_go();
                if let Some(key) = key {
                    unit.hold_down(key, now);
                }
            }
            Self::Callbox { unit, stuck, .. } => {
                unit.let_go();
                if let Some(key) = key {
                    unit.hold_down(key, now);
                }
                *stuck = key.filter(|_| unit.hangs());
            }
        }
    }

    pub(super) fn reboot(&mut self, boot: u16, now: Duration) {
        match self {
            Self::Modbus(unit) => unit.reboot(boot, now),
            Self::Callbox { unit, ears, stuck } => {
                unit.reboot(now);
                ears.clear();
                *stuck = None;
            }
        }
    }

    /// 0 for a call box, which has none.
    pub(super) fn boot(&self) -> u16 {
        match self {
            Self::Modbus(unit) => unit.boot(),
            Self::Callbox { .. } => 0,
        }
    }

    pub(super) fn sequence(&self) -> u16 {
        match self {
            Self::Modbus(unit) => unit.sequence(),
            Self::Callbox { unit, .. } => unit.presses(),
        }
    }

    pub(super) fn look(&self, now: Duration) -> Look {
        match self {
            Self::Modbus(unit) => {
                let picture = unit.picture();
                Look {
                    text: picture.text().to_owned(),
                    light: unit.light(now),
                    lit: unit.lit(now),
                    lamps: picture.lamps,
                    waiting: picture.waiting,
                    changed: unit.changed(),
                    status: unit.status(now),
                    stuck: unit.held(),
                    beeps: unit.beeps(),
                    refusals: unit.blinks(),
                }
            }
            Self::Callbox { unit, stuck, .. } => {
                let (text, waiting) = (unit.number(), unit.waiting());
                let dark = text.is_empty() && waiting.is_empty();
                Look {
                    light: if dark { Light::Dark } else { Light::Steady },
                    lit: !dark,
                    lamps: Lamps::default(),
                    waiting: waiting.parse().unwrap_or_default(),
                    text,
                    changed: unit.changed(),
                    status: Status { rater: true, key_stuck: stuck.is_some(), display_fault: false },
                    stuck: *stuck,
                    beeps: unit.beeps(),
                    refusals: 0,
                }
            }
        }
    }

    /// Whether a frame from the line is for a device with this address.
    pub(super) fn is_for(&self, address: u8, frame: &[u8]) -> bool {
        match self {
            Self::Modbus(_) => frame.first().is_some_and(|to| *to == 0 || *to == address),
            Self::Callbox { .. } => {
                Deframer::default().feed(frame, Duration::ZERO).iter().any(|frame| frame.address == address)
            }
        }
    }

    /// Takes what came over the line. Answers the reply.
    pub(super) fn hear(&mut self, frame: &[u8], now: Duration) -> Option<Vec<u8>> {
        match self {
            Self::Modbus(unit) => unit.answer(frame, now),
            Self::Callbox { unit, ears, .. } => {
                let frames = ears.feed(frame, now);
                let echoes = frames.iter().filter_map(|frame| unit.hear(frame, now));
                let reply: Vec<u8> = echoes.flat_map(|echo| echo.encode()).collect();
                (!reply.is_empty()).then_some(reply)
            }
        }
    }

    /// What the device says by itself now.
    pub(super) fn speak(&mut self, now: Duration) -> Option<Vec<u8>> {
        match self {
            Self::Modbus(_) => None,
            Self::Callbox { unit, .. } => unit.speak(now).map(|frame| frame.encode()),
        }
    }

    /// When [`Body::speak`] has something to do.
    pub(super) fn due(&self) -> Option<Duration> {
        match self {
            Self::Modbus(_) => None,
            Self::Callbox { unit, .. } => unit.due(),
        }
    }
}
