//! Tickets as bytes: golden ESC/POS jobs, and what must hold for every ticket.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use lobby::config::Text;
use lobby::devices::printer::{Profile, TicketPaper, Typeface, WaitRange};
use proptest::prelude::*;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn profile(name: &str) -> Profile {
    Profile::load(name, Path::new("")).unwrap()
}

fn text(chinese: &str, english: &str) -> Text {
    Text::from([("zh-CN".to_owned(), chinese.to_owned()), ("en".to_owned(), english.to_owned())])
}

/// A ticket with everything on it.
fn full() -> TicketPaper {
    TicketPaper {
        branch: text("示范网点", "Demo branch"),
        number: "A012".to_owned(),
        service: text("现金业务", "Cash"),
        lane: text("普通", "Regular"),
        issued: "2026-11-21 09:02".to_owned(),
        ahead: Some(3),
        wait: Some(WaitRange { about_min: 8, up_to_min: 15 }),
        counters: vec!["1".to_owned(), "2".to_owned(), "3".to_owned()],
        no_show_rule: text("过号请到咨询台恢复，仅限一次", "If you miss your call, ask the greeter; once only"),
        papers: vec![text("身份证原件", "Identity card (original)"), text("本人手机", "Your own phone")],
        track_url: Some("http://127.0.0.1:8700/t/0123456789abcdefghijkl".to_owned()),
        hotline: Some("95588".to_owned()),
        wifi: Some("Hall-Guest / 88886666".to_owned()),
        languages: vec!["zh-CN".to_owned(), "en".to_owned()],
        copy: false,
    }
}

/// A ticket with nothing on it that a branch may leave out.
fn bare() -> TicketPaper {
    TicketPaper {
        branch: text("示范网点", ""),
        number: "C1007".to_owned(),
        service: text("贷款业务", ""),
        lane: text("贵宾", ""),
        issued: "2026-11-21 16:40".to_owned(),
        ahead: Some(0),
        languages: vec!["zh-CN".to_owned()],
        ..TicketPaper::default()
    }
}

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/escpos").join(name)
}

/// 16 bytes a line, with what of them is ASCII beside it.
fn dump(bytes: &[u8]) -> String {
    let mut text = "# do not change, add: an ESC/POS job, printers in the field depend on it\n".to_owned();
    for row in bytes.chunks(16) {
        let hex = row.iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02X} ").unwrap();
            hex
        });
        let ascii: String =
            row.iter().map(|byte| if (0x20..0x7F).contains(byte) { char::from(*byte) } else { '.' }).collect();
        writeln!(text, "{hex:<48} # {ascii}").unwrap();
    }
    text
}

/// `NEW_GOLDEN=1` writes a file that is not there yet; one that is there is never overwritten.
fn check_golden(name: &str, paper: &TicketPaper, profile_name: &str) {
    let now = dump(&paper.encode(&profile(profile_name), None).unwrap());
    let file = golden(name);
    if !file.exists() && std::env::var_os("NEW_GOLDEN").is_some() {
        std::fs::write(&file, &now).unwrap();
    }
    let known = std::fs::read_to_string(&file).unwrap();
    assert_eq!(now, known, "{name} changed");
}

#[test]
fn golden_jobs_stay_as_they_are() {
    check_golden("full-80.hex", &full(), "escpos-80");
    check_golden("full-58.hex", &full(), "escpos-58");
    check_golden("copy-80.hex", &TicketPaper { copy: true, ahead: None, wait: None, ..full() }, "escpos-80");
    check_golden("bare-58.hex", &bare(), "escpos-58");
    check_golden("bare-80-silent.hex", &bare(), "escpos-80-silent");
    let languages = vec!["en".to_owned(), "zh-CN".to_owned()];
    check_golden("english-first-80.hex", &TicketPaper { languages, ..full() }, "escpos-80");
    check_golden("bare-58-silent.hex", &bare(), "escpos-58-silent");
    check_golden("full-80-half.hex", &full(), "escpos-80-half");
    check_golden("bare-58-half.hex", &bare(), "escpos-58-half");
    check_golden("copy-80-presenter.hex", &TicketPaper { copy: true, ..full() }, "escpos-80-presenter");
    // What a printer without Chinese gets where there is no font to draw with.
    check_golden("full-80-raster-without-font.hex", &full(), "escpos-80-raster");
    check_golden("bare-58-raster-without-font.hex", &bare(), "escpos-58-raster");
}

