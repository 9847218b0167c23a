//! Rules about printers: a profile that can be read, and what a printer without a Chinese font needs.

use super::super::{document::Node, mistake::Mistakes};
use crate::devices::printer::{Chinese, NO_FONT, Profile, Typeface};
use std::path::Path;

/// Bytes of a drawn ticket with much on it.
const DRAWN_TICKET: i64 = 45_000;
/// Bits on the wire for a byte: 8N1.
const BITS: i64 = 10;
/// Longest that a customer should stand there for a ticket. Seconds.
const TICKET_S: i64 = 8;

pub(super) fn check(root: Node<'_>, base: &Path, out: &mut Mistakes) {
    let mut drawn: Option<usize> = None;
    for printer in root.list("printers") {
        let name = printer.text("profile");
        match Profile::load(name.as_ref().map_or("escpos-80", |name| name.value), base) {
            Err(error) => {
                let remedy = "Write \"escpos-80\", \"escpos-58\" or the path of a file like those in config/devices.";
                out.error(name.map_or(printer.line(), |name| name.line), error.to_string(), remedy);
            }
            Ok(profile) if profile.chinese == Chinese::Raster => {
                drawn = drawn.or(Some(name.map_or(printer.line(), |name| name.line)));
                speed(printer, out);
            }
            Ok(_) => {}
        }
    }
    if let Some(line) = drawn {
        font(line, Typeface::installed().as_ref(), out);
    }
}

/// A picture is a hundred times as long as text.
fn speed(printer: Node<'_>, out: &mut Mistakes) {
    let port = printer.text("port").map_or("", |port| port.value);
    let Some(baud) = printer.whole("baud") else { return };
    let seconds = DRAWN_TICKET * BITS / baud.value.max(1);
    if seconds > TICKET_S && !port.starts_with("tcp://") {
        let what =
            format!("this printer gets its tickets as pictures, which take up to {seconds} s at {} baud", baud.value);
        out.warn(baud.line, what, "Set the printer to 115200 baud and write baud = 115200, or connect it by network.");
    }
}

/// Tickets come out all the same, in English.
fn font(line: usize, found: Option<&Typeface>, out: &mut Mistakes) {
    if found.is_none() {
        out.warn(line, NO_FONT, "Or write the profile of a printer with a Chinese font, such as \"escpos-80\".");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_without_a_font_is_told_what_to_install() {
        let mut out = Mistakes::none("branch.toml".to_owned());
        font(7, None, &mut out);
        let told = out.to_string();
        assert!(told.contains("branch.toml:7: warning: no font with Chinese characters is installed"), "{told}");
        assert!(told.contains("run `apt install fonts-noto-cjk`"), "{told}");
    }
}
