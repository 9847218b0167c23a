//! The byte stream cut into commands and characters, one byte at a time, in bounded memory.

use encoding_rs::GB18030;

use super::length::{self, Length, le16};
use super::op::{Align, Op, Qr, Raster, Scale, StatusQuery};

/// Longest command that is kept; a longer one is skipped as it comes. 1 MiB is an 80 mm raster of 1.8 m.
const LONGEST: usize = 1 << 20;

const DLE: u8 = 0x10;
const ESC: u8 = 0x1B;
const FS: u8 = 0x1C;
const GS: u8 = 0x1D;

/// Code page 437, upper half: what a printer shows for single bytes from 80h on after power-on.
const PC437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// Cuts bytes into [`Op`]s. Any bytes are accepted; at most 1 MiB is kept.
#[derive(Debug)]
pub struct Parser {
    pending: Vec<u8>,
    /// Length of the command in `pending` when it is already known: pictures are long.
    expected: Option<usize>,
    /// Bytes still to be thrown away, of a command longer than [`LONGEST`].
    skip: usize,
    chinese: bool,
    /// Whether there is a Chinese font to switch to.
    has_chinese: bool,
    /// Commands of this model alone.
    own: Vec<(Vec<u8>, Op)>,
    qr: Qr,
}

impl Default for Parser {
    fn default() -> Self {
        Self::of(true, Vec::new())
    }
}

impl Parser {
    /// A parser for a model with or without Chinese and with commands of its own.
    pub fn of(has_chinese: bool, own: Vec<(Vec<u8>, Op)>) -> Self {
        let pending = Vec::new();
        Self { pending, expected: None, skip: 0, chinese: false, has_chinese, own, qr: power_on_qr() }
    }

    /// Takes one byte; what it completes is appended to `out` (mostly nothing or one op, at most four).
    pub fn push(&mut self, byte: u8, out: &mut Vec<Op>) {
        if self.skip > 0 {
            self.skip -= 1;
            return;
        }
        self.pending.push(byte);
        while !self.pending.is_empty() {
            let before = self.pending.len();
            if !self.step(out) || self.pending.len() == before {
                return;
            }
        }
    }

    /// Drops a command that was cut off, as a printer does when its cable is plugged again.
    pub fn reset_link(&mut self) {
        self.pending.clear();
        self.expected = None;
        self.skip = 0;
    }

    /// Tries to take one thing off the front; false when more bytes are needed.
    fn step(&mut self, out: &mut Vec<Op>) -> bool {
        for (bytes, op) in &self.own {
            if self.expected.is_none() && bytes.starts_with(&self.pending) {
                if bytes.len() > self.pending.len() {
                    return false;
                }
                self.pending.clear();
                out.push(op.clone());
                return true;
            }
        }
        match self.pending[0] {
            DLE | ESC | FS | GS => self.command(out),
            first @ 0x81..=0xFE if self.chinese => self.hanzi(first, out),
            first => {
                self.pending.remove(0);
                out.extend(self.single(first));
                true
            }
        }
    }

    fn single(&self, byte: u8) -> Option<Op> {
        match byte {
            b'\n' => Some(Op::LineFeed { count: 1 }),
            b'\t' | 0x20..=0x7E => Some(Op::Char { c: char::from(byte), full: false }),
            0x80.. if self.chinese => Some(Op::Char { c: char::REPLACEMENT_CHARACTER, full: false }),
            0x80.. => Some(Op::Char {
                c: PC437.chars().nth(usize::from(byte) - 0x80).unwrap_or(char::REPLACEMENT_CHARACTER),
                full: false,
            }),
            _ => None, // CR, FF, NUL and other controls move nothing in standard mode
        }
    }

    /// A character of two or four bytes. Source: GB 18030-2022, the ranges of its bytes.
    fn hanzi(&mut self, first: u8, out: &mut Vec<Op>) -> bool {
        let length = match self.pending.get(1) {
            None => return false,
            Some(0x30..=0x39) => 4,
            Some(0x40..=0x7E | 0x80..=0xFE) => 2,
            Some(_) => 1, // not a second byte: the first stands alone and is noise
        };
        if self.pending.len() < length {
            return false;
        }
        let bytes: Vec<u8> = self.pending.drain(..length).collect();
        let (text, bad) = GB18030.decode_without_bom_handling(&bytes);
        let c = match text.chars().next() {
            Some(c) if !bad && length > 1 => c,
            _ => {
                tracing::debug!(first, length, "bytes that are no GB18030 character");
                char::REPLACEMENT_CHARACTER
            }
        };
        out.push(Op::Char { c, full: true });
        true
    }

    fn command(&mut self, out: &mut Vec<Op>) -> bool {
        let length = match self.expected {
            Some(length) => length,
            None => match length::of(&self.pending) {
                Length::More if self.pending.len() < LONGEST => return false,
                Length::UntilNul(from) if self.pending.len() < LONGEST => {
                    if self.pending.len() <= from || self.pending.last() != Some(&0) {
                        return false;
                    }
                    self.pending.len()
                }
                Length::More | Length::UntilNul(_) => self.pending.len(),
                Length::Exactly(length) => length,
                Length::Unknown => {
                    let code = self.pending[1];
                    out.push(Op::Unknown([self.pending[0], code]));
                    self.pending.drain(..2);
                    return true;
                }
            },
        };
        self.expected = Some(length);
        if length > LONGEST {
            out.push(Op::Unknown([self.pending[0], self.pending[1]]));
            self.skip = length - self.pending.len();
            self.pending.clear();
            self.expected = None;
            return true;
        }
        if self.pending.len() < length {
            return false;
        }
        self.expected = None;
        let bytes: Vec<u8> = self.pending.drain(..length).collect();
        out.push(self.meaning(&bytes));
        true
    }

