//! What the keys of a call box mean: a table of the profile, since boxes differ.

use std::collections::BTreeMap;

use crate::key::Key;

/// Code under which "call back" reaches the queue: go on with the ticket that this counter has held longest. Units of
/// `desk-modbus` name the ticket instead; this code is not on their map.
pub const CALL_BACK: u16 = 50;
/// Added to a key code of the box that its profile does not know, so that it is refused under a code of its own.
pub const UNKNOWN: u16 = 0x6800;

/// What a key of the box stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// One of our keys.
    Key(Key),
    /// "Call back": see [`CALL_BACK`].
    CallBack,
    /// "Rate": the clerk asks the customer to rate. The host opens the rater; the queue hears of it when somebody rates.
    Invite,
}

impl Meaning {
    /// The meaning of that name: a key's, `call-back` or `invite-rating`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "call-back" => Some(Self::CallBack),
            "invite-rating" => Some(Self::Invite),
            key => key.parse().ok().map(Self::Key),
        }
    }

    /// Code for the queue; `None` when the queue is not asked.
    pub fn code(self) -> Option<u16> {
        match self {
            Self::Key(key) => Some(key.code()),
            Self::CallBack => Some(CALL_BACK),
            Self::Invite => None,
        }
    }
}

/// The keys of one model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyMap {
    /// By the last data byte of a frame from the box.
    pub keys: BTreeMap<u8, Meaning>,
    /// What OK means after exactly this digit; after other digits it is OK (a staff number).
    pub digit_ok: BTreeMap<u8, Meaning>,
    /// By the byte that the rater sends.
    pub rater: BTreeMap<u8, Meaning>,
}

impl KeyMap {
    /// The byte that this key sends; `None` when the box has no such key.
    pub fn byte(&self, key: Key) -> Option<u8> {
        byte(&self.keys, Meaning::Key(key))
    }

    /// The byte that this key of the rater sends.
    pub fn rater_byte(&self, key: Key) -> Option<u8> {
        byte(&self.rater, Meaning::Key(key))
    }

    /// The bytes that a person sends who wants this: one key, or a digit and OK. Empty when the box cannot say it.
    pub fn strokes(&self, key: Key) -> Vec<u8> {
        if let Some(byte) = self.byte(key) {
            return vec![byte];
        }
        let digit = self.digit_ok.iter().find(|(_, meaning)| **meaning == Meaning::Key(key));
        let digit = digit.and_then(|(digit, _)| self.digit_byte(*digit));
        digit.into_iter().zip(self.byte(Key::Ok)).flat_map(|(digit, ok)| [digit, ok]).collect()
    }

    fn digit_byte(&self, digit: u8) -> Option<u8> {
        let is = |meaning: &Meaning| matches!(meaning, Meaning::Key(key) if key.digit() == Some(digit));
        self.keys.iter().find(|(_, meaning)| is(meaning)).map(|(byte, _)| *byte)
    }
}

fn byte(table: &BTreeMap<u8, Meaning>, wanted: Meaning) -> Option<u8> {
    table.iter().find(|(_, meaning)| **meaning == wanted).map(|(byte, _)| *byte)
}
