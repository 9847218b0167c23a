//! The register map of profile `desk-modbus`: what stands where, and its meaning as values.
//!
//! Input registers (FC 04) are the unit's word to the lobby, holding registers (FC 16) the lobby's to the unit.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The map described here (input register 0).
pub const MAP_VERSION: u16 = 1;
/// Presses that a unit remembers.
pub const RING: usize = 8;
/// Characters of the number display.
pub const TEXT: usize = 12;

/// Addresses of the input registers.
pub mod input {
    /// Map version.
    pub const VERSION: u16 = 0;
    /// Boot id, new at every power-up.
    pub const BOOT: u16 = 1;
    /// Press sequence, +1 a press, wraps.
    pub const SEQUENCE: u16 = 2;
    /// Key code of the newest press; the seven before it follow.
    pub const KEYS: u16 = 3;
    /// Status bits.
    pub const STATUS: u16 = 11;
    /// How many input registers there are.
    pub const COUNT: u16 = 12;
}

/// Addresses of the holding registers.
pub mod holding {
    /// Picture sequence: a new value is a new picture.
    pub const SEQUENCE: u16 = 0;
    /// First of six registers with two characters each, high byte first.
    pub const TEXT: u16 = 1;
    /// 0 dark, 1 steady, 2 flashing.
    pub const LIGHT: u16 = 7;
    /// Lamp bits.
    pub const LAMPS: u16 = 8;
    /// People waiting for this counter.
    pub const WAITING: u16 = 9;
    /// How many holding registers there are.
    pub const COUNT: u16 = 10;
}

/// All holding registers of a unit, by address.
pub type Holding = [u16; holding::COUNT as usize];

/// How the digits are lit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u16)]
pub enum Light {
    /// Not lit.
    #[default]
    Dark = 0,
    /// Lit.
    Steady = 1,
    /// Flashing at no more than 2 Hz; the unit makes it steady by itself after 5 s.
    Flashing = 2,
}

/// The lamps of a desk unit, and its beep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::struct_excessive_bools)] // five lamps are five bools
pub struct Lamps {
    /// b0: somebody waits for this counter.
    pub waiting: bool,
    /// b1: the counter is paused.
    pub paused: bool,
    /// b2: help is coming.
    pub help: bool,
    /// b3: the last press was refused; the unit blinks it once a picture.
    pub refused: bool,
    /// b4: beep once a picture.
    pub beep: bool,
}

impl Lamps {
    fn bits(self) -> u16 {
        [self.waiting, self.paused, self.help, self.refused, self.beep]
            .into_iter()
            .rev()
            .fold(0, |bits, lamp| bits << 1 | u16::from(lamp))
    }

    fn from_bits(bits: u16) -> Self {
        let lit = |bit: u16| bits >> bit & 1 == 1;
        Self { waiting: lit(0), paused: lit(1), help: lit(2), refused: lit(3), beep: lit(4) }
    }
}

/// Why registers are no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// Register 7 is none of dark, steady, flashing.
    #[error("light {0} is none of 0 dark, 1 steady, 2 flashing")]
    Light(u16),
    /// A character that the display cannot show.
    #[error("character {0:#04x} is not printable ASCII")]
    Character(u8),
}

/// Twelve characters of printable ASCII, padded with blanks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Text([u8; TEXT]);

impl Text {
    /// The display knows printable ASCII only: other characters become `?`, what is too long is cut.
    pub fn new(text: &str) -> Self {
        let mut shown = [b' '; TEXT];
        for (place, letter) in shown.iter_mut().zip(text.chars()) {
            *place = u8::try_from(letter).ok().filter(|byte| printable(*byte)).unwrap_or(b'?');
        }
        Self(shown)
    }

    /// The text without the blanks that pad it.
    pub fn as_str(&self) -> &str {
        // Printable ASCII by construction, so never the fallback.
        std::str::from_utf8(&self.0).unwrap_or_default().trim_end()
    }
}

impl Default for Text {
    fn default() -> Self {
        Self([b' '; TEXT])
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// What one desk unit shows: a level, so only the newest counts.
/// The default is dark and blank: the unit after power-up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// The characters.
    pub text: Text,
    /// How the digits are lit.
    pub light: Light,
    /// The lamps.
    pub lamps: Lamps,
    /// People waiting for this counter.
    pub waiting: u16,
    /// A new value draws attention again: flash, beep and blink start over although nothing else changed (a recall
    /// of the same number, a second refusal). While it stays, other changes neither beep nor flash anew. It is not a
    /// register: on the wire it is a new picture sequence.
    pub attention: u16,
    /// While the counter takes no customers: those that do its services, such as `2,3`. Desk units have no place for it;
    /// displays say it.
    pub takes_over: Text,
}

impl Picture {
    /// A picture with this text, lit as said, lamps off, nobody waiting; for the text see [`Text::new`].
    pub fn new(text: &str, light: Light) -> Self {
        Self { text: Text::new(text), light, ..Self::default() }
    }

    /// The text without the blanks that pad it.
    pub fn text(&self) -> &str {
        self.text.as_str()
    }

    /// The ten holding registers, `sequence` first.
    pub fn encode(&self, sequence: u16) -> Holding {
        let mut registers = [0; holding::COUNT as usize];
        registers[usize::from(holding::SEQUENCE)] = sequence;
        let (text, _) = self.text.0.as_chunks::<2>();
        for (register, pair) in registers[usize::from(holding::TEXT)..].iter_mut().zip(text) {
            *register = u16::from_be_bytes(*pair);
        }
        registers[usize::from(holding::LIGHT)] = self.light as u16;
        registers[usize::from(holding::LAMPS)] = self.lamps.bits();
        registers[usize::from(holding::WAITING)] = self.waiting;
        registers
    }

