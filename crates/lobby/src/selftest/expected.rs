//! Outcomes that somebody waits for by number: of a slip, of a chime.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::oneshot;

/// Who waits for what. Cheap to clone; all clones are one.
#[derive(Debug)]
pub struct Expected<T>(Arc<Mutex<BTreeMap<u64, oneshot::Sender<T>>>>);

impl<T> Clone for Expected<T> {
    fn clone(&self) -> Self {
        Expected(self.0.clone())
    }
}

impl<T> Default for Expected<T> {
    fn default() -> Self {
        Expected(Arc::default())
    }
}

impl<T> Expected<T> {
    /// Resolves with the outcome of that number; never, when nobody tells it.
    pub fn expect(&self, id: u64) -> oneshot::Receiver<T> {
        let (sender, receiver) = oneshot::channel();
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever has given up is forgotten.
        waiting.retain(|_, sender| !sender.is_closed());
        waiting.insert(id, sender);
        receiver
    }

    /// Tells the outcome; nobody may be waiting any more.
    pub fn tell(&self, id: u64, outcome: T) {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
        if let Some(waiting) = waiting {
            let _ = waiting.send(outcome);
        }
    }
}
