//! Pictures of dots, and their way to the printer as `GS v 0` (source: Epson ESC/POS reference), in bands that fit its
//! buffer. What is white at the right is not sent: on a serial line that is most of the time of a ticket.

use qrcode::{Color, EcLevel, QrCode};

/// Bytes of one band with its head: the usual receive buffer of ticket printers is 4 KiB.
const BAND: usize = 4_000;
/// So many white rows and more are a band of their own, one byte wide.
const GAP: usize = 4;
/// White modules around a QR code. Source: ISO/IEC 18004, quiet zone.
const QUIET: usize = 4;

/// A picture in black and white; eight dots a byte, the highest bit leftmost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bitmap {
    row_bytes: usize,
    rows: usize,
    dots: Vec<u8>,
}

impl Bitmap {
    /// White paper of so many dots.
    pub(super) fn new(width: usize, rows: usize) -> Bitmap {
        let row_bytes = width.div_ceil(8).max(1);
        Bitmap { row_bytes, rows, dots: vec![0; row_bytes * rows] }
    }

    /// Blackens a dot; outside the picture nothing happens.
    pub(super) fn ink(&mut self, x: usize, y: usize) {
        if x < self.row_bytes * 8
            && let Some(byte) = self.dots.get_mut(y * self.row_bytes + x / 8)
        {
            *byte |= 0x80 >> (x % 8);
        }
    }

    /// Copies another picture to a place on this one.
    pub(super) fn lay(&mut self, other: &Bitmap, left: usize, top: usize) {
        for y in 0..other.rows {
            for x in 0..other.row_bytes * 8 {
                if other.dots[y * other.row_bytes + x / 8] & 0x80 >> (x % 8) != 0 {
                    self.ink(left + x, top + y);
                }
            }
        }
    }

    /// Dots across, rounded up to whole bytes.
    pub(super) fn width(&self) -> usize {
        self.row_bytes * 8
    }

    /// Dots from top to bottom.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// A QR code (Model 2, correction M) with so many dots a module and its quiet zone; `None` for a payload that is too
    /// long for any.
    pub(super) fn of_code(payload: &str, dots: u8) -> Option<Bitmap> {
        let code = QrCode::with_error_correction_level(payload, EcLevel::M).ok()?;
        let (modules, dots) = (code.width(), usize::from(dots));
        let side = (modules + 2 * QUIET) * dots;
        let mut picture = Bitmap::new(side, side);
        for (index, _) in code.to_colors().iter().enumerate().filter(|(_, color)| **color == Color::Dark) {
            let (left, top) = ((index % modules + QUIET) * dots, (index / modules + QUIET) * dots);
            for (x, y) in (0..dots * dots).map(|dot| (dot % dots, dot / dots)) {
                picture.ink(left + x, top + y);
            }
        }
        Some(picture)
    }

    /// The commands that print it.
    pub(super) fn commands(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut from = 0;
        while from < self.rows {
            let blank = self.blank_from(from);
            let to = if blank >= GAP { from + blank } else { self.inked_until(from) };
            self.band(from, to, &mut out);
            from = to;
        }
        out
    }

    /// White rows from here on.
    fn blank_from(&self, from: usize) -> usize {
        (from..self.rows).take_while(|row| self.used(*row) == 0).count()
    }

    /// Where the next gap begins.
    fn inked_until(&self, from: usize) -> usize {
        (from + 1..self.rows).find(|row| self.blank_from(*row) >= GAP).unwrap_or(self.rows)
    }

    /// Bytes of a row up to its last black dot.
    fn used(&self, row: usize) -> usize {
        let row = &self.dots[row * self.row_bytes..(row + 1) * self.row_bytes];
        row.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1)
    }

    /// `GS v 0 0 xL xH yL yH d…` as often as it takes.
    fn band(&self, from: usize, to: usize, out: &mut Vec<u8>) {
        let across = (from..to).map(|row| self.used(row)).max().unwrap_or(0).max(1);
        let rows: Vec<usize> = (from..to).collect();
        for rows in rows.chunks((BAND / across).clamp(1, 255)) {
            let [low, high, ..] = across.to_le_bytes();
            let [count, more, ..] = rows.len().to_le_bytes();
            out.extend([0x1D, b'v', b'0', 0, low, high, count, more]);
            for row in rows {
                out.extend(&self.dots[row * self.row_bytes..row * self.row_bytes + across]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_is_not_sent() {
        let mut picture = Bitmap::new(576, 20);
        picture.ink(9, 10);
        picture.ink(0, 11);
        let white = |rows: u8| [&[0x1D, b'v', b'0', 0, 1, 0, rows, 0][..], &vec![0; rows.into()]].concat();
        let black = [0x1D, b'v', b'0', 0, 2, 0, 2, 0, 0, 0x40, 0x80, 0];
        assert_eq!(picture.commands(), [white(10), black.to_vec(), white(8)].concat());
    }

    #[test]
    fn bands_fit_the_buffer_of_a_printer() {
        let mut picture = Bitmap::new(576, 300);
        for (x, y) in (0..300).map(|y| (575, y)) {
            picture.ink(x, y);
        }
        let bytes = picture.commands();
        let heads: Vec<usize> =
            (0..bytes.len() - 8).filter(|at| bytes[*at..].starts_with(&[0x1D, b'v', b'0', 0, 72, 0])).collect();
        assert_eq!(heads.len(), 300_usize.div_ceil(BAND / 72));
        assert!(heads.windows(2).all(|pair| pair[1] - pair[0] <= BAND + 8));
    }

    #[test]
    fn dots_outside_are_let_go() {
        let mut picture = Bitmap::new(8, 1);
        picture.ink(8, 0);
        picture.ink(0, 1);
        assert_eq!(picture, Bitmap::new(8, 1));
    }
}
