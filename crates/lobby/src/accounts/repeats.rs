//! Request ids of acts on the accounts, which are no facts of the journal: the same id again is the same answer.
//!
//! Kept in memory and for a while only: answers hold secrets that are shown once and stand nowhere on a disk. After a
//! restart a repeated act is judged anew, and what it would make twice is refused by its name.

use crate::controller::{Answer, RequestKey};
use std::{collections::VecDeque, future::Future};
use tokio::sync::Mutex;

/// How many answers are kept.
const KEPT: usize = 256;

/// Answers by request id.
#[derive(Debug, Default)]
pub struct Repeats(Mutex<VecDeque<(RequestKey, Answer)>>);

impl Repeats {
    /// Does the act once for each request id; one act at a time. `None` for an id that was used with another request.
    ///
    /// # Errors
    /// Those of the act, which are not kept: it may be tried again.
    pub async fn once<E>(
        &self,
        request: Option<RequestKey>,
        act: impl Future<Output = Result<Answer, E>>,
    ) -> Result<Option<Answer>, E> {
        let mut kept = self.0.lock().await;
        let Some(request) = request else { return act.await.map(Some) };
        let known = kept.iter().find(|(known, _)| known.scope == request.scope && known.key == request.key);
        if let Some((known, answer)) = known {
            return Ok((known.fingerprint == request.fingerprint).then(|| answer.clone()));
        }
        let answer = act.await?;
        kept.push_back((request, answer.clone()));
        if kept.len() > KEPT {
            kept.pop_front();
        }
        Ok(Some(answer))
    }
}
