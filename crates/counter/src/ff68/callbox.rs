//! The device end: one call box, for firmware-sim and tests.

use std::collections::VecDeque;
use std::time::Duration;

use super::frame::Frame;
use super::keys::KeyMap;
use super::{BEEP, BLANK, DISPLAY, RATER};
use crate::key::Key;

/// Function of a frame that carries a key.
pub const KEY_FUNCTION: u8 = 0x01;
/// A frame that is not echoed is sent again after this time …
const AGAIN: Duration = Duration::from_millis(100);
/// … and so often in all; then the press is lost, as with a real box.
const TRIES: u8 = 5;
/// Presses that wait for the one before to be acknowledged; the box beeps no for more.
const QUEUE: usize = 8;

/// One call box.
#[derive(Clone, Debug)]
pub struct CallBox {
    address: u8,
    keys: KeyMap,
    echoes: bool,
    waiting: VecDeque<Frame>,
    speaking: Option<Speaking>,
    held: Option<Frame>,
    digits: [u8; 6],
    changed: Duration,
    beeps: u32,
    rater_open: bool,
    presses: u16,
    lost: u32,
}

#[derive(Clone, Debug)]
struct Speaking {
    frame: Frame,
    tries: u8,
    at: Duration,
}

/// A key that the box does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "this call box has no key `{0}`: it has next, recall, pause, transfer, ok, 0 to 9, by digit and ok no-show and hold, and the keys of its rater"
)]
pub struct NoSuchKey(pub Key);

impl CallBox {
    /// A box that was just powered up. `echoes`: it answers what the host writes with the same frame.
    pub fn new(address: u8, keys: KeyMap, echoes: bool) -> Self {
        Self {
            address,
            keys,
            echoes,
            waiting: VecDeque::new(),
            speaking: None,
            held: None,
            digits: [BLANK; 6],
            changed: Duration::ZERO,
            beeps: 0,
            rater_open: false,
            presses: 0,
            lost: 0,
        }
    }

    /// A person presses what stands for this key (a digit and OK, where the box has no key for it). Answers how often
    /// keys were pressed since power-up.
    ///
    /// # Errors
    /// [`NoSuchKey`] when the box cannot say that.
    pub fn press(&mut self, key: Key, now: Duration) -> Result<u16, NoSuchKey> {
        if let Some(byte) = self.keys.rater_byte(key) {
            self.rater_open = false;
            self.latch(Frame::new(self.address, RATER, &[byte]), now);
            return Ok(self.presses);
        }
        let strokes = self.keys.strokes(key);
        if strokes.is_empty() {
            return Err(NoSuchKey(key));
        }
        for byte in strokes {
            self.latch(Frame::new(self.address, KEY_FUNCTION, &[byte]), now);
        }
        Ok(self.presses)
    }

    /// Why the box cannot say this; `None` when it can.
    pub fn lacks(&self, key: Key) -> Option<NoSuchKey> {
        let says = self.keys.rater_byte(key).is_some() || !self.keys.strokes(key).is_empty();
        (!says).then_some(NoSuchKey(key))
    }

    /// The key that sends this byte is pressed.
    pub fn press_byte(&mut self, byte: u8, now: Duration) {
        self.latch(Frame::new(self.address, KEY_FUNCTION, &[byte]), now);
    }

    fn latch(&mut self, frame: Frame, now: Duration) {
        self.presses = self.presses.wrapping_add(1);
        if self.waiting.len() >= QUEUE {
            self.lost += 1;
            return;
        }
        self.waiting.push_back(frame);
        self.go_on(now);
    }

    fn go_on(&mut self, now: Duration) {
        if self.speaking.is_none() {
            let next = self.waiting.pop_front().or_else(|| self.held.clone());
            self.speaking = next.map(|frame| Speaking { frame, tries: 0, at: now });
        }
    }

    /// A key hangs: its frame comes again and again.
    pub fn hold_down(&mut self, key: Key, now: Duration) {
        self.held = self.keys.strokes(key).first().map(|byte| Frame::new(self.address, KEY_FUNCTION, &[*byte]));
        self.go_on(now);
    }

    /// The key that hung is free.
    pub fn let_go(&mut self) {
        self.held = None;
    }

    /// Power off and on: dark, nothing latched.
    pub fn reboot(&mut self, now: Duration) {
        *self = Self { changed: now, ..Self::new(self.address, std::mem::take(&mut self.keys), self.echoes) };
    }

    /// Takes a frame from the line. Answers the echo, where the box gives one.
    pub fn hear(&mut self, frame: &Frame, now: Duration) -> Option<Frame> {
        if frame.address != self.address {
            return None;
        }
        if self.speaking.as_ref().is_some_and(|speaking| speaking.frame == *frame) {
            // The host's echo: the press has arrived. A key that hangs waits a moment before it repeats.
            self.speaking = None;
            self.go_on(now);
            if let Some(speaking) = &mut self.speaking
                && Some(&speaking.frame) == self.held.as_ref()
            {
                speaking.at = now + AGAIN;
            }
            return None;
        }
        match (frame.function, <[u8; 6]>::try_from(frame.data.as_slice())) {
            (DISPLAY, Ok(digits)) if digits.iter().all(|digit| *digit <= BLANK) => {
                if self.digits != digits {
                    self.changed = now;
                }
                self.digits = digits;
            }
            (BEEP, _) => self.beeps += 1,
            (RATER, _) if frame.data.is_empty() => self.rater_open = true,
            _ => return None,
        }
        self.echoes.then(|| frame.clone())
    }

    /// The frame to send now, if it is time for one.
    pub fn speak(&mut self, now: Duration) -> Option<Frame> {
        let speaking = self.speaking.as_mut().filter(|speaking| speaking.at <= now)?;
        if speaking.tries >= TRIES {
            self.speaking = None;
            self.lost += 1;
            self.go_on(now);
            return self.speaking.is_some().then(|| self.speak(now)).flatten();
        }
        speaking.tries += 1;
        speaking.at = now + AGAIN;
        Some(speaking.frame.clone())
    }

    /// When [`CallBox::speak`] has something to do.
    pub fn due(&self) -> Option<Duration> {
        self.speaking.as_ref().map(|speaking| speaking.at)
    }

    /// Address on the line.
    pub fn address(&self) -> u8 {
        self.address
    }

    /// Digits of the ticket, blanks left out.
    pub fn number(&self) -> String {
        lit(&self.digits[3..])
    }

    /// Digits of the people waiting, blanks left out.
    pub fn waiting(&self) -> String {
        lit(&self.digits[..3])
    }

    /// When the display last changed.
    pub fn changed(&self) -> Duration {
        self.changed
    }

    /// Beeps since power-up.
    pub fn beeps(&self) -> u32 {
        self.beeps
    }

    /// Whether the rater waits for a key.
    pub fn rater_open(&self) -> bool {
        self.rater_open
    }

    /// Keys pressed since power-up.
    pub fn presses(&self) -> u16 {
        self.presses
    }

    /// Presses that nobody acknowledged.
    pub fn lost(&self) -> u32 {
        self.lost
    }

    /// The key that hangs.
    pub fn hangs(&self) -> bool {
        self.held.is_some()
    }
}

fn lit(digits: &[u8]) -> String {
    digits.iter().filter_map(|digit| char::from_digit(u32::from(*digit), 10)).collect()
}
