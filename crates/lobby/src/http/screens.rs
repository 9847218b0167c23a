//! Which screens have the board open right now. Whoever watches the devices reads it.

use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::watch;

/// Most different screens that are told apart; a page may call itself anything.
const MOST: usize = 200;

/// Open streams, by the name that the screen gave itself. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Screens(Arc<watch::Sender<BTreeMap<String, usize>>>);

impl Screens {
    /// How many streams each screen has open, and every change of it.
    pub fn watch(&self) -> watch::Receiver<BTreeMap<String, usize>> {
        self.0.subscribe()
    }

    /// Counts a stream until the answer is dropped.
    pub(super) fn enter(&self, name: String) -> Presence {
        self.0.send_if_modified(|open| {
            let known = open.contains_key(&name) || open.len() < MOST;
            if known {
                *open.entry(name.clone()).or_default() += 1;
            }
            known
        });
        Presence { screens: self.clone(), name }
    }

    fn leave(&self, name: &str) {
        self.0.send_if_modified(|open| {
            let Some(streams) = open.get_mut(name) else { return false };
            *streams -= 1;
            if *streams == 0 {
                open.remove(name);
            }
            true
        });
    }
}

/// One open stream.
#[derive(Debug)]
pub(super) struct Presence {
    screens: Screens,
    name: String,
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.screens.leave(&self.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_is_there_while_any_of_its_streams_is_open() {
        let screens = Screens::default();
        let watch = screens.watch();
        let (one, other) = (screens.enter("lobby".to_owned()), screens.enter("lobby".to_owned()));
        assert_eq!(watch.borrow().get("lobby"), Some(&2));
        drop(one);
        assert_eq!(watch.borrow().get("lobby"), Some(&1));
        drop(other);
        assert!(watch.borrow().is_empty());
    }
}