    /// Reads ten holding registers; the picture sequence is not part of the picture.
    ///
    /// # Errors
    /// [`PictureError`] when the light is unknown or the text is not printable ASCII.
    pub fn decode(registers: &Holding) -> Result<Self, PictureError> {
        let mut text = [b' '; TEXT];
        let (pairs, _) = text.as_chunks_mut::<2>();
        for (pair, register) in pairs.iter_mut().zip(&registers[usize::from(holding::TEXT)..]) {
            *pair = register.to_be_bytes();
        }
        if let Some(byte) = text.iter().find(|byte| !printable(**byte)) {
            return Err(PictureError::Character(*byte));
        }
        let light = match registers[usize::from(holding::LIGHT)] {
            0 => Light::Dark,
            1 => Light::Steady,
            2 => Light::Flashing,
            other => return Err(PictureError::Light(other)),
        };
        let lamps = Lamps::from_bits(registers[usize::from(holding::LAMPS)]);
        let waiting = registers[usize::from(holding::WAITING)];
        Ok(Self { text: Text(text), light, lamps, waiting, ..Self::default() })
    }
}

fn printable(byte: u8) -> bool {
    (b' '..=b'~').contains(&byte)
}

/// What a unit says about itself (input register 11).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// b0: the display does not work.
    pub display_fault: bool,
    /// b1: rating keys are fitted.
    pub rater: bool,
    /// b2: a key hangs.
    pub key_stuck: bool,
}

impl Status {
    /// The register.
    pub fn bits(self) -> u16 {
        u16::from(self.display_fault) | u16::from(self.rater) << 1 | u16::from(self.key_stuck) << 2
    }

    /// Reads the register; unknown bits mean nothing.
    pub fn from_bits(bits: u16) -> Self {
        Self { display_fault: bits & 1 != 0, rater: bits & 2 != 0, key_stuck: bits & 4 != 0 }
    }
}

/// What one reading of sequence and ring says. All of it comes from one reply: a press between two readings would
/// shift the ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presses {
    /// Boot id.
    pub boot: u16,
    /// Press sequence.
    pub sequence: u16,
    /// Key codes of presses `sequence`, `sequence` − 1, … − 7.
    pub keys: [u16; RING],
}

/// Input registers 0–11 as one reply gives them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inputs {
    /// Map version; this crate knows [`MAP_VERSION`].
    pub version: u16,
    /// Boot, sequence and ring.
    pub presses: Presses,
    /// Status bits.
    pub status: Status,
}

impl Presses {
    /// Reads registers 1–10 in order; `None` when there are not ten.
    pub fn decode(registers: &[u16]) -> Option<Self> {
        let (&[boot, sequence], keys) = registers.split_first_chunk::<2>()?;
        Some(Self { boot, sequence, keys: keys.try_into().ok()? })
    }
}

impl Inputs {
    /// Reads registers 0–11 in order; `None` when there are not twelve.
    pub fn decode(registers: &[u16]) -> Option<Self> {
        let (&version, rest) = registers.split_first()?;
        let (&status, ring) = rest.split_last()?;
        Some(Self { version, presses: Presses::decode(ring)?, status: Status::from_bits(status) })
    }

    /// The twelve registers in order.
    pub fn encode(&self) -> [u16; input::COUNT as usize] {
        let mut registers = [0; input::COUNT as usize];
        registers[usize::from(input::VERSION)] = self.version;
        registers[usize::from(input::BOOT)] = self.presses.boot;
        registers[usize::from(input::SEQUENCE)] = self.presses.sequence;
        registers[usize::from(input::KEYS)..][..RING].copy_from_slice(&self.presses.keys);
        registers[usize::from(input::STATUS)] = self.status.bits();
        registers
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_called_number_in_registers() {
        let mut picture = Picture::new("A012", Light::Flashing);
        picture.lamps = Lamps { waiting: true, beep: true, ..Lamps::default() };
        picture.waiting = 3;
        let registers = picture.encode(7);
        assert_eq!(registers, [7, 0x4130, 0x3132, 0x2020, 0x2020, 0x2020, 0x2020, 2, 0b1_0001, 3]);
        assert_eq!(Picture::decode(&registers).unwrap(), picture);
        assert_eq!(picture.text(), "A012");
    }

    #[test]
    fn what_the_display_cannot_show_never_reaches_it() {
        assert_eq!(Picture::new("号A012-XYZ-1234567", Light::Steady).text(), "?A012-XYZ-12");
        let mut registers = Picture::default().encode(1);
        registers[3] = 0x0741;
        assert_eq!(Picture::decode(&registers), Err(PictureError::Character(7)));
        registers = Picture::default().encode(1);
        registers[7] = 3;
        assert_eq!(Picture::decode(&registers), Err(PictureError::Light(3)));
    }

    #[test]
    fn inputs_stand_where_the_map_says() {
        let presses = Presses { boot: 0xB007, sequence: 2, keys: [1, 9, 0, 0, 0, 0, 0, 0] };
        let status = Status { key_stuck: true, ..Status::default() };
        let inputs = Inputs { version: 1, presses, status };
        let registers = inputs.encode();
        assert_eq!(registers, [1, 0xB007, 2, 1, 9, 0, 0, 0, 0, 0, 0, 4]);
        assert_eq!(Inputs::decode(&registers), Some(inputs));
        assert_eq!(Presses::decode(&registers[1..11]), Some(presses));
        assert_eq!(Presses::decode(&registers[1..10]), None);
        assert_eq!(Inputs::decode(&registers[..11]), None);
    }
}
