//! The keys of a desk unit: their codes on the wire and their names at the control port.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One key of a desk unit. The number is its code in the ring of presses (profile `desk-modbus`).
///
/// As text and in JSON it is the name of the control port: `next`, `no-show`, `rate-3`, `7`, `ok`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[repr(u16)]
pub enum Key {
    /// Finish the current customer and call the next; at a closed counter: open and call.
    Next = 1,
    /// Call the same number again.
    Recall = 2,
    /// The called customer did not come.
    NoShow = 3,
    /// The called customer stands at the counter.
    Arrived = 4,
    /// Finish without calling.
    Finish = 5,
    /// Keep the ticket at this counter; after digits: resume that held ticket.
    Hold = 6,
    /// Pause (after digits: for that reason) or resume.
    Pause = 7,
    /// After digits: transfer to that service of the printed list.
    Transfer = 8,
    /// Call for help.
    Help = 9,
    /// The customer disputes.
    Dispute = 10,
    /// Rating, worst.
    Rate1 = 21,
    /// Rating, second worst.
    Rate2 = 22,
    /// Rating, middle.
    Rate3 = 23,
    /// Rating, second best.
    Rate4 = 24,
    /// Rating, best.
    Rate5 = 25,
    /// Digit 0.
    Digit0 = 30,
    /// Digit 1.
    Digit1 = 31,
    /// Digit 2.
    Digit2 = 32,
    /// Digit 3.
    Digit3 = 33,
    /// Digit 4.
    Digit4 = 34,
    /// Digit 5.
    Digit5 = 35,
    /// Digit 6.
    Digit6 = 36,
    /// Digit 7.
    Digit7 = 37,
    /// Digit 8.
    Digit8 = 38,
    /// Digit 9.
    Digit9 = 39,
    /// Confirms what was typed (a staff number).
    Ok = 40,
    /// Forgets what was typed.
    Clear = 41,
}

impl Key {
    /// Every key with its name, by code.
    pub const ALL: [(Self, &'static str); 27] = [
        (Self::Next, "next"),
        (Self::Recall, "recall"),
        (Self::NoShow, "no-show"),
        (Self::Arrived, "arrived"),
        (Self::Finish, "finish"),
        (Self::Hold, "hold"),
        (Self::Pause, "pause"),
        (Self::Transfer, "transfer"),
        (Self::Help, "help"),
        (Self::Dispute, "dispute"),
        (Self::Rate1, "rate-1"),
        (Self::Rate2, "rate-2"),
        (Self::Rate3, "rate-3"),
        (Self::Rate4, "rate-4"),
        (Self::Rate5, "rate-5"),
        (Self::Digit0, "0"),
        (Self::Digit1, "1"),
        (Self::Digit2, "2"),
        (Self::Digit3, "3"),
        (Self::Digit4, "4"),
        (Self::Digit5, "5"),
        (Self::Digit6, "6"),
        (Self::Digit7, "7"),
        (Self::Digit8, "8"),
        (Self::Digit9, "9"),
        (Self::Ok, "ok"),
        (Self::Clear, "clear"),
    ];

    /// The code in the ring of presses.
    pub fn code(self) -> u16 {
        self as u16
    }

    /// The key with this code; `None` for a code that the map does not know.
    pub fn from_code(code: u16) -> Option<Self> {
        Self::ALL.iter().map(|(key, _)| *key).find(|key| key.code() == code)
    }

    /// The name at the control port.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(key, _)| *key == self).map_or("", |(_, name)| name)
    }

    /// 0–9 for a digit key.
    pub fn digit(self) -> Option<u8> {
        self.within(Self::Digit0, Self::Digit9)
    }

    /// 1 (worst) to 5 (best) for a rating key.
    pub fn rating(self) -> Option<u8> {
        self.within(Self::Rate1, Self::Rate5).map(|index| index + 1)
    }

    fn within(self, first: Self, last: Self) -> Option<u8> {
        if self < first || self > last {
            return None;
        }
        u8::try_from(self.code() - first.code()).ok()
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "there is no key `{0}`: use next, recall, no-show, arrived, finish, hold, pause, transfer, help, dispute, \
     rate-1 to rate-5, 0 to 9, ok or clear"
)]
pub struct UnknownKey(pub String);

impl FromStr for Key {
    type Err = UnknownKey;

    fn from_str(name: &str) -> Result<Self, UnknownKey> {
        let found = Self::ALL.iter().find(|(_, known)| *known == name);
        found.map(|(key, _)| *key).ok_or_else(|| UnknownKey(name.to_owned()))
    }
}

impl TryFrom<String> for Key {
    type Error = UnknownKey;

    fn try_from(name: String) -> Result<Self, UnknownKey> {
        name.parse()
    }
}

impl From<Key> for String {
    fn from(key: Key) -> Self {
        key.name().to_owned()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn codes_and_names_lead_back_to_their_key() {
        for (key, name) in Key::ALL {
            assert_eq!(Key::from_code(key.code()), Some(key));
            assert_eq!(name.parse::<Key>().unwrap(), key);
            assert_eq!(key.to_string(), name);
        }
        for code in [0, 11, 20, 26, 29, 42, u16::MAX] {
            assert_eq!(Key::from_code(code), None);
        }
        assert!("Next".parse::<Key>().unwrap_err().to_string().contains("no key `Next`"));
    }

    #[test]
    fn digits_and_ratings_are_numbers() {
        assert_eq!(Key::Digit0.digit(), Some(0));
        assert_eq!(Key::Digit9.digit(), Some(9));
        assert_eq!(Key::Ok.digit(), None);
        assert_eq!(Key::Rate1.rating(), Some(1));
        assert_eq!(Key::Rate5.rating(), Some(5));
        assert_eq!(Key::Dispute.rating(), None);
    }
}
