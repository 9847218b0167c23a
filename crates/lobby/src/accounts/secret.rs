//! Secrets: made from the operating system's randomness, kept as hashes.

use super::AccountsError;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// Random bytes of a token or cookie: 256 bits, twice what OWASP ASVS 7.2.3 asks for.
const TOKEN_BYTES: usize = 32;
/// Letters of an enrolment code. Crockford's base 32: no I, L, O or U to misread.
const CODE_LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters in a code: 60 bits, for the 10 minutes that it lives and a limited number of tries.
const CODE_LENGTH: usize = 12;

/// SHA-256 of a secret. The secrets are long and random, so no slow hash is needed.
pub(super) type SecretHash = [u8; 32];

/// A new token or cookie value, base64url.
pub(super) fn token() -> Result<String, AccountsError> {
    Ok(URL_SAFE_NO_PAD.encode(random::<TOKEN_BYTES>()?))
}

/// A new enrolment code that can be typed: `4XK9-T2MB-77QZ`.
pub(super) fn code() -> Result<String, AccountsError> {
    let letters = random::<CODE_LENGTH>()?.map(|byte| char::from(CODE_LETTERS[usize::from(byte & 31)]));
    Ok(letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-"))
}

/// The hash of a token or cookie value.
pub(super) fn hash(secret: &str) -> SecretHash {
    Sha256::digest(secret.as_bytes()).into()
}

/// The hash of a code as a person types it: case and dashes do not count, and O is 0, I and L are 1.
pub(super) fn hash_code(typed: &str) -> SecretHash {
    let read = |letter: char| match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    hash(&typed.chars().filter(char::is_ascii_alphanumeric).map(read).collect::<String>())
}

fn random<const N: usize>() -> Result<[u8; N], AccountsError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(AccountsError::NoRandomness)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_code_may_be_typed_carelessly() {
        assert_eq!(hash_code("4XK9-T0M1-77QZ"), hash_code(" 4xk9 tOml77qz"));
        assert_ne!(hash_code("4XK9-T0M1-77QZ"), hash_code("4XK9-T0M1-77QY"));
    }

    #[test]
    fn secrets_are_long_and_differ() {
        let (one, other) = (token().unwrap(), token().unwrap());
        assert_ne!(one, other);
        assert_eq!(URL_SAFE_NO_PAD.decode(one).unwrap().len(), TOKEN_BYTES);
        assert_eq!(code().unwrap().len(), CODE_LENGTH + 2);
    }
}