    /// The op of a complete command.
    fn meaning(&mut self, bytes: &[u8]) -> Op {
        let n = bytes.get(2).copied().unwrap_or(0);
        match (bytes[0], bytes[1]) {
            (DLE, 0x04) => Op::Status(StatusQuery::RealTime(n)),
            (ESC, b'@') => {
                self.chinese = false;
                self.qr = power_on_qr();
                Op::Init
            }
            (FS, b'&') => self.set_chinese(true),
            (FS, b'.') => self.set_chinese(false),
            (GS, b'(') if n == b'k' => self.two_dimensional(bytes),
            (GS, b'(') if n == b'H' => proof(bytes),
            (GS, b'a') => Op::Status(StatusQuery::Automatic(n)),
            (GS, b'r') if n == 1 || n == b'1' => Op::Status(StatusQuery::Paper),
            (GS, b'v') => raster(bytes),
            (GS, b'V') => {
                let feed = if matches!(n, 65 | 66) { bytes.get(3).copied().unwrap_or(0) } else { 0 };
                Op::Cut { partial: matches!(n, 1 | b'1' | 66 | 98 | 104), feed: feed.into() }
            }
            (ESC, b'i') => Op::Cut { partial: false, feed: 0 },
            (ESC, b'm') => Op::Cut { partial: true, feed: 0 },
            (ESC, b'J') => Op::Feed { dots: n.into() },
            (ESC, b'd') => Op::LineFeed { count: n },
            (ESC, b'$') => Op::MoveTo(u16::from(n) | u16::from(bytes[3]) << 8),
            (prefix, code) => look(prefix, code, n),
        }
    }

    fn set_chinese(&mut self, on: bool) -> Op {
        self.chinese = on && self.has_chinese;
        Op::Ignored
    }

    /// `GS ( k pL pH cn fn …`; `cn` 49 is the QR code.
    fn two_dimensional(&mut self, bytes: &[u8]) -> Op {
        let (Some(49), Some(function)) = (bytes.get(5), bytes.get(6)) else {
            return Op::Ignored;
        };
        let value = bytes.get(7).copied().unwrap_or(0);
        match function {
            65 => self.qr.model = value.saturating_sub(48),
            67 => self.qr.module = value.clamp(1, 16),
            69 => self.qr.correction = value.saturating_sub(48).min(3),
            80 => {
                self.qr.data = String::from_utf8_lossy(bytes.get(8..).unwrap_or_default()).into_owned();
            }
            81 if !self.qr.data.is_empty() => return Op::Qr(self.qr.clone()),
            _ => {}
        }
        Op::Ignored
    }
}

/// Commands that change how characters look.
fn look(prefix: u8, code: u8, n: u8) -> Op {
    let bit = |mask: u8| n & mask != 0;
    let twice = |mask: u8| if bit(mask) { 2 } else { 1 };
    match (prefix, code) {
        (ESC, b'a') => Op::Align(match n {
            1 | b'1' => Align::Centre,
            2 | b'2' => Align::Right,
            _ => Align::Left,
        }),
        (ESC, b'E' | b'G') => Op::Bold(bit(1)),
        (ESC | FS, b'-') => Op::Underline(matches!(n, 1 | 2 | b'1' | b'2')),
        (GS, b'B') => Op::Invert(bit(1)),
        (ESC, b'M') => Op::SmallFont(matches!(n, 1 | b'1')),
        (ESC, b'2') => Op::LineSpacing(None),
        (ESC, b'3') => Op::LineSpacing(Some(n)),
        (ESC, b'!') => Op::LatinMode {
            scale: Scale { wide: twice(0x20), high: twice(0x10) },
            bold: bit(0x08),
            underline: bit(0x80),
            small: bit(0x01),
        },
        (FS, b'!') => Op::ChineseMode { scale: Scale { wide: twice(0x04), high: twice(0x08) }, underline: bit(0x80) },
        (FS, b'W') => Op::ChineseMode { scale: Scale { wide: twice(0x01), high: twice(0x01) }, underline: false },
        (GS, b'!') => Op::Size(Scale { wide: (n >> 4 & 7) + 1, high: (n & 7) + 1 }),
        _ => Op::Ignored,
    }
}

/// `GS ( H pL pH fn m d1–d4` with fn 48 and m 48.
fn proof(bytes: &[u8]) -> Op {
    match bytes.get(5..) {
        Some([48, 48, d1, d2, d3, d4]) => Op::Status(StatusQuery::Proof([*d1, *d2, *d3, *d4])),
        _ => Op::Ignored,
    }
}

/// `GS v 0 m xL xH yL yH d…`: m 0 as sent, 1 twice as wide, 2 twice as high, 3 both.
fn raster(bytes: &[u8]) -> Op {
    let (Some(row_bytes), Some(rows)) = (le16(bytes, 4), le16(bytes, 6)) else {
        return Op::Ignored;
    };
    let mode = bytes[3] & 3;
    Op::Raster(Raster {
        row_bytes,
        rows,
        data: bytes[8..].to_vec(),
        scale: Scale { wide: 1 + (mode & 1), high: 1 + (mode >> 1) },
    })
}

fn power_on_qr() -> Qr {
    Qr { data: String::new(), model: 2, module: 3, correction: 0 }
}
