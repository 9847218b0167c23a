//! What a number is that a card reader typed: a resident's card, a bank card, a card of the branch, or noise.

use crate::{
    config::{CardCheck, CardRuleConfig},
    identity::{BadIdentity, Identity},
};
use serde_json::Value;

/// Digits of the shortest and the longest bank card (ISO/IEC 7812-1).
const BANK_CARD: std::ops::RangeInclusive<usize> = 12..=19;
/// Digits of a resident's card (GB 11643-1999).
const RESIDENT: usize = 18;

/// What kind of card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardKind {
    /// A resident's identity card.
    Id,
    /// A bank card.
    Card,
    /// A card of the branch's own, by a rule without a check digit.
    Member,
}

impl CardKind {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            CardKind::Id => "id",
            CardKind::Card => "card",
            CardKind::Member => "member",
        }
    }
}

/// A card that was read. Not `Debug`: its number is for nobody's eyes.
pub struct Card {
    /// Whose it is.
    pub identity: Identity,
    /// What it is.
    pub kind: CardKind,
    /// The lane that the rules give it.
    pub lane: Option<String>,
}

/// Why a reading is no card. Says nothing of what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the sentences say it")]
pub enum BadCard {
    #[error("`number` has to be the number of the card as a text; read the card again")]
    NoText,
    #[error("this is too short or too long for the number of a card; read the card again, slowly")]
    Length,
    #[error("the number of a card is made of letters and digits; read the card again, the right way round")]
    Characters,
    #[error("the card was not read well: its last digit does not fit the others; read it again, or go on without it")]
    CheckDigit,
    #[error("this card is not known here; use an identity card or a bank card, or go on without one")]
    Unknown,
}

impl Card {
    /// Reads a number by the rules of the branch.
    ///
    /// # Errors
    /// [`BadCard`], whose sentence does not repeat what was given.
    pub fn read(given: &Value, rules: &[CardRuleConfig]) -> Result<Card, BadCard> {
        if !given.is_string() {
            return Err(BadCard::NoText);
        }
        let identity = Identity::read(given).map_err(|bad| match bad {
            BadIdentity::Characters => BadCard::Characters,
            BadIdentity::Length => BadCard::Length,
            BadIdentity::Shape => BadCard::NoText,
        })?;
        let number = identity.number().unwrap_or_default();
        let lane_by = |check| rule_of(number, rules, check).map(|rule| rule.lane.clone());
        let member = lane_by(CardCheck::None);
        let (kind, lane) = if member.is_some() {
            (CardKind::Member, member)
        } else if is_resident(number) {
            (CardKind::Id, None)
        } else if number.bytes().all(|byte| byte.is_ascii_digit()) && BANK_CARD.contains(&number.len()) {
            if !luhn(number) {
                return Err(BadCard::CheckDigit);
            }
            (CardKind::Card, lane_by(CardCheck::Luhn))
        } else if number.len() == RESIDENT && number[..RESIDENT - 1].bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(BadCard::CheckDigit);
        } else {
            return Err(BadCard::Unknown);
        };
        Ok(Card { identity, kind, lane })
    }
}

/// The rule that says most of a number.
fn rule_of<'a>(number: &str, rules: &'a [CardRuleConfig], check: CardCheck) -> Option<&'a CardRuleConfig> {
    let long = u32::try_from(number.len()).ok();
    rules
        .iter()
        .filter(|rule| rule.check == check && number.starts_with(&rule.prefix))
        .filter(|rule| rule.length.is_none() || rule.length == long)
        .max_by_key(|rule| (rule.prefix.len(), rule.length.is_some()))
}

/// Whether a number has the form and the check character of a resident's card: ISO 7064, MOD 11-2, as GB 11643 uses it.
fn is_resident(number: &str) -> bool {
    let (Some(body), Some(check)) = (number.get(..RESIDENT - 1), number.as_bytes().get(RESIDENT - 1).copied()) else {
        return false;
    };
    if number.len() != RESIDENT || !body.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let sum = body.bytes().fold(0, |sum, byte| (sum + u32::from(byte - b'0')) * 2 % 11);
    let wanted = match (12 - sum) % 11 {
        10 => b'X',
        digit => b'0' + u8::try_from(digit).unwrap_or_default(),
    };
    check == wanted
}

/// Whether the last digit fits the others: ISO/IEC 7812-1, annex B.
fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| match (place % 2, u32::from(byte - b'0')) {
            (1, digit) if digit > 4 => 2 * digit - 9,
            (1, digit) => 2 * digit,
            (_, digit) => digit,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use serde_json::json;

    fn rule(prefix: &str, length: Option<u32>, lane: &str, check: CardCheck) -> CardRuleConfig {
        CardRuleConfig { prefix: prefix.to_owned(), length, lane: lane.to_owned(), check }
    }

    fn read(number: &str) -> Result<(CardKind, Option<String>), BadCard> {
        let rules = [
            rule("62", None, "regular", CardCheck::Luhn),
            rule("622848", Some(19), "vip", CardCheck::Luhn),
            rule("VIP", None, "vip", CardCheck::None),
        ];
        Card::read(&json!(number), &rules).map(|card| (card.kind, card.lane))
    }

    #[test]
    fn cards_and_their_lanes() {
        let some = |lane: &str| Some(lane.to_owned());
        assert_eq!(read("11010519491231002X"), Ok((CardKind::Id, None)), "the example of GB 11643");
        assert_eq!(read("110105 19491231 002x"), Ok((CardKind::Id, None)));
        assert_eq!(read("6228480402564890018"), Ok((CardKind::Card, some("vip"))));
        assert_eq!(read("4111111111111111"), Ok((CardKind::Card, None)));
        assert_eq!(read("vip00123"), Ok((CardKind::Member, some("vip"))));
    }

    #[test]
    fn noise_is_no_card() {
        assert_eq!(read("12"), Err(BadCard::Length));
        assert_eq!(read(&"1".repeat(33)), Err(BadCard::Length));
        assert_eq!(read("<script>alert(1)</script>"), Err(BadCard::Characters));
        assert_eq!(read("110105194912310021"), Err(BadCard::CheckDigit));
        assert_eq!(read("6228480402564890019"), Err(BadCard::CheckDigit));
        assert_eq!(read("12345678"), Err(BadCard::Unknown));
        assert_eq!(Card::read(&json!(6_228_480_402_564_890_018_u64), &[]).err(), Some(BadCard::NoText));
    }
}
