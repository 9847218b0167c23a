//! What unit and display show: the lobby's picture, or honestly none.

use counter::{Lamps, Light, Picture, registers::Text};
use serde::Deserialize;
use tokio::sync::watch;

/// What the unit says while the lobby is out of reach. The clerk reads it; customers see the display, which goes dark.
const NO_LOBBY: &str = "OFFLINE";

/// A picture as the lobby sends it.
#[derive(Debug, Deserialize)]
struct Wanted {
    text: String,
    light: Light,
    lamps: Lamps,
    waiting: u16,
    attention: u16,
    takes_over: String,
}

/// The two pictures of a counter: levels.
#[derive(Debug)]
pub(crate) struct Screen {
    unit: watch::Sender<Picture>,
    display: watch::Sender<Picture>,
}

impl Screen {
    /// A screen that has no lobby yet.
    pub(crate) fn new() -> Screen {
        let screen = Screen { unit: watch::Sender::default(), display: watch::Sender::default() };
        screen.offline();
        screen
    }

    /// What the unit is to show, and the display beside it.
    pub(crate) fn watch(&self) -> (watch::Receiver<Picture>, watch::Receiver<Picture>) {
        (self.unit.subscribe(), self.display.subscribe())
    }

    /// Shows what the lobby wants.
    ///
    /// # Errors
    /// When the JSON is no picture; nothing changes then.
    pub(crate) fn show(&self, json: &str) -> Result<(), serde_json::Error> {
        let Wanted { text, light, lamps, waiting, attention, takes_over } = serde_json::from_str(json)?;
        let takes_over = Text::new(&takes_over);
        let picture = Picture { lamps, waiting, attention, takes_over, ..Picture::new(&text, light) };
        for screen in [&self.unit, &self.display] {
            set(screen, picture);
        }
        Ok(())
    }

    /// Shows that nobody knows what should be seen: an old number would be a lie as soon as the next one is called.
    pub(crate) fn offline(&self) {
        // The same attention as before: nothing has happened that the unit should beep for.
        let attention = self.unit.borrow().attention;
        set(&self.unit, Picture { attention, ..Picture::new(NO_LOBBY, Light::Steady) });
        set(&self.display, Picture { attention, ..Picture::default() });
    }
}

fn set(screen: &watch::Sender<Picture>, picture: Picture) {
    screen.send_if_modified(|shown| std::mem::replace(shown, picture) != picture);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn without_a_lobby_the_clerk_is_told_and_customers_see_nothing_old() {
        let screen = Screen::new();
        let (unit, display) = screen.watch();
        let json = r#"{"text":"A012","light":"flashing","waiting":3,"attention":9,"takes_over":"2,3","later":1,
            "lamps":{"waiting":true,"paused":false,"help":false,"refused":false,"beep":true}}"#;
        screen.show(json).unwrap();
        let shown = *unit.borrow();
        assert_eq!((shown.text(), shown.light, shown.waiting, shown.attention), ("A012", Light::Flashing, 3, 9));
        assert_eq!(shown.takes_over.as_str(), "2,3");
        assert!(shown.lamps.beep && shown == *display.borrow());
        assert!(screen.show("{}").is_err());
        assert_eq!(unit.borrow().text(), "A012");
        screen.offline();
        let (unit, display) = (*unit.borrow(), *display.borrow());
        assert_eq!((unit.text(), unit.lamps, unit.attention), ("OFFLINE", Lamps::default(), 9));
        assert_eq!((display.text(), display.light), ("", Light::Dark));
    }
}
