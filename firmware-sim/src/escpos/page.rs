//! What stands on the paper: lines of cells, QR codes and pictures, from one cut to the next.

use super::op::{Align, Op, Qr, Raster, Scale};

/// Dots from line to line after power-on: 1/6 inch at 203 dots an inch, rounded as printers do.
const LINE_SPACING: u16 = 30;
/// Most items kept on one paper; ten metres of text. What comes after is dropped and counted as unknown.
const MOST_ITEMS: usize = 4096;
/// Most characters kept in one line; the widest paper holds 48.
const MOST_CELLS: usize = 2048;

/// How a character looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(clippy::struct_excessive_bools)] // each is a mode of its own
pub struct Style {
    /// Size.
    pub scale: Scale,
    /// Heavier strokes.
    pub bold: bool,
    /// A line under it.
    pub underline: bool,
    /// White on black.
    pub invert: bool,
    /// Font B, 9 × 17 dots, instead of font A, 12 × 24.
    pub small: bool,
}

/// One character on the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// The character.
    pub c: char,
    /// From the Chinese font: 24 × 24 dots before scaling.
    pub full: bool,
    /// How it looks.
    pub style: Style,
    /// Where it was moved to by `ESC $`, in dots from the left edge.
    pub moved_to: Option<u16>,
}

impl Cell {
    /// Width on paper in dots.
    pub fn width(&self) -> u32 {
        let base = match (self.full, self.style.small) {
            (true, _) => 24,
            (false, false) => 12,
            (false, true) => 9,
        };
        base * u32::from(self.style.scale.wide)
    }

    /// Height on paper in dots.
    pub fn height(&self) -> u32 {
        let base = if self.style.small && !self.full { 17 } else { 24 };
        base * u32::from(self.style.scale.high)
    }
}

/// One line of text, before it is wrapped at the paper's edge.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// Where it stands.
    pub align: Align,
    /// Its characters.
    pub cells: Vec<Cell>,
    /// Least dots to the next line.
    pub spacing: u16,
}

impl Line {
    /// The characters alone; a jump to a column is one blank.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for cell in &self.cells {
            if cell.moved_to.is_some() && !text.is_empty() && !text.ends_with(' ') {
                text.push(' ');
            }
            text.push(if cell.c == '\t' { ' ' } else { cell.c });
        }
        text.trim_end().to_owned()
    }
}

/// One thing on the paper, top to bottom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// Text.
    Line(Line),
    /// Blank paper, in dots.
    Feed(u16),
    /// A QR code.
    Qr(Align, Qr),
    /// A picture.
    Raster(Align, Raster),
}

/// A piece of paper.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Paper {
    /// What stands on it.
    pub items: Vec<Item>,
    /// Commands on it that were not understood, and things dropped because nothing ends.
    pub unknown: u32,
}

impl Paper {
    /// Its lines of text, blank ones left out.
    pub fn text_lines(&self) -> Vec<String> {
        let lines = self.items.iter().filter_map(|item| match item {
            Item::Line(line) => Some(line.text()),
            _ => None,
        });
        lines.filter(|line| !line.trim().is_empty()).collect()
    }

    /// Payloads of its QR codes.
    pub fn qr_codes(&self) -> Vec<&str> {
        let codes = self.items.iter().filter_map(|item| match item {
            Item::Qr(_, qr) => Some(qr.data.as_str()),
            _ => None,
        });
        codes.collect()
    }

    /// Whether a line marks it as a reprint.
    pub fn is_copy(&self) -> bool {
        self.text_lines().iter().any(|line| line.contains("补打") || line.contains("補打") || line.contains("COPY"))
    }

    /// Whether it is a picture without any text: a printer without a font for it.
    pub fn is_drawn(&self) -> bool {
        self.text_lines().is_empty() && self.items.iter().any(|item| matches!(item, Item::Raster(..)))
    }

    /// Nothing but blank paper.
    pub fn is_blank(&self) -> bool {
        self.items.iter().all(|item| match item {
            Item::Line(line) => line.cells.is_empty(),
            Item::Feed(_) => true,
            Item::Qr(..) | Item::Raster(..) => false,
        })
    }
}

/// The paper under the print head and the modes in force.
#[derive(Debug, Clone, Default)]
pub struct Page {
    align: Align,
    latin: Style,
    chinese: Style,
    spacing: Option<u8>,
    line: Line,
    move_to: Option<u16>,
    paper: Paper,
}

