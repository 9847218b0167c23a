//! Profile `callbox-ff68`: call boxes found in the field in Chinese halls, both ends. 9600 8N1 on one RS-485 line; a box
//! speaks when a key is pressed and repeats itself until the host echoes its frame.
//!
//! There is no sequence number. The host gives each press its own mark and takes a repeat inside 300 ms for the same
//! press. It acknowledges at once: a press during a crash of the lobby can be lost and is never doubled.

mod callbox;
mod frame;
mod host;
mod keys;
mod peer;

pub use callbox::{CallBox, KEY_FUNCTION};
pub use frame::{Deframer, Frame, FrameError, LONGEST, sum};
pub use host::{Ff68Host, REPEAT};
pub use keys::{CALL_BACK, KeyMap, Meaning, UNKNOWN};

/// Function: six digits for the display, [`BLANK`] for none: waiting (3) and ticket (3).
pub const DISPLAY: u8 = 0x02;
/// Function: beep.
pub const BEEP: u8 = 0x03;
/// Function: opens the four-key rater; from the box, with one byte of data, the key pressed there.
pub const RATER: u8 = 0x11;
/// A digit that is not lit.
pub const BLANK: u8 = 0x0A;
/// Digits for the people waiting, and again for the ticket.
pub const DIGITS: usize = 3;

/// Whether a frame is one that a host sends by itself. From a box it is the echo of one, never a press.
fn of_host(frame: &Frame) -> bool {
    matches!(frame.function, DISPLAY | BEEP) || (frame.function == RATER && frame.data.is_empty())
}

/// The six bytes of a display: people waiting (999 when there are more) and the last three digits of a number.
pub fn digits(waiting: Option<u16>, number: &str) -> [u8; 2 * DIGITS] {
    let mut shown = [BLANK; 2 * DIGITS];
    let waiting = waiting.map(|count| count.min(999).to_string()).unwrap_or_default();
    let (left, right) = shown.split_at_mut(DIGITS);
    for (half, text) in [(left, waiting.as_str()), (right, number)] {
        let digits = text.bytes().rev().filter(u8::is_ascii_digit).map(|digit| digit - b'0');
        for (place, digit) in half.iter_mut().rev().zip(digits) {
            *place = digit;
        }
    }
    shown
}