#[test]
fn without_a_font_the_ticket_is_in_english_and_bears_its_number() {
    let bytes = full().encode(&profile("escpos-58-raster"), None).unwrap();
    assert!(!bytes.windows(2).any(|pair| pair == [0x1C, b'&']), "there is no Chinese to be switched on");
    let all = printed(&bytes);
    assert!(all.is_ascii(), "{all}");
    for wanted in ["Demo branch", "Cash", "A012", "People ahead of you: 3", "- Your own phone", "Hotline: 95588"] {
        assert!(all.contains(wanted), "{wanted} is missing in\n{all}");
    }
    let names = printed(&bare().encode(&profile("escpos-58-raster"), None).unwrap());
    assert!(names.lines().any(|line| line == "C1007"), "no name of it has English words:\n{names}");
}

/// The pictures of a job, without their heads, and what stands between them.
fn pictures(bytes: &[u8]) -> (Vec<(usize, usize)>, Vec<u8>) {
    let (mut sizes, mut rest, mut at) = (Vec::new(), Vec::new(), 0);
    while at < bytes.len() {
        if let [0x1D, b'v', b'0', 0, low, high, count, more, ..] = bytes[at..] {
            let size = (usize::from(low) + 256 * usize::from(high), usize::from(count) + 256 * usize::from(more));
            at += 8 + size.0 * size.1;
            sizes.push(size);
        } else {
            rest.push(bytes[at]);
            at += 1;
        }
    }
    (sizes, rest)
}

#[test]
fn a_drawn_ticket_is_pictures_that_fit_the_printer_and_a_cut() {
    let face = Typeface::installed().expect("fonts-noto-cjk is installed");
    let eighty = full().encode(&profile("escpos-80-raster"), Some(&face)).unwrap();
    let (sizes, rest) = pictures(&eighty);
    assert_eq!(rest, b"\x1b@\x1da\x0e\x1dVB\0", "init, automatic status, cut: no text, nothing else");
    assert!(sizes.iter().all(|(across, rows)| *across <= 72 && across * rows <= 4_000), "{sizes:?}");
    assert!(eighty.len() < 50_000, "{} bytes are {} s at 115200 baud", eighty.len(), eighty.len() / 11_520);
    let fifty_eight = full().encode(&profile("escpos-58-raster"), Some(&face)).unwrap();
    let (sizes, rest) = pictures(&fifty_eight);
    assert!(sizes.iter().all(|(across, _)| *across <= 48), "{sizes:?}");
    assert!(rest.windows(3).any(|code| code == b"\x1d(k"), "this one draws codes itself");
    let gone = Typeface { file: "/nowhere/font.ttc".into(), ..face };
    let without = full().encode(&profile("escpos-80-raster"), Some(&gone)).unwrap();
    assert_eq!(without, full().encode(&profile("escpos-80-raster"), None).unwrap(), "a font that went away");
}

/// The text of a job without its commands, decoded.
fn printed(bytes: &[u8]) -> String {
    let mut text = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let length = match &bytes[at..] {
            [0x1D, b'v', b'0', 0, low, high, rows, more, ..] => {
                let size = |low: &u8, high: &u8| usize::from(*low) + 256 * usize::from(*high);
                8 + size(low, high) * size(rows, more)
            }
            [0x1B, b'@', ..] | [0x1C, b'&', ..] => 2,
            [0x1B, ..] | [0x1D, b'!' | b'a', ..] => 3,
            [0x1D, b'V', ..] => 4,
            [0x1D, b'(', b'k', low, high, ..] => 5 + usize::from(*low) + 256 * usize::from(*high),
            [other, ..] => {
                assert!(*other == b'\n' || *other >= 0x20, "{other:02X} at {at} is no text");
                text.push(*other);
                1
            }
            [] => break,
        };
        at += length;
    }
    let (decoded, _, faulty) = encoding_rs::GB18030.decode(&text);
    assert!(!faulty, "not GB 18030: {decoded}");
    decoded.into_owned()
}

