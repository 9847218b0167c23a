//! Displays that need no code: bytes with fields in them, written in the profile as one line.
//!
//! `"$001,{number}#"`, `"{02}{unit:02}{text:<8}{03}{xor8:hex}"`. Between braces stand
//!
//! | written | becomes |
//! |---|---|
//! | `{number}` `{text}` `{counter}` `{unit}` | the number (empty when nobody is called); number or words; the counter's name; the address |
//! | `{number:4}` `{number:04}` `{number:<4}` | at least four bytes: blanks before it, zeros before it, blanks behind it |
//! | `{unit:byte}` | the address as one byte |
//! | `{1B 40}` | these bytes, hexadecimal |
//! | `{from}` | nothing; a checksum counts from here, else from the beginning |
//! | `{sum8}` `{xor8}` `{crc16}` | checksum of what stands before it, as bytes; CRC-16 of Modbus, low byte first |
//! | `{crc16:be}` `{sum8:hex}` `{xor8:hex}` `{crc16:hex}` | high byte first; as capital hexadecimal digits |
//! | `{{` `}}` | a brace |

use encoding_rs::GB18030;
use serde::Deserialize;

use crate::ff68::sum;
use crate::frame::crc16;

/// Character set of a display.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Charset {
    /// One byte a letter; what is not printable ASCII becomes `?`.
    #[default]
    Ascii,
    /// GB 18030.
    Gb18030,
}

impl Charset {
    fn encode(self, text: &str) -> Vec<u8> {
        let text: String = text.chars().filter(|letter| !letter.is_control()).collect();
        match self {
            Self::Ascii => text.chars().map(|letter| if letter.is_ascii() { letter as u8 } else { b'?' }).collect(),
            Self::Gb18030 => GB18030.encode(&text).0.into_owned(),
        }
    }

    fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::Ascii => bytes.iter().copied().map(char::from).collect(),
            Self::Gb18030 => GB18030.decode_without_bom_handling(bytes).0.into_owned(),
        }
    }
}

/// What the fields of a template become.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a> {
    /// Address of the display.
    pub unit: u8,
    /// Name of the counter.
    pub counter: &'a str,
    /// Number, empty when nobody is called.
    pub number: &'a str,
    /// Number or words.
    pub text: &'a str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Number,
    Text,
    Counter,
    Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pad {
    Before(u8, usize),
    Behind(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Check {
    Sum8,
    Xor8,
    Crc16 { big_endian: bool },
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Item {
    Bytes(Vec<u8>),
    Field(What, Option<Pad>),
    UnitByte,
    From,
    Check(Check, bool),
}

/// One line of a profile, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    charset: Charset,
    items: Vec<Item>,
}

/// Why a line is no template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{{{0}}}` means nothing here; write {{number}}, {{text}}, {{counter}}, {{unit}}, bytes such as {{1B 40}}, {{from}}, {{sum8}}, {{xor8}} or {{crc16}}"
)]
pub struct UnknownField(pub String);

/// Widest padding: nothing in a hall is wider.
const WIDEST: usize = 64;

impl Template {
    /// Understands a line.
    ///
    /// # Errors
    /// [`UnknownField`] with what stands between the braces.
    pub fn parse(line: &str, charset: Charset) -> Result<Self, UnknownField> {
        let mut items = Vec::new();
        let mut rest = line;
        while let Some(place) = rest.find(['{', '}']) {
            let (before, at) = rest.split_at(place);
            literal(&mut items, charset.encode(before));
            if let Some(after) = at.strip_prefix("{{").or_else(|| at.strip_prefix("}}")) {
                literal(&mut items, vec![at.as_bytes()[0]]);
                rest = after;
                continue;
            }
            let unclosed = || UnknownField(at.chars().take(20).collect());
            let (inside, after) = at.strip_prefix('{').and_then(|at| at.split_once('}')).ok_or_else(unclosed)?;
            match item(inside).ok_or_else(|| UnknownField(inside.to_owned()))? {
                Item::Bytes(bytes) => literal(&mut items, bytes),
                item => items.push(item),
            }
            rest = after;
        }
        literal(&mut items, charset.encode(rest));
        Ok(Self { charset, items })
    }

    /// Whether the number can be seen at all.
    pub fn shows_anything(&self) -> bool {
        self.items.iter().any(|item| matches!(item, Item::Field(What::Number | What::Text, _)))
    }

    /// The bytes for the wire.
    pub fn bytes(&self, fields: &Fields<'_>) -> Vec<u8> {
        let mut out = Vec::new();
        let mut from = 0;
        for item in &self.items {
            match item {
                Item::Bytes(bytes) => out.extend(bytes),
                Item::Field(what, pad) => out.extend(padded(self.field(*what, fields), *pad)),
                Item::UnitByte => out.push(fields.unit),
                Item::From => from = out.len(),
                Item::Check(check, hex) => out.extend(check.of(&out[from..], *hex)),
            }
        }
        out
    }

    fn field(&self, what: What, fields: &Fields<'_>) -> Vec<u8> {
        match what {
            What::Number => self.charset.encode(fields.number),
            What::Text => self.charset.encode(fields.text),
            What::Counter => self.charset.encode(fields.counter),
            What::Unit => fields.unit.to_string().into_bytes(),
        }
    }

