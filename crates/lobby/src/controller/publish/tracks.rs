//! Tokens of tracking pages: made from the day's secret key and the ticket, so that the journal holds none of them and
//! all end when the key is destroyed.

use crate::identity::Identity;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use queue_core::{IdentityHash, TicketId};
use sha2::Sha256;
use std::collections::{BTreeMap, HashMap};

/// Bytes of a token: 128 bits, which nobody guesses in a day.
const TOKEN_BYTES: usize = 16;

#[derive(Debug, Default)]
pub(crate) struct Tracks {
    key: Option<[u8; 32]>,
    by_token: HashMap<String, TicketId>,
    by_ticket: BTreeMap<TicketId, String>,
}

impl Tracks {
    /// A day begins, or goes on after a restart.
    pub(crate) fn begin<'a>(&mut self, key: [u8; 32], tickets: impl Iterator<Item = &'a TicketId>) {
        self.end();
        self.key = Some(key);
        for ticket in tickets {
            self.add(ticket);
        }
    }

    /// The day ends: every link with it.
    pub(crate) fn end(&mut self) {
        *self = Tracks::default();
    }

    /// Makes the token of a ticket.
    pub(crate) fn add(&mut self, ticket: &TicketId) {
        let Some(key) = &self.key else { return };
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return };
        mac.update(b"track:");
        mac.update(ticket.as_str().as_bytes());
        let digest = mac.finalize().into_bytes();
        let token = URL_SAFE_NO_PAD.encode(&digest[..TOKEN_BYTES]);
        self.by_token.insert(token.clone(), ticket.clone());
        self.by_ticket.insert(ticket.clone(), token);
    }

    /// The hash of an identity number under the key of the day; `None` between two days.
    pub(crate) fn identity(&self, identity: &Identity) -> Option<IdentityHash> {
        identity.hash(self.key.as_ref()?)
    }

    /// The key of the day; `None` between two days.
    pub(crate) fn key(&self) -> Option<&[u8; 32]> {
        self.key.as_ref()
    }

    pub(crate) fn token(&self, ticket: &TicketId) -> Option<&str> {
        self.by_ticket.get(ticket).map(String::as_str)
    }

    pub(crate) fn ticket(&self, token: &str) -> Option<&TicketId> {
        self.by_token.get(token)
    }
}
