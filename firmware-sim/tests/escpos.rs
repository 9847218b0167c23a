//! The device end of ESC/POS against golden jobs of other encoders, and against noise.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use firmware_sim::escpos::{Align, Item, Op, Page, Paper, Parser, StatusQuery, decode};
use proptest::prelude::*;
use support::golden;

fn lines(paper: &Paper) -> Vec<String> {
    paper.text_lines()
}

#[test]
fn a_ticket_of_python_escpos_is_read() {
    let papers = decode(&golden("job-python-escpos.hex"));
    assert_eq!(papers.len(), 1);
    let paper = &papers[0];
    assert_eq!(lines(paper), ["示例银行 朝阳支行", "A012", "普通 现金业务", "Ticket A012: 3 ahead"]);
    assert_eq!(paper.qr_codes(), ["http://127.0.0.1:8700/t/k3jf9"]);
    assert_eq!((paper.unknown, paper.is_copy()), (0, false));

    let Item::Line(number) = &paper.items[1] else { panic!("{:?}", paper.items[1]) };
    assert_eq!((number.align, number.cells[0].height(), number.cells[0].width()), (Align::Centre, 96, 48));
    let raster = paper.items.iter().find_map(|item| match item {
        Item::Raster(_, raster) => Some(raster),
        _ => None,
    });
    let raster = raster.unwrap();
    assert_eq!((raster.row_bytes, raster.rows, &raster.data[..4]), (6, 16, &[0xFF, 0, 0xFF, 0][..]));
    let qr = paper.items.iter().find_map(|item| match item {
        Item::Qr(align, qr) => Some((*align, qr.model, qr.module)),
        _ => None,
    });
    assert_eq!(qr, Some((Align::Centre, 2, 6)));
}

#[test]
fn other_forms_of_the_same_are_read() {
    let papers = decode(&golden("job-other-forms.hex"));
    assert_eq!(papers.len(), 2);
    assert_eq!(lines(&papers[0]), ["*** 补打 COPY ***", "窗口 B007", "等候 约5分钟", "€𠮷㐂", "last line"]);
    assert!(papers[0].is_copy());
    let Item::Line(mixed) = &papers[0].items[1] else { panic!() };
    let sizes: Vec<(u32, u32)> = mixed.cells.iter().map(|cell| (cell.width(), cell.height())).collect();
    assert_eq!((sizes[0], sizes[2], sizes[3]), ((48, 48), (24, 48), (24, 48)), "hanzi by FS !, Latin by ESC !");
    assert_eq!(lines(&papers[1]), ["C001"]);
    assert!(!papers[1].is_copy());
}

#[test]
fn chinese_needs_its_mode() {
    let hanzi = [0xCF, 0xD6, 0xBD, 0xF0, b'\n'];
    let with = |before: &[u8]| lines(&decode(&[before, &hanzi[..]].concat())[0]);
    assert_eq!(with(b"\x1c&"), ["现金"]);
    assert_eq!(with(b"\x1b@"), ["╧╓╜≡"], "code page 437 after power-on, as on paper");
    assert_eq!(with(b"\x1c&\x1b@"), ["╧╓╜≡"], "initialising ends the mode");
}

#[test]
fn a_broken_hanzi_does_not_eat_what_follows() {
    assert_eq!(lines(&decode(b"\x1c&\xcf\nA012\n")[0]), ["\u{FFFD}", "A012"]);
    assert_eq!(lines(&decode(b"\x1c&\xffA012\n")[0]), ["\u{FFFD}A012"]);
}

#[test]
fn unknown_commands_are_skipped_and_counted() {
    let paper = &decode(b"\x1b@\x1b\x7fA012\x1d\x01\n\x1bt\x00\x1b=\x01ok\n")[0];
    assert_eq!(lines(paper), ["A012", "ok"]);
    assert_eq!(paper.unknown, 2);
}

#[test]
fn known_commands_swallow_exactly_their_bytes() {
    // Each is followed by text that must survive whole.
    let commands: [&[u8]; 14] = [
        b"\x1bp\x00\x19\x19",
        b"\x1bD\x08\x10\x00",
        b"\x1b*\x21\x02\x00abcdef",
        b"\x1c2\xfe\xa1012345678901234567890123456789012345678901234567890123456789012345678901",
        b"\x1dk\x04ABC\x00",
        b"\x1dk\x49\x03ABC",
        b"\x1dh\x50",
        b"\x1d(A\x02\x00\x00\x02",
        b"\x1d*\x01\x0112345678",
        b"\x10\x04\x01",
        b"\x10\x14\x01\x00\x01",
        b"\x1dI\x43",
        b"\x1d8L\x02\x00\x00\x0001",
        b"\x1bc5\x00",
    ];
    for command in commands {
        let paper = &decode(&[command, b"A012\n"].concat())[0];
        assert_eq!((lines(paper), paper.unknown), (vec!["A012".to_owned()], 0), "{command:02x?}");
    }
}

