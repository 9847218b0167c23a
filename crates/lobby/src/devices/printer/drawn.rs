//! The sheet of a printer without a Chinese font: every line is drawn with an installed one and sent as a picture, in the
//! same cells as a printer's own fonts have, so that a ticket looks the same from either.

use super::profile::{Profile, QrBy, StatusKind};
use super::raster::Bitmap;
use super::sheet::{AUTOMATIC_STATUS, Sheet};
use super::typeface::{Pen, Slot};
use super::wrap::{width, width_of};
use escpos::errors::Result as Escpos;

/// `ESC @`: everything as at power-on.
const INIT: [u8; 2] = [0x1B, 0x40];
/// `ESC a 0` and `ESC a 1`: the left edge, the middle.
const ALIGN: [u8; 2] = [0x1B, 0x61];
/// `GS ( k` for QR codes, without count and payload. Source: Epson ESC/POS reference, functions 165 to 181.
const CODE: [u8; 3] = [0x1D, 0x28, 0x6B];

/// A drawn sheet in the making.
pub(super) struct DrawnSheet<'a> {
    profile: &'a Profile,
    pen: Pen,
    centred: bool,
    bytes: Vec<u8>,
}

impl<'a> DrawnSheet<'a> {
    /// An empty sheet: the printer as at power-on, pushing its status if it can.
    pub(super) fn new(profile: &'a Profile, pen: Pen) -> DrawnSheet<'a> {
        let mut bytes = INIT.to_vec();
        if profile.status == StatusKind::Full {
            bytes.extend(AUTOMATIC_STATUS);
        }
        DrawnSheet { profile, pen, centred: false, bytes }
    }

    fn across(&self) -> usize {
        usize::from(self.profile.dots)
    }

    /// Dots of a narrow character of normal size: half as wide as high.
    fn cell(&self) -> usize {
        self.across() / usize::from(self.profile.columns).max(1)
    }

    /// Left edge of something as wide as this.
    fn start(&self, used: usize) -> usize {
        if self.centred { self.across().saturating_sub(used) / 2 } else { 0 }
    }

    fn line(&mut self, line: &str, scale: usize, bold: bool) {
        let cell = self.cell() * scale;
        // A quarter of a normal line stays free below, as between a printer's own lines.
        let mut strip = Bitmap::new(self.across(), 2 * cell + self.cell() / 2);
        let mut x = self.start(width(line) * cell);
        for c in line.chars() {
            let width = width_of(c) * cell;
            self.pen.draw(&mut strip, c, Slot { x, y: 0, width, height: 2 * cell, bold });
            x += width;
        }
        self.bytes.extend(strip.commands());
    }

    /// `GS ( k`: Model 2, module, correction M, payload, print.
    fn ask_for_code(&mut self, payload: &str, dots: u8) {
        self.bytes.extend([&ALIGN[..], &[u8::from(self.centred)]].concat());
        let [low, high, ..] = (payload.len() + 3).to_le_bytes();
        let parts: [&[u8]; 5] = [
            &[4, 0, 49, 65, 50, 0],
            &[3, 0, 49, 67, dots],
            &[3, 0, 49, 69, 49],
            &[&[low, high, 49, 80, 48], payload.as_bytes()].concat(),
            &[3, 0, 49, 81, 48],
        ];
        for part in parts {
            self.bytes.extend(CODE);
            self.bytes.extend(part);
        }
        self.bytes.extend([&ALIGN[..], &[0]].concat());
    }
}

impl Sheet for DrawnSheet<'_> {
    fn profile(&self) -> &Profile {
        self.profile
    }

    fn centred(&mut self, centred: bool) -> Escpos<()> {
        self.centred = centred;
        Ok(())
    }

    fn lines(&mut self, lines: &[String], scale: u8, bold: bool) -> Escpos<()> {
        for line in lines {
            self.line(line, usize::from(scale), bold);
        }
        Ok(())
    }

    fn code(&mut self, payload: &str, dots: u8) -> Escpos<()> {
        if self.profile.qr == QrBy::Command {
            self.line("", 1, false);
            self.ask_for_code(payload, dots);
            self.line("", 1, false);
        } else if let Some(code) = Bitmap::of_code(payload, dots) {
            let mut strip = Bitmap::new(self.across(), code.rows());
            strip.lay(&code, self.start(code.width()), 0);
            self.bytes.extend(strip.commands());
        }
        Ok(())
    }

    fn cut(mut self) -> Escpos<Vec<u8>> {
        for _ in 0..self.profile.feed_lines {
            self.line("", 1, false);
        }
        self.bytes.extend(&self.profile.cut);
        self.bytes.extend(&self.profile.present);
        Ok(self.bytes)
    }
}
