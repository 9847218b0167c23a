//! The device end of ESC/POS, pure: bytes in, paper out.
//!
//! [`Parser`] cuts the byte stream into [`Op`]s, [`Page`] lays them on paper, and [`decode`] does both for a whole
//! job. Nothing here knows ports, time or pictures. Command forms: Epson's ESC/POS reference; Chinese text:
//! GB18030 between `FS &` and `FS .`.

mod length;
mod op;
mod page;
mod parser;

pub use op::{Align, Op, Qr, Raster, Scale, StatusQuery};
pub use page::{Cell, Item, Line, Page, Paper, Style};
pub use parser::Parser;

/// Decodes a whole job: one [`Paper`] per cut, and a last one for what stands after the last cut if anything is on
/// it. Any bytes are accepted.
///
/// ```
/// let papers = firmware_sim::escpos::decode(b"\x1b@A012\n\x1dVB\x00");
/// assert_eq!(papers[0].text_lines(), ["A012"]);
/// ```
pub fn decode(bytes: &[u8]) -> Vec<Paper> {
    let (mut parser, mut page) = (Parser::default(), Page::default());
    let mut papers = Vec::new();
    let mut ops = Vec::new();
    for byte in bytes {
        parser.push(*byte, &mut ops);
        for op in ops.drain(..) {
            page.apply(&op);
            if matches!(op, Op::Cut { .. }) {
                papers.push(page.tear_off());
            }
        }
    }
    let rest = page.tear_off();
    if !rest.is_blank() {
        papers.push(rest);
    }
    papers
}
