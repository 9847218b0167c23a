//! `led-digits-modbus`: displays with holding registers, written by Modbus RTU.
//!
//! Two forms are known from the field (HARDWARE §1): the number as a value (register 0x0088) and as a string of ASCII,
//! two characters a register, high byte first (register 0x0070). Register, width and function stand in the profile.

use crate::frame::{EXCEPTION, crc16, intact};

/// Function code: write one register.
pub const WRITE_ONE: u8 = 6;
/// Function code: write several registers.
pub const WRITE_MANY: u8 = 16;
/// Bytes of a reply to either: unit, function, address, value or count, CRC.
pub const WRITE_REPLY: usize = 8;

/// What stands in the registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// The number as a binary value; this value when there is none.
    Number {
        /// Written when there is no number to show.
        blank: u16,
    },
    /// Characters, two a register, so many; blanks fill up.
    Text {
        /// Characters across.
        width: u8,
    },
}

/// Where and how one model is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Registers {
    /// Address of the (first) register.
    pub register: u16,
    /// [`WRITE_ONE`] or [`WRITE_MANY`]; characters always take the second.
    pub function: u8,
    /// What stands there.
    pub content: Content,
    /// Whether the display answers, as Modbus wants it.
    pub answers: bool,
}

impl Registers {
    /// The request that makes unit `unit` show `text`.
    pub fn request(&self, unit: u8, text: &str) -> Vec<u8> {
        let values = self.values(text);
        let mut frame = vec![unit, self.function];
        frame.extend(self.register.to_be_bytes());
        if let ([value], WRITE_ONE) = (values.as_slice(), self.function) {
            frame.extend(value.to_be_bytes());
        } else {
            frame[1] = WRITE_MANY;
            let count = u8::try_from(values.len()).unwrap_or(u8::MAX); // a width is a byte, so at most 128 registers
            frame.extend([0, count, count.saturating_mul(2)]);
            frame.extend(values.iter().flat_map(|value| value.to_be_bytes()));
        }
        frame.extend(crc16(&frame).to_le_bytes());
        frame
    }

    fn values(self, text: &str) -> Vec<u16> {
        match self.content {
            Content::Number { blank } => {
                let digits: String = text.chars().filter(char::is_ascii_digit).collect();
                vec![digits.parse().unwrap_or(blank)]
            }
            Content::Text { width } => {
                let width = usize::from(width.max(1)).next_multiple_of(2);
                let mut bytes: Vec<u8> = text
                    .chars()
                    .map(|letter| if letter.is_ascii() { letter as u8 } else { b'?' })
                    .take(width)
                    .collect();
                bytes.resize(width, b' ');
                let (pairs, _) = bytes.as_chunks::<2>();
                pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect()
            }
        }
    }

    /// Whether `reply` is the display's yes to `request`.
    pub fn confirms(request: &[u8], reply: &[u8]) -> bool {
        reply.len() == WRITE_REPLY && intact(reply) && request.get(..6) == reply.get(..6)
    }

    /// The device end: the text that a request for this model writes, and the reply that Modbus wants. `None` when it
    /// is for somebody else, damaged, or for other registers.
    pub fn read(&self, unit: u8, frame: &[u8]) -> Option<(String, Vec<u8>)> {
        let (&[to, function, high, low], rest) = frame.split_first_chunk::<4>()?;
        if to != unit || !intact(frame) || u16::from_be_bytes([high, low]) != self.register {
            return None;
        }
        let data = rest.get(..rest.len().checked_sub(2)?)?;
        let values = match (function, data) {
            (WRITE_ONE, &[high, low]) => vec![u16::from_be_bytes([high, low])],
            (WRITE_MANY, [0, count, bytes, values @ ..])
                if usize::from(*bytes) == values.len() && count.checked_mul(2) == Some(*bytes) =>
            {
                let (pairs, _) = values.as_chunks::<2>();
                pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect()
            }
            _ => return None,
        };
        let shown = match self.content {
            Content::Number { blank } => match values.as_slice() {
                [value] if *value == blank => String::new(),
                [value] => value.to_string(),
                _ => return None,
            },
            Content::Text { .. } => values.iter().flat_map(|value| value.to_be_bytes()).map(char::from).collect(),
        };
        let mut reply = frame.get(..6)?.to_vec();
        reply.extend(crc16(&reply).to_le_bytes());
        Some((shown, reply))
    }

    /// A reply that refuses: for tests and devices.
    pub fn refusal(unit: u8, function: u8, code: u8) -> Vec<u8> {
        let mut reply = vec![unit, function | EXCEPTION, code];
        reply.extend(crc16(&reply).to_le_bytes());
        reply
    }
}