    /// The device end: what a display with this address at this counter shows after these bytes. `None` when they are
    /// for another display, damaged, or something else. Number and text are taken to be one field, as on a display
    /// that has one row.
    pub fn read(&self, bytes: &[u8], unit: u8, counter: &str) -> Option<String> {
        let known = Fields { unit, counter, number: "", text: "" };
        let mut shown = None;
        let (mut at, mut from) = (0, 0);
        for (place, item) in self.items.iter().enumerate() {
            let rest = bytes.get(at..)?;
            let taken = match item {
                Item::From => {
                    from = at;
                    0
                }
                Item::Field(What::Number | What::Text, pad) => {
                    let length = self.length(rest, place, *pad, &known)?;
                    let words = self.charset.decode(rest.get(..length)?);
                    shown.get_or_insert(words.trim().to_owned());
                    length
                }
                Item::Check(check, hex) => same(rest, &check.of(&bytes[from..at], *hex))?,
                Item::Bytes(wanted) => same(rest, wanted)?,
                Item::UnitByte => same(rest, &[unit])?,
                Item::Field(what, pad) => same(rest, &padded(self.field(*what, &known), *pad))?,
            };
            at += taken;
        }
        shown.filter(|_| at == bytes.len())
    }

    /// How many bytes the field at `place` takes: its width, or all up to what follows it.
    fn length(&self, rest: &[u8], place: usize, pad: Option<Pad>, known: &Fields<'_>) -> Option<usize> {
        let behind = self.items.get(place + 1..)?;
        let stop = behind.iter().find_map(|item| match item {
            Item::Bytes(bytes) => Some(bytes.as_slice()),
            _ => None,
        });
        let directly = matches!(behind.first(), Some(Item::Bytes(_)));
        if let (Some(stop), true) = (stop, directly) {
            return rest.windows(stop.len()).position(|window| window == stop);
        }
        let fixed = |item: &Item| match item {
            Item::Bytes(bytes) => bytes.len(),
            Item::UnitByte => 1,
            Item::From => 0,
            Item::Check(check, hex) => check.of(&[], *hex).len(),
            Item::Field(What::Number | What::Text, pad) => pad.map_or(0, Pad::width),
            Item::Field(what, pad) => padded(self.field(*what, known), *pad).len(),
        };
        let length = rest.len().checked_sub(behind.iter().map(fixed).sum())?;
        (length >= pad.map_or(0, Pad::width)).then_some(length)
    }
}

fn same(rest: &[u8], wanted: &[u8]) -> Option<usize> {
    rest.starts_with(wanted).then_some(wanted.len())
}

impl Pad {
    fn width(self) -> usize {
        match self {
            Self::Before(_, width) | Self::Behind(width) => width,
        }
    }
}

fn padded(mut bytes: Vec<u8>, pad: Option<Pad>) -> Vec<u8> {
    let missing = |width: usize, bytes: &[u8]| width.saturating_sub(bytes.len());
    match pad {
        None => {}
        Some(Pad::Before(fill, width)) => {
            let fill = vec![fill; missing(width, &bytes)];
            bytes.splice(..0, fill);
        }
        Some(Pad::Behind(width)) => bytes.resize(width.max(bytes.len()), b' '),
    }
    bytes
}

fn literal(items: &mut Vec<Item>, bytes: Vec<u8>) {
    match items.last_mut() {
        Some(Item::Bytes(last)) => last.extend(bytes),
        _ if bytes.is_empty() => {}
        _ => items.push(Item::Bytes(bytes)),
    }
}

/// What stands between braces.
fn item(inside: &str) -> Option<Item> {
    let (name, how) = inside.split_once(':').map_or((inside, None), |(name, how)| (name, Some(how)));
    let field = |what| Some(Item::Field(what, how.map(pad).map_or(Some(None), |pad| pad.map(Some))?));
    let check = |check| match how {
        None => Some(Item::Check(check, false)),
        Some("hex") => Some(Item::Check(check, true)),
        Some(_) => None,
    };
    match name {
        "number" => field(What::Number),
        "text" => field(What::Text),
        "counter" => field(What::Counter),
        "unit" if how == Some("byte") => Some(Item::UnitByte),
        "unit" => field(What::Unit),
        "from" if how.is_none() => Some(Item::From),
        "sum8" => check(Check::Sum8),
        "xor8" => check(Check::Xor8),
        "crc16" if how == Some("be") => Some(Item::Check(Check::Crc16 { big_endian: true }, false)),
        // Digits are read from the left, so the high byte comes first.
        "crc16" => check(Check::Crc16 { big_endian: how.is_some() }),
        _ if how.is_none() => hexadecimal(inside).map(Item::Bytes),
        _ => None,
    }
}

fn pad(how: &str) -> Option<Pad> {
    let digits = how.trim_start_matches('<');
    let width = digits.parse().ok().filter(|width| (1..=WIDEST).contains(width) && digits.is_ascii())?;
    match how.strip_prefix('<') {
        Some(_) => Some(Pad::Behind(width)),
        None if how.starts_with('0') => Some(Pad::Before(b'0', width)),
        None => Some(Pad::Before(b' ', width)),
    }
}

fn hexadecimal(pairs: &str) -> Option<Vec<u8>> {
    let byte = |pair: &str| {
        let digits = pair.len() == 2 && pair.bytes().all(|digit| digit.is_ascii_hexdigit());
        digits.then(|| u8::from_str_radix(pair, 16).ok()).flatten()
    };
    let bytes: Option<Vec<u8>> = pairs.split_ascii_whitespace().map(byte).collect();
    bytes.filter(|bytes| !bytes.is_empty())
}

impl Check {
    fn of(self, bytes: &[u8], hex: bool) -> Vec<u8> {
        let value = match self {
            Self::Sum8 => vec![sum(bytes)],
            Self::Xor8 => vec![bytes.iter().fold(0, |all, byte| all ^ byte)],
            Self::Crc16 { big_endian: false } => crc16(bytes).to_le_bytes().to_vec(),
            Self::Crc16 { big_endian: true } => crc16(bytes).to_be_bytes().to_vec(),
        };
        if hex { value.iter().flat_map(|byte| format!("{byte:02X}").into_bytes()).collect() } else { value }
    }
}