#[test]
fn a_ticket_says_everything() {
    let all = printed(&full().encode(&profile("escpos-80"), None).unwrap());
    for wanted in [
        "示范网点",
        "Demo branch",
        "A012",
        "现金业务",
        "Cash",
        "普通",
        "Regular",
        "2026-11-21 09:02",
        "前面等候 3 人",
        "People ahead of you: 3",
        "预计等候约 8 分钟，最多 15 分钟",
        "1、2、3 号窗口",
        "Counter 1, 2, 3",
        "过号请到咨询台",
        "请留意屏幕，注意听叫号",
        "身份证原件",
        "Your own phone",
        "扫码查看排队进度",
        "95588",
        "Hall-Guest / 88886666",
    ] {
        assert!(all.contains(wanted), "{wanted} is missing in\n{all}");
    }
    assert!(all.lines().any(|line| line == "A012"), "the number stands alone:\n{all}");
    assert!(!all.contains("COPY"));
    assert!(all.find("现金业务") < all.find("Cash"), "Chinese first");
}

#[test]
fn a_reprint_says_so_in_every_branch() {
    for languages in [&["zh-CN", "en"][..], &["en"], &["zh-HK"], &[]] {
        let languages = languages.iter().map(|tag| (*tag).to_owned()).collect();
        let paper = TicketPaper { copy: true, languages, ..full() };
        assert!(printed(&paper.encode(&profile("escpos-58"), None).unwrap()).contains("COPY"));
    }
    let copy = TicketPaper { copy: true, ..full() };
    assert!(printed(&copy.encode(&profile("escpos-58"), None).unwrap()).contains("补打 COPY"));
}

/// Sizes of `GS !` in the order of the job.
fn sizes(bytes: &[u8]) -> Vec<u8> {
    bytes.windows(3).filter(|window| window[..2] == [0x1D, b'!']).map(|window| window[2]).collect()
}

#[test]
fn the_number_is_the_largest_thing_and_fits_the_paper() {
    for (name, number, times) in
        [("escpos-80", "A012", 8), ("escpos-58", "A012", 8), ("escpos-58", "AB1234", 5), ("escpos-80", "AB1234", 8)]
    {
        let paper = TicketPaper { number: number.to_owned(), copy: true, ..full() };
        let found = sizes(&paper.encode(&profile(name), None).unwrap());
        let largest = (times - 1) * 0x11;
        assert_eq!(found.iter().max(), Some(&largest), "{name} {number}");
        assert_eq!(found.split(|size| *size == largest).count(), 2, "once");
        assert!(usize::from(times) * number.len() <= usize::from(profile(name).columns));
    }
}

#[test]
fn an_address_too_long_for_a_code_leaves_the_ticket_whole() {
    let paper = TicketPaper { track_url: Some("x".repeat(288)), ..full() };
    let bytes = paper.encode(&profile("escpos-58"), None).unwrap();
    assert!(!bytes.windows(3).any(|window| window == b"\x1D(k"));
    assert!(printed(&bytes).contains("95588"));
}

proptest! {
    /// Whatever stands in a name, no command reaches the printer but ours, and the ticket comes out.
    #[test]
    fn names_are_only_ever_text(name in any::<String>(), number in "[A-Z]{1,2}[0-9]{3,4}", wide in any::<bool>()) {
        let paper = TicketPaper {
            branch: text(&name, &name), service: text(&name, ""), lane: text("", &name), number,
            no_show_rule: text(&name, ""), papers: vec![text(&name, "")], hotline: Some(name.clone()),
            wifi: Some(name.clone()), issued: name.clone(), counters: vec![name], ..full()
        };
        let bytes = paper.encode(&profile(if wide { "escpos-80" } else { "escpos-58" }), None).unwrap();
        let all = printed(&bytes);
        prop_assert!(all.lines().any(|line| line == paper.number));
        prop_assert!(bytes.ends_with(&[0x1D, 0x56, 0x42, 0x00]));
    }
}