impl Page {
    /// Does what `op` says and answers how many dots the paper moved (0 for most).
    pub fn apply(&mut self, op: &Op) -> u32 {
        match op {
            Op::Init => *self = Self { paper: std::mem::take(&mut self.paper), ..Self::default() },
            Op::Char { c, full } => self.put(*c, *full),
            Op::LineFeed { count } => return self.feed_lines(*count),
            Op::Feed { dots } => return self.end_line() + self.add(Item::Feed(*dots)),
            Op::Align(align) if self.line.cells.is_empty() => self.align = *align,
            Op::Bold(on) => self.both(|style| style.bold = *on),
            Op::Underline(on) => self.both(|style| style.underline = *on),
            Op::Invert(on) => self.both(|style| style.invert = *on),
            Op::SmallFont(on) => self.latin.small = *on,
            Op::Size(scale) => self.both(|style| style.scale = *scale),
            Op::LatinMode { scale, bold, underline, small } => {
                self.latin = Style { scale: *scale, underline: *underline, small: *small, ..self.latin };
                self.both(|style| style.bold = *bold); // the one bit of ESC ! that hanzi obey, too
            }
            Op::ChineseMode { scale, underline } => {
                self.chinese = Style { scale: *scale, underline: *underline, ..self.chinese };
            }
            Op::LineSpacing(dots) => self.spacing = *dots,
            Op::MoveTo(dots) => self.move_to = Some(*dots),
            Op::Qr(qr) => return self.end_line() + self.add(Item::Qr(self.align, qr.clone())),
            Op::Raster(raster) => {
                return self.end_line() + self.add(Item::Raster(self.align, raster.clone()));
            }
            Op::Cut { feed, .. } => {
                return self.end_line() + if *feed > 0 { self.add(Item::Feed(*feed)) } else { 0 };
            }
            Op::Unknown(_) => self.paper.unknown = self.paper.unknown.saturating_add(1),
            Op::Align(_) | Op::Status(_) | Op::Ignored | Op::Present | Op::Retract => {} // alignment counts at the start of a line only
        }
        0
    }

    /// Whether anything was printed or begun since the last cut.
    pub fn is_untouched(&self) -> bool {
        self.paper.items.is_empty() && self.line.cells.is_empty()
    }

    /// Gives out the paper up to here; modes stay in force.
    pub fn tear_off(&mut self) -> Paper {
        self.end_line();
        std::mem::take(&mut self.paper)
    }

    fn put(&mut self, c: char, full: bool) {
        if self.line.cells.len() >= MOST_CELLS {
            self.paper.unknown = self.paper.unknown.saturating_add(1);
            return;
        }
        let style = if full { self.chinese } else { self.latin };
        self.line.cells.push(Cell { c, full, style, moved_to: self.move_to.take() });
    }

    fn both(&mut self, change: impl Fn(&mut Style)) {
        change(&mut self.latin);
        change(&mut self.chinese);
    }

    fn feed_lines(&mut self, count: u8) -> u32 {
        let spacing = self.line_spacing();
        if self.line.cells.is_empty() {
            return self.add(Item::Feed(spacing.saturating_mul(count.into())));
        }
        let further = spacing.saturating_mul(u16::from(count.saturating_sub(1)));
        self.end_line() + if further > 0 { self.add(Item::Feed(further)) } else { 0 }
    }

    fn end_line(&mut self) -> u32 {
        self.move_to = None;
        if self.line.cells.is_empty() {
            return 0;
        }
        let cells = std::mem::take(&mut self.line.cells);
        self.add(Item::Line(Line { align: self.align, cells, spacing: self.line_spacing() }))
    }

    fn add(&mut self, item: Item) -> u32 {
        if self.paper.items.len() >= MOST_ITEMS {
            self.paper.unknown = self.paper.unknown.saturating_add(1);
            return 0;
        }
        let dots = match &item {
            Item::Line(line) => {
                let tallest = line.cells.iter().map(Cell::height).max().unwrap_or(0);
                tallest.max(line.spacing.into())
            }
            Item::Feed(dots) => (*dots).into(),
            Item::Qr(_, qr) => 29 * u32::from(qr.module), // version 3, the usual size of a short address
            Item::Raster(_, raster) => {
                u32::try_from(raster.rows).unwrap_or(u32::MAX).saturating_mul(raster.scale.high.into())
            }
        };
        self.paper.items.push(item);
        dots
    }

    fn line_spacing(&self) -> u16 {
        self.spacing.map_or(LINE_SPACING, u16::from)
    }
}
