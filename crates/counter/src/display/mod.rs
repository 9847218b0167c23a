//! Number displays that only show: window displays with LED digits, and whatever a few bytes can be sent to.
//!
//! A display is a level: only the newest picture counts, nothing old is ever written over something new, and what it
//! shows is written again every few seconds. What one model wants to hear is a [`Form`]: registers of Modbus RTU
//! ([`modbus`]), or bytes with fields in them ([`template`]).

mod host;
pub mod modbus;
mod sign;
pub mod template;

pub use host::{DisplayHost, DisplaySetup};
pub use sign::Sign;

use crate::registers::{Light, Picture};
use modbus::Registers;
use template::{Fields, Template};

/// How bytes are made for one model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// Holding registers of a Modbus RTU device.
    Modbus(Registers),
    /// Bytes with fields in them; the second, where there is one, while the number should flash.
    Template(Template, Option<Template>),
}

/// On which side of a display a short number stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Align {
    /// Blanks before it.
    #[default]
    Right,
    /// Blanks behind it.
    Left,
}

/// One model of display.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplayProfile {
    /// What it wants to hear.
    pub form: Form,
    /// Characters that it can show; `None`: any. Others are left out of a number (`A012` is `012` on digits).
    pub alphabet: Option<String>,
    /// Characters across; `None`: as many as come. What is longer loses its beginning: the end of a number tells more.
    pub width: Option<usize>,
    /// Where a number stands that is shorter.
    pub align: Align,
    /// Shown when the counter is open and nobody is called.
    pub idle: String,
    /// Shown while the counter is paused.
    pub paused: String,
    /// The same where others take over: `{counters}` stands for them. Empty: as without.
    pub paused_to: String,
    /// Shown while the counter is closed.
    pub closed: String,
    /// How a board of calls writes one; `None` for a display of one number.
    pub calls: Option<CallList>,
}

/// How a board writes the calls of the hall.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallList {
    /// One call, with `{number}` and `{counter}`.
    pub call: String,
    /// Between two.
    pub between: String,
    /// So many at most.
    pub most: usize,
}

/// A number that is called or served, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The number as printed.
    pub number: String,
    /// The counter.
    pub counter: String,
}

/// What a display should show, made of the picture of its counter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Showing {
    /// The number as this display can show it; empty when nobody is called.
    pub number: String,
    /// The number, or the words for idle, paused and closed.
    pub text: String,
    /// The number should flash.
    pub flash: bool,
}

/// The calls of the hall, newest first: a level for boards.
pub type CallBoard = std::sync::Arc<Vec<Call>>;

impl DisplayProfile {
    /// What this model shows of a picture; `flash` while it is to draw attention.
    pub fn showing(&self, picture: &Picture, flash: bool) -> Showing {
        let text = picture.text();
        let number = text.chars().any(|letter| letter.is_ascii_alphanumeric());
        let words = match picture.light {
            _ if number => return self.number(text, flash && picture.light == Light::Flashing),
            Light::Dark => &self.closed,
            Light::Steady | Light::Flashing if picture.lamps.paused => return self.words(&self.pause(picture)),
            Light::Steady | Light::Flashing => &self.idle,
        };
        self.words(words)
    }

    /// What a board shows of the calls, newest first; as many as fit whole. `flash` while the newest is new.
    pub fn showing_calls(&self, calls: &[Call], flash: bool) -> Showing {
        let Some(list) = &self.calls else { return Showing::default() };
        let mut text = String::new();
        for call in calls.iter().take(list.most) {
            let between = if text.is_empty() { "" } else { list.between.as_str() };
            let words = list.call.replace("{number}", &call.number).replace("{counter}", &call.counter);
            let next = format!("{text}{between}{words}");
            if self.width.is_some_and(|width| next.chars().count() > width) {
                break;
            }
            text = next;
        }
        if text.is_empty() { self.words(&self.idle) } else { Showing { flash, ..self.words(&text) } }
    }

    fn pause(&self, picture: &Picture) -> String {
        match picture.takes_over.as_str() {
            others if others.is_empty() || self.paused_to.is_empty() => self.paused.clone(),
            others => self.paused_to.replace("{counters}", others),
        }
    }

    fn words(&self, words: &str) -> Showing {
        Showing { number: String::new(), text: self.fitted(words), flash: false }
    }

    fn number(&self, number: &str, flash: bool) -> Showing {
        let number = self.fitted(number);
        Showing { text: number.clone(), number, flash }
    }

    fn fitted(&self, words: &str) -> String {
        let shown = |letter: &char| self.alphabet.as_ref().is_none_or(|alphabet| alphabet.contains(*letter));
        let letters: Vec<char> = words.chars().filter(shown).collect();
        let Some(width) = self.width else { return letters.into_iter().collect() };
        let kept: String = letters[letters.len().saturating_sub(width)..].iter().collect();
        match self.align {
            _ if kept.is_empty() => kept,
            Align::Right => format!("{kept:>width$}"),
            Align::Left => format!("{kept:<width$}"),
        }
    }

    /// The bytes that make the display `unit` of `counter` show this.
    pub fn bytes(&self, unit: u8, counter: &str, showing: &Showing) -> Vec<u8> {
        match &self.form {
            Form::Modbus(registers) => registers.request(unit, &showing.text),
            Form::Template(steady, flash) => {
                let template = flash.as_ref().filter(|_| showing.flash).unwrap_or(steady);
                template.bytes(&Fields { unit, counter, number: &showing.number, text: &showing.text })
            }
        }
    }

    /// Bytes of the reply to what [`DisplayProfile::bytes`] made; `None` for a display that says nothing.
    pub fn reply_len(&self) -> Option<usize> {
        match &self.form {
            Form::Modbus(registers) => registers.answers.then_some(modbus::WRITE_REPLY),
            Form::Template(..) => None,
        }
    }
}
