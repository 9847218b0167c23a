//! Which screens have the board open right now. Whoever watches the devices reads it.

use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::watch;

/// Most different screens that are told apart; a page may call itself anything.
const MOST: usize = 200;

/// What a screen says of its loudspeaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sound {
    /// It plays.
    Ok,
    /// Its browser wants to be tapped first.
    Blocked,
    /// It cannot play.
    Failed,
}

/// Open streams, by the name that the screen gave itself. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Screens {
    open: Arc<watch::Sender<BTreeMap<String, usize>>>,
    /// By id of the configuration; only of screens that have said something.
    sound: Arc<watch::Sender<BTreeMap<String, Sound>>>,
}

impl Screens {
    /// How many streams each screen has open, and every change of it.
    pub fn watch(&self) -> watch::Receiver<BTreeMap<String, usize>> {
        self.open.subscribe()
    }

    /// What screens say of their loudspeakers, and every change of it.
    pub fn watch_sound(&self) -> watch::Receiver<BTreeMap<String, Sound>> {
        self.sound.subscribe()
    }

    /// A page that was closed says nothing any more.
    pub fn forget_sound(&self, screen: &str) {
        self.sound.send_if_modified(|known| known.remove(screen).is_some());
    }

    /// What a screen says of its loudspeaker.
    pub(super) fn says(&self, screen: &str, sound: Sound) {
        self.sound.send_if_modified(|known| known.insert(screen.to_owned(), sound) != Some(sound));
    }

    /// Counts a stream until the answer is dropped.
    pub(super) fn enter(&self, name: String) -> Presence {
        self.open.send_if_modified(|open| {
            let known = open.contains_key(&name) || open.len() < MOST;
            if known {
                *open.entry(name.clone()).or_default() += 1;
            }
            known
        });
        Presence { screens: self.clone(), name }
    }

    fn leave(&self, name: &str) {
        self.open.send_if_modified(|open| {
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
