//! Secrets of people: short and guessable, so hashed slowly. Argon2id with the crate's own figures, which are OWASP's
//! (19 MiB, two passes).

use super::AccountsError;
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier},
};

/// A hash that no secret has: an unknown number takes as long as a wrong secret.
pub(super) const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5LW5vYm9keQ$bm9ib2R5LWhhcy10aGlzLXNlY3JldC1hdC1hbGwtMDE";

/// A hash with a salt of its own, as text.
pub(super) fn hash(secret: &str) -> Result<String, AccountsError> {
    let hashed = Argon2::default().hash_password(secret.as_bytes());
    hashed.map(|hash| hash.to_string()).map_err(|cause| AccountsError::Hash(cause.to_string()))
}

/// Whether that is the secret. Takes 30 to 80 ms and 19 MiB.
pub(super) fn verify(secret: &str, hash: &str) -> bool {
    Argon2::default().verify_password(secret.as_bytes(), hash).is_ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_secret_is_known_again_and_stands_nowhere() {
        let (one, other) = (hash("2468").unwrap(), hash("2468").unwrap());
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$") && one != other && !one.contains("2468"));
        assert!(verify("2468", &one) && !verify("2469", &one) && !verify("2468", NOBODY));
        // Parsed, not refused at once: its time is that of a real one.
        assert!(argon2::password_hash::phc::PasswordHash::new(NOBODY).unwrap().hash.is_some());
    }
}
