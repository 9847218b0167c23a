//! What is left of a card's number when it was hashed: a sealed note that the kiosk gives back with the ticket that is
//! taken. The lobby keeps nothing of it, so that a restart between card and ticket loses nothing; it ends with the key
//! of the business day.

use super::Card;
use crate::identity::Identity;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use queue_core::{Millis, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// How long a pass is good for: somebody reads, chooses and takes a ticket in that time.
const GOOD_FOR_MS: Millis = 300_000;

/// A card that was read a moment ago, without its number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardPass {
    hash: String,
    /// What staff and the customer compare with the card.
    pub mask: String,
    /// Where its holder waits, where the branch says so.
    pub lane: Option<String>,
    /// Until then.
    pub until: i64,
}

impl CardPass {
    /// Of a card that is read now; `None` where the number cannot be hashed.
    pub fn new(card: &Card, lane: Option<String>, day_key: &[u8; 32], at: Timestamp) -> Option<CardPass> {
        let hash = card.identity.hash(day_key)?.as_str().to_owned();
        Some(CardPass { hash, mask: card.identity.mask(), lane, until: at.0 + GOOD_FOR_MS })
    }

    /// Whose it is.
    pub fn identity(&self) -> Identity {
        Identity::hashed(self.hash.as_str().into(), self.mask.clone())
    }

    /// As text that only the lobby of this day can have written.
    pub fn seal(&self, day_key: &[u8; 32]) -> Option<String> {
        let note = URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).ok()?);
        let seal = URL_SAFE_NO_PAD.encode(mac(day_key, &note)?.finalize().into_bytes());
        Some(format!("{note}.{seal}"))
    }

    /// Reads a sealed one; `None` for anything else, and for one that is too old.
    pub fn open(text: &str, day_key: &[u8; 32], at: Timestamp) -> Option<CardPass> {
        let (note, seal) = text.split_once('.')?;
        mac(day_key, note)?.verify_slice(&URL_SAFE_NO_PAD.decode(seal).ok()?).ok()?;
        let pass: CardPass = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(note).ok()?).ok()?;
        (at.0 <= pass.until).then_some(pass)
    }
}

fn mac(day_key: &[u8; 32], note: &str) -> Option<Hmac<Sha256>> {
    // A key of any length is one for HMAC; the type does not say so.
    let mut mac = Hmac::<Sha256>::new_from_slice(day_key).ok()?;
    mac.update(b"card:");
    mac.update(note.as_bytes());
    Some(mac)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use serde_json::json;

    #[test]
    fn a_pass_is_good_today_for_a_while_and_as_it_was_written() {
        let card = Card::read(&json!("11010519491231002X"), &[]).unwrap();
        let (key, at) = ([7; 32], Timestamp(1_000_000));
        let pass = CardPass::new(&card, Some("vip".to_owned()), &key, at).unwrap();
        let sealed = pass.seal(&key).unwrap();
        assert!(!sealed.contains("11010519491231002X"));
        assert_eq!(CardPass::open(&sealed, &key, at), Some(pass.clone()));
        assert_eq!(pass.identity().hash(&key), card.identity.hash(&key), "the same person as by the number");
        assert_eq!(CardPass::open(&sealed, &[8; 32], at), None, "another day");
        assert_eq!(CardPass::open(&sealed, &key, Timestamp(at.0 + GOOD_FOR_MS + 1)), None, "too late");
        let (note, seal) = sealed.split_once('.').unwrap();
        let other = CardPass { lane: None, ..pass }.seal(&key).unwrap();
        let (forged, _) = other.split_once('.').unwrap();
        for text in [format!("{forged}.{seal}"), note.to_owned(), format!("{note}."), String::new(), "a.b".to_owned()] {
            assert_eq!(CardPass::open(&text, &key, at), None, "{text}");
        }
    }
}
