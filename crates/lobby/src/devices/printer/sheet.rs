//! A piece of paper in the making: what every kind of sheet can do, and the sheet of a printer with fonts of its own. That
//! one is a thin layer over the ESC/POS encoder that keeps to what was tried: every line as wide as the paper, Chinese
//! mode after every init, QR Model 2, a cut by the profile's own bytes. Drawn sheets are in `drawn`.
//!
//! Never here: `PageCode` (it mixes encodings), `partial_cut` (cuts fully), `reset` (resets nothing).

use super::profile::{Chinese, Profile, QrBy, StatusKind};
use super::raster;
use super::wrap::{clean, width, wrap};
use escpos::driver::Driver;
use escpos::errors::Result as Escpos;
use escpos::printer::Printer;
use escpos::utils::{Encoder, JustifyMode, Protocol, QRCodeCorrectionLevel, QRCodeModel, QRCodeOption};
use std::cell::RefCell;

/// `FS &`: bytes above 7Fh are Chinese. Source: Epson ESC/POS reference.
pub(super) const CHINESE_MODE: [u8; 2] = [0x1C, 0x26];
/// `GS a 0E`: push status when online or offline, errors or paper change. An init switches it off.
pub(super) const AUTOMATIC_STATUS: [u8; 3] = [0x1D, 0x61, 0x0E];
/// Longest QR payload, bytes: version 12 with correction M, which at 3 dots a module fits the narrowest paper.
pub(super) const MOST_QR_BYTES: usize = 287;

/// Bytes collected in memory: the encoder knows synchronous drivers only.
struct Sink(RefCell<Vec<u8>>);

impl Driver for Sink {
    fn name(&self) -> String {
        "memory".to_owned()
    }

    fn write(&self, data: &[u8]) -> Escpos<()> {
        self.0.try_borrow_mut()?.extend_from_slice(data);
        Ok(())
    }

    fn read(&self, _: &mut [u8]) -> Escpos<usize> {
        Ok(0)
    }

    fn flush(&self) -> Escpos<()> {
        Ok(())
    }
}

/// One piece of paper in the making.
pub(super) trait Sheet {
    /// What the printer can do.
    fn profile(&self) -> &Profile;

    /// What follows stands in the middle, or at the left edge.
    fn centred(&mut self, centred: bool) -> Escpos<()>;

    /// Lines that fit, `scale` times as wide and high as usual (1 to 8).
    fn lines(&mut self, lines: &[String], scale: u8, bold: bool) -> Escpos<()>;

    /// A QR code with so many dots a module, and blank paper around it, without which phones do not find it.
    fn code(&mut self, payload: &str, dots: u8) -> Escpos<()>;

    /// Cuts the sheet off and hands it out; answers all its bytes.
    fn cut(self) -> Escpos<Vec<u8>>
    where
        Self: Sized;

    /// Narrow characters in a line of normal size.
    fn columns(&self) -> usize {
        usize::from(self.profile().columns)
    }

    /// Text of normal size, wrapped.
    fn text(&mut self, text: &str) -> Escpos<()> {
        self.lines(&wrap(&clean(text), self.columns()), 1, false)
    }

    /// The same in several languages: on one line where it fits, else a line each.
    fn texts(&mut self, texts: &[String]) -> Escpos<()> {
        let one_line = texts.join(" / ");
        if width(&one_line) <= self.columns() {
            return self.text(&one_line);
        }
        texts.iter().try_for_each(|text| self.text(text))
    }

    /// Bold text, `scale` times as wide and high (1 to 8), wrapped.
    fn large(&mut self, text: &str, scale: u8) -> Escpos<()> {
        self.lines(&wrap(&clean(text), self.columns() / usize::from(scale)), scale, true)
    }

    /// One word as large as the paper allows, at most eight times the normal size; never broken.
    fn largest(&mut self, word: &str) -> Escpos<()> {
        let word = clean(word);
        let fits = (self.columns() / width(&word).max(1)).clamp(1, 8);
        self.lines(&[word], u8::try_from(fits).unwrap_or(1), true)
    }

    /// A rule from edge to edge.
    fn rule(&mut self) -> Escpos<()> {
        self.lines(&["-".repeat(self.columns())], 1, false)
    }

    /// A QR code with 6 dots (0.75 mm) a module; longer payloads get smaller ones, so that they fit.
    fn qr(&mut self, payload: &str) -> Escpos<()> {
        // Bytes that fit in versions 6 and 8 with correction M: 41 and 49 modules. Source: ISO/IEC 18004, table 7.
        let dots = match payload.len() {
            0..=106 => 6,
            107..=152 => 5,
            _ => 3,
        };
        self.code(payload, dots)
    }
}

/// The sheet of a printer that writes with fonts of its own.
pub(super) struct WrittenSheet<'a> {
    printer: Printer<Sink>,
    profile: &'a Profile,
}

impl<'a> WrittenSheet<'a> {
    /// An empty sheet: the printer as at power-on, in Chinese mode if it has one, pushing its status if it can.
    pub(super) fn new(profile: &'a Profile) -> Escpos<WrittenSheet<'a>> {
        // A printer without Chinese is sent ASCII only, which is the same in every encoding.
        let protocol = Protocol::new(Encoder::new(encoding_rs::GB18030));
        let mut printer = Printer::new(Sink(RefCell::default()), protocol, None);
        printer.init()?;
        if profile.chinese == Chinese::Gb18030 {
            printer.custom(&CHINESE_MODE)?;
        }
        if profile.status == StatusKind::Full {
            printer.custom(&AUTOMATIC_STATUS)?;
        }
        Ok(WrittenSheet { printer, profile })
    }
}

impl Sheet for WrittenSheet<'_> {
    fn profile(&self) -> &Profile {
        self.profile
    }

    fn centred(&mut self, centred: bool) -> Escpos<()> {
        self.printer.justify(if centred { JustifyMode::CENTER } else { JustifyMode::LEFT })?;
        Ok(())
    }

    fn lines(&mut self, lines: &[String], scale: u8, bold: bool) -> Escpos<()> {
        if bold {
            self.printer.size(scale, scale)?.bold(true)?;
        }
        for line in lines {
            // LF stays within the text, so that every decoder sees where a line ends.
            self.printer.write(&format!("{line}\n"))?;
        }
        if bold {
            self.printer.size(1, 1)?.bold(false)?;
        }
        Ok(())
    }

    fn code(&mut self, payload: &str, dots: u8) -> Escpos<()> {
        self.printer.write("\n")?;
        match self.profile.qr {
            QrBy::Command => {
                let option = QRCodeOption::new(QRCodeModel::Model2, dots, QRCodeCorrectionLevel::M);
                self.printer.qrcode_option(payload, option)?;
            }
            QrBy::Drawn => {
                if let Some(code) = raster::Bitmap::of_code(payload, dots) {
                    self.printer.custom(&code.commands())?;
                }
            }
        }
        self.printer.write("\n")?;
        Ok(())
    }

    fn cut(mut self) -> Escpos<Vec<u8>> {
        if self.profile.feed_lines > 0 {
            self.printer.feeds(self.profile.feed_lines)?;
        }
        self.printer.custom(&self.profile.cut)?;
        if !self.profile.present.is_empty() {
            self.printer.custom(&self.profile.present)?;
        }
        self.printer.print()?;
        Ok(self.printer.driver().0.into_inner())
    }
}
