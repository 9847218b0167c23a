//! The device end: one display, for firmware-sim and tests.

use std::time::Duration;

use super::{DisplayProfile, Form};

/// One display on a wire.
#[derive(Clone, Debug)]
pub struct Sign {
    unit: u8,
    counter: String,
    profile: DisplayProfile,
    text: String,
    flash: bool,
    changed: Duration,
}

impl Sign {
    /// A dark display.
    pub fn new(unit: u8, counter: &str, profile: DisplayProfile) -> Self {
        let counter = counter.to_owned();
        Self { unit, counter, profile, text: String::new(), flash: false, changed: Duration::ZERO }
    }

    /// Takes one frame from the wire. Answers the reply: `None` when the frame is not for this display or is damaged;
    /// empty for a display that says nothing.
    pub fn hear(&mut self, frame: &[u8], now: Duration) -> Option<Vec<u8>> {
        let (text, flash, reply) = match &self.profile.form {
            Form::Modbus(registers) => {
                let (text, reply) = registers.read(self.unit, frame)?;
                (text.trim().to_owned(), false, if registers.answers { reply } else { Vec::new() })
            }
            Form::Template(steady, flash) => {
                let read = |template: &super::template::Template| template.read(frame, self.unit, &self.counter);
                match (flash.as_ref().and_then(read), read(steady)) {
                    (Some(text), _) => (text, true, Vec::new()),
                    (None, Some(text)) => (text, false, Vec::new()),
                    (None, None) => return None,
                }
            }
        };
        if (text.as_str(), flash) != (self.text.as_str(), self.flash) {
            self.changed = now;
        }
        (self.text, self.flash) = (text, flash);
        Some(reply)
    }

    /// Power off and on.
    pub fn reboot(&mut self, now: Duration) {
        (self.text, self.flash, self.changed) = (String::new(), false, now);
    }

    /// Address on the wire.
    pub fn unit(&self) -> u8 {
        self.unit
    }

    /// What it shows, without blanks around it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it flashes.
    pub fn flashes(&self) -> bool {
        self.flash
    }

    /// When it last changed.
    pub fn changed(&self) -> Duration {
        self.changed
    }
}
