//! Whose a ticket is: a number read from a card or given by the customer. It is hashed with the key of the business
//! day and masked, and goes no further: not into a row, an answer or a log.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use queue_core::IdentityHash;
use serde_json::Value;
use sha2::Sha256;

/// Digits and letters that the shortest and the longest number have. A resident's card has 18, a bank card up to 19, a
/// mobile phone 11.
const LENGTH: std::ops::RangeInclusive<usize> = 6..=32;
/// Bytes of a hash that are kept: 128 bits.
const HASH_BYTES: usize = 16;

/// Whose a ticket is to be.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity(Known);

#[derive(Clone, PartialEq, Eq)]
enum Known {
    /// The number as it is compared: capital letters and digits only.
    Number(String),
    /// What was left of it when a card was read a moment ago.
    Hashed { hash: IdentityHash, mask: String },
}

/// What was given is no identity number. Says nothing of what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadIdentity {
    /// Neither a text nor an object of kind and number.
    #[error(
        "`identity` is the number as a text, or {{\"kind\": \"id\", \"card\" or \"phone\", \"number\": the number as a text}}"
    )]
    Shape,
    /// Too short or too long.
    #[error("an identity number has {} to {} letters and digits; read the card again", LENGTH.start(), LENGTH.end())]
    Length,
    /// Something else than letters, digits, spaces and hyphens.
    #[error("an identity number is made of letters A to Z and digits; read the card again")]
    Characters,
}

/// The number itself is for nobody's eyes, not even in a debugger's log.
impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identity(…)")
    }
}

impl Identity {
    /// Reads a number, or `{kind, number}`.
    ///
    /// # Errors
    /// [`BadIdentity`], whose sentence does not repeat what was given.
    pub fn read(given: &Value) -> Result<Identity, BadIdentity> {
        match given {
            Value::String(number) => Identity::new(number, number.trim_start().starts_with('+')),
            Value::Object(fields) => {
                let text = |name| fields.get(name).and_then(Value::as_str).ok_or(BadIdentity::Shape);
                let (kind, number) = (text("kind")?, text("number")?);
                if fields.len() != 2 || !["id", "card", "phone"].contains(&kind) {
                    return Err(BadIdentity::Shape);
                }
                Identity::new(number, kind == "phone")
            }
            _ => Err(BadIdentity::Shape),
        }
    }

    /// People group digits with spaces and hyphens, and a Chinese keyboard types them wide: all that is one number.
    fn new(given: &str, phone: bool) -> Result<Identity, BadIdentity> {
        let mut number: String = given.chars().map(narrow).filter(|c| !matches!(c, ' ' | '-')).collect();
        if phone {
            number = domestic(&number).to_owned();
        }
        if !number.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(BadIdentity::Characters);
        }
        if !LENGTH.contains(&number.len()) {
            return Err(BadIdentity::Length);
        }
        number.make_ascii_uppercase();
        Ok(Identity(Known::Number(number)))
    }

    /// What was left of a number that was hashed before.
    pub(crate) fn hashed(hash: IdentityHash, mask: String) -> Identity {
        Identity(Known::Hashed { hash, mask })
    }

    /// The number, unless it was hashed before.
    pub(crate) fn number(&self) -> Option<&str> {
        match &self.0 {
            Known::Number(number) => Some(number),
            Known::Hashed { .. } => None,
        }
    }

    /// The keyed hash that facts carry. It says nothing once the key of the day is destroyed.
    pub fn hash(&self, day_key: &[u8; 32]) -> Option<IdentityHash> {
        let number = match &self.0 {
            Known::Number(number) => number,
            Known::Hashed { hash, .. } => return Some(hash.clone()),
        };
        // A key of any length is one for HMAC; the type does not say so.
        let mut mac = Hmac::<Sha256>::new_from_slice(day_key).ok()?;
        mac.update(b"identity:");
        mac.update(number.as_bytes());
        let digest = mac.finalize().into_bytes();
        Some(URL_SAFE_NO_PAD.encode(&digest[..HASH_BYTES]).as_str().into())
    }

    /// What staff compare with a card: the first three and the last four of a long number, less of a short one.
    pub fn mask(&self) -> String {
        let number = match &self.0 {
            Known::Number(number) => number,
            Known::Hashed { mask, .. } => return mask.clone(),
        };
        let length = number.len();
        let (head, tail) = if length >= 11 { (3, 4) } else { (1, 2) };
        format!("{}{}{}", &number[..head], "*".repeat(length - head - tail), &number[length - tail..])
    }
}

/// Full-width forms of Unicode lie 0xFEE0 above their ASCII characters; the ideographic space is a space.
fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    }
}

/// A Chinese mobile number without the country code that some phones put before it.
fn domestic(number: &str) -> &str {
    let bare = number.strip_prefix('+').unwrap_or(number);
    let local = bare.strip_prefix("0086").or_else(|| bare.strip_prefix("86"));
    local.filter(|local| local.len() == 11).unwrap_or(bare)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use serde_json::json;

    fn read(given: &Value) -> Result<String, BadIdentity> {
        Identity::read(given).map(|identity| identity.number().unwrap_or_default().to_owned())
    }

    #[test]
    fn one_number_in_all_its_spellings() {
        let one = "11010119900307123X".to_owned();
        for given in [
            json!("11010119900307123X"),
            json!(" 110101 19900307 123x "),
            json!("１１０１０１１９９００３０７１２３Ｘ"),
            json!({"kind": "id", "number": "110101-19900307-123X"}),
        ] {
            assert_eq!(read(&given), Ok(one.clone()), "{given}");
        }
        for given in [json!("+86 138 0000 1234"), json!({"kind": "phone", "number": "008613800001234"})] {
            assert_eq!(read(&given), Ok("13800001234".to_owned()), "{given}");
        }
        assert_eq!(read(&json!({"kind": "phone", "number": "+4915123456789"})), Ok("4915123456789".to_owned()));
    }

    #[test]
    fn what_is_no_number_is_refused_without_repeating_it() {
        let bad = [
            (json!(110_101_199_003_071_234_i64), BadIdentity::Shape),
            (json!({"kind": "face", "number": "110101199003071234"}), BadIdentity::Shape),
            (json!({"number": "110101199003071234"}), BadIdentity::Shape),
            (json!({"kind": "id", "number": "110101199003071234", "name": "Li"}), BadIdentity::Shape),
            (json!(["110101199003071234"]), BadIdentity::Shape),
            (json!(""), BadIdentity::Length),
            (json!("12345"), BadIdentity::Length),
            (json!("1".repeat(33)), BadIdentity::Length),
            (json!("110101199003071234\n"), BadIdentity::Characters),
            (json!("身份证号码一二三"), BadIdentity::Characters),
        ];
        for (given, why) in bad {
            assert_eq!(read(&given), Err(why), "{given}");
            assert!(!why.to_string().contains("110101"), "{why}");
        }
    }

    #[test]
    fn a_mask_hides_the_middle_and_the_hash_needs_the_key() {
        let one = Identity::read(&json!("110101199003071234")).unwrap();
        assert_eq!(one.mask(), "110***********1234");
        assert_eq!(Identity::read(&json!("13800001234")).unwrap().mask(), "138****1234");
        assert_eq!(Identity::read(&json!("E12345")).unwrap().mask(), "E***45");
        assert_eq!(format!("{one:?}"), "Identity(…)");
        assert_eq!(one.hash(&[1; 32]), one.hash(&[1; 32]));
        assert_ne!(one.hash(&[1; 32]), one.hash(&[2; 32]));
        assert_eq!(one.hash(&[1; 32]).unwrap().as_str().len(), 22);
    }
}
