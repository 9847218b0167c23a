//! What a printer understands: one value per command.

/// Where a line stands on the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    /// At the left edge.
    #[default]
    Left,
    /// In the middle.
    Centre,
    /// At the right edge.
    Right,
}

/// How many times wider and higher than the normal character, 1 to 8 each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    /// Times wider.
    pub wide: u8,
    /// Times higher.
    pub high: u8,
}

impl Default for Scale {
    fn default() -> Self {
        Self { wide: 1, high: 1 }
    }
}

/// A QR code as printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qr {
    /// Payload, as text where it is UTF-8.
    pub data: String,
    /// 1 is the obsolete Model 1 that phones cannot read; 2 is what everybody means.
    pub model: u8,
    /// Dots per module, 1 to 16.
    pub module: u8,
    /// Error correction: 0 L (7 %), 1 M, 2 Q, 3 H (30 %).
    pub correction: u8,
}

/// A picture of dots, `GS v 0`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raster {
    /// Bytes of one row; eight dots each, the highest bit leftmost, 1 is black.
    pub row_bytes: usize,
    /// Rows, top to bottom.
    pub rows: usize,
    /// `row_bytes × rows` bytes.
    pub data: Vec<u8>,
    /// Times wider and higher than sent, 1 or 2 each.
    pub scale: Scale,
}

/// A question about the printer's state that stands in the stream, answered in its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusQuery {
    /// `GS r 1`: paper sensors, answered when everything before it is printed.
    Paper,
    /// `GS ( H 06 00 30 30 d1–d4`: answered `37 22 d1–d4 00` when everything before it is on paper.
    Proof([u8; 4]),
    /// `GS a n`: push status on change; 0 switches off.
    Automatic(u8),
    /// `DLE EOT n`, already answered when it arrived.
    RealTime(u8),
}

/// One command or one character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Op {
    /// `ESC @`: everything as at power-on; the unfinished line is dropped.
    Init,
    /// A character; `full` is one from the Chinese font, twice as wide.
    Char {
        /// The character, `U+FFFD` for bytes that are none.
        c: char,
        /// From the Chinese font.
        full: bool,
    },
    /// LF, or `ESC d n` when `count` is not 1.
    LineFeed {
        /// Lines.
        count: u8,
    },
    /// `ESC J n`: prints and feeds that many dots.
    Feed {
        /// Dots, 203 an inch.
        dots: u16,
    },
    /// `ESC a n`.
    Align(Align),
    /// `ESC E n`, `ESC G n`.
    Bold(bool),
    /// `ESC - n`, `FS - n`.
    Underline(bool),
    /// `GS B n`.
    Invert(bool),
    /// `ESC M n`: true is the smaller font B.
    SmallFont(bool),
    /// `GS !`: both fonts.
    Size(Scale),
    /// `ESC !`: the Latin font.
    LatinMode {
        /// Size of Latin characters.
        scale: Scale,
        /// Heavier strokes.
        bold: bool,
        /// A line under them.
        underline: bool,
        /// Font B.
        small: bool,
    },
    /// `FS !`: the Chinese font.
    ChineseMode {
        /// Size of Chinese characters.
        scale: Scale,
        /// A line under them.
        underline: bool,
    },
    /// `ESC 3 n`, and `ESC 2` as `None`: distance from line to line in dots.
    LineSpacing(Option<u8>),
    /// `ESC $`: the next character stands that many dots from the left edge.
    MoveTo(u16),
    /// `GS ( k`, function 81.
    Qr(Qr),
    /// `GS v 0`.
    Raster(Raster),
    /// `GS V`, `ESC i`, `ESC m`.
    Cut {
        /// A bridge of paper stays.
        partial: bool,
        /// Dots fed before the cut, beyond the way to the knife.
        feed: u16,
    },
    /// The presenter holds the ticket out. Its bytes are those of the model.
    Present,
    /// The presenter takes it back.
    Retract,
    /// A question about the state.
    Status(StatusQuery),
    /// A known command that changes nothing on the simulated paper (tab stops, drawer, beeper, code page …).
    Ignored,
    /// A command that is not known; its first two bytes are skipped.
    Unknown([u8; 2]),
}

impl Op {
    /// Whether this op only asks for the state; it leaves no trace on paper.
    pub fn is_query(&self) -> bool {
        matches!(self, Self::Status(StatusQuery::Paper | StatusQuery::Proof(_) | StatusQuery::RealTime(_)))
    }
}