#[test]
fn a_picture_longer_than_any_paper_is_thrown_away_as_it_comes() {
    let mut job = b"\x1dv0\x00\xff\xff\xff\xff".to_vec();
    job.resize(job.len() + 3_000_000, 0x55);
    let mut parser = Parser::default();
    let mut ops = Vec::new();
    for byte in job {
        parser.push(byte, &mut ops);
    }
    assert_eq!(ops, [Op::Unknown([0x1D, b'v'])]);
}

#[test]
fn every_cut_command_cuts() {
    for cut in [&b"\x1dV\x00"[..], b"\x1dV1", b"\x1dVA\x00", b"\x1dVB\x10", b"\x1dVh\x00", b"\x1bi", b"\x1bm"] {
        let papers = decode(&[b"A012\n", cut, b"A013\n", cut].concat());
        assert_eq!(papers.iter().map(lines).collect::<Vec<_>>(), [["A012"], ["A013"]], "{cut:02x?}");
    }
}

#[test]
fn alignment_counts_at_the_start_of_a_line() {
    let paper = &decode(b"A\x1ba\x02B\n\x1ba\x02C\n")[0];
    let aligned: Vec<Align> = paper
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Line(line) => Some(line.align),
            _ => None,
        })
        .collect();
    assert_eq!(aligned, [Align::Left, Align::Right]);
}

fn ops(bytes: &[u8]) -> Vec<Op> {
    let (mut parser, mut all) = (Parser::default(), Vec::new());
    for byte in bytes {
        parser.push(*byte, &mut all);
    }
    all
}

#[test]
fn questions_are_told_from_print() {
    let asked = ops(b"\x1da\x0e\x1dr\x01\x1d(H\x06\x0000wxyz\x10\x04\x02");
    let expected =
        [StatusQuery::Automatic(0x0E), StatusQuery::Paper, StatusQuery::Proof(*b"wxyz"), StatusQuery::RealTime(2)];
    assert_eq!(asked, expected.map(Op::Status));
}

/// Bytes that look like commands more often than noise does.
fn nasty() -> impl Strategy<Value = Vec<u8>> {
    let prefix = prop::sample::select(vec![0x1B_u8, 0x1C, 0x1D, 0x10]);
    let command = (prefix, any::<u8>(), prop::collection::vec(0_u8..4, 0..6))
        .prop_map(|(prefix, code, rest)| [vec![prefix, code], rest].concat());
    let piece = prop_oneof![command, prop::collection::vec(any::<u8>(), 0..8), Just(b"A012\n".to_vec())];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    /// No bytes make the printer fall over, and no job makes an endless paper.
    #[test]
    fn noise_never_breaks_it(bytes in nasty()) {
        for paper in decode(&bytes) {
            prop_assert!(paper.items.len() <= 4096);
            let _ = (paper.text_lines(), paper.qr_codes().len(), paper.is_copy());
        }
    }

    /// Chinese and Latin text comes back as it was sent.
    #[test]
    fn text_comes_back_as_it_was(text in "[A-Za-z0-9 一-鿿]{1,40}") {
        let (encoded, _, bad) = encoding_rs::GB18030.encode(&text);
        prop_assume!(!bad && !text.trim().is_empty());
        let job = [b"\x1b@\x1c&", &encoded[..], b"\n\x1dVB\x00"].concat();
        let papers = decode(&job);
        prop_assert_eq!(papers[0].text_lines(), [text.trim_end()]);
    }

    /// After ESC @ a page is new, whatever modes were set before: only paper stays.
    #[test]
    fn initialising_forgets_every_mode(bytes in nasty()) {
        let mut page = Page::default();
        for op in ops(&bytes) {
            page.apply(&op);
        }
        page.tear_off();
        page.apply(&Op::Init);
        for op in ops(b"A012\n") {
            page.apply(&op);
        }
        prop_assert_eq!(page.tear_off(), decode(b"A012\n").remove(0));
    }
}
