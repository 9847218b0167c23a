//! An independent decoder (npm `npos`) reads our tickets: number, Chinese lines, QR payload. Needs Node; its packages
//! come by `npm ci` in `tests/npos` when they are not there yet.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use lobby::config::Text;
use lobby::devices::printer::{Profile, TicketPaper, Typeface, WaitRange};
use serde::Deserialize;
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// What `decode.cjs` found.
#[derive(Debug, Deserialize)]
struct Decoded {
    text: String,
    qr: Vec<String>,
    commands: Vec<String>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("npos")
}

/// A search path with Node first where it is known: `NS_NODE_DIR`, then where `cargo xtask` puts it, then `PATH`.
fn search_path() -> OsString {
    let named = std::env::var_os("NS_NODE_DIR").map(PathBuf::from);
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tools/node/bin");
    let rest = std::env::var_os("PATH").unwrap_or_default();
    let first = named.into_iter().flat_map(|named| [named.join("bin"), named]).chain([ours]);
    std::env::join_paths(first.chain(std::env::split_paths(&rest))).unwrap()
}

/// A program found on the search path.
fn program(name: &str) -> Command {
    let path = search_path();
    let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
    let file = found.unwrap_or_else(|| panic!("{name} is not installed: run `cargo xtask test`, which brings it"));
    let mut command = Command::new(file);
    command.current_dir(folder()).env("PATH", path);
    command
}

/// Brings the packages, once.
fn packages() {
    static BROUGHT: OnceLock<()> = OnceLock::new();
    BROUGHT.get_or_init(|| {
        if folder().join("node_modules/npos/package.json").is_file() {
            return;
        }
        let output = program("npm").args(["ci", "--no-audit", "--no-fund"]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "npm ci in tests/npos failed: {said}");
    });
}

fn decode(bytes: &[u8]) -> Decoded {
    packages();
    let mut child = program("node")
        .arg("decode.cjs")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "npos: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn text(chinese: &str, english: &str) -> Text {
    Text::from([("zh-CN".to_owned(), chinese.to_owned()), ("en".to_owned(), english.to_owned())])
}

const QR: &str = "https://queue.example/t/3Zb0xLQ9s1K7mW2e";

fn paper() -> TicketPaper {
    TicketPaper {
        branch: text("重庆银行江北支行（示范）", "Jiangbei branch"),
        number: "B1007".to_owned(),
        service: text("开户与账户", "Accounts"),
        lane: text("优先（爱心）", "Priority"),
        issued: "2026-11-21 09:02".to_owned(),
        ahead: Some(12),
        wait: Some(WaitRange { about_min: 20, up_to_min: 35 }),
        counters: vec!["3".to_owned(), "12".to_owned()],
        no_show_rule: text("过号可在咨询台恢复一次", "A missed call can be restored once"),
        papers: vec![text("身份证原件", "Identity card (original)")],
        track_url: Some(QR.to_owned()),
        hotline: Some("95588".to_owned()),
        wifi: None,
        languages: vec!["zh-CN".to_owned(), "en".to_owned()],
        copy: true,
    }
}

#[test]
fn an_independent_decoder_reads_number_chinese_lines_and_code() {
    for profile in [
        "escpos-80",
        "escpos-58",
        "escpos-80-silent",
        "escpos-58-silent",
        "escpos-80-half",
        "escpos-58-half",
        "escpos-80-presenter",
    ] {
        let model = Profile::load(profile, Path::new("")).unwrap();
        let bytes = paper().encode(&model, None).unwrap();
        // The bytes of a presenter are its model's own, which no decoder knows; they stand after the cut.
        let found = decode(bytes.strip_suffix(model.present.as_slice()).expect("handed out at the end"));
        let lines: Vec<&str> = found.text.lines().collect();
        assert_eq!(lines.iter().filter(|line| **line == "B1007").count(), 1, "{profile}: {lines:#?}");
        for wanted in ["补打 COPY", "开户与账户", "过号可在咨询台恢复一次"] {
            assert!(lines.contains(&wanted), "{profile} lacks {wanted}: {lines:#?}");
        }
        for wanted in [
            "重庆银行江北支行（示范）",
            "优先（爱心）",
            "前面等候 12 人",
            "预计等候约 20 分钟，最多 35 分钟",
            "3、12 号窗口",
        ] {
            assert!(found.text.contains(wanted), "{profile} lacks {wanted}: {lines:#?}");
        }
        assert_eq!(found.qr, [QR], "{profile}");
        assert_eq!(found.commands.first().map(String::as_str), Some("ESC@"));
        assert_eq!(found.commands.get(1).map(String::as_str), Some("FS&"), "Chinese mode after the init");
        assert_eq!(found.commands.last().map(String::as_str), Some("GSV"), "{profile}: the cut is last");
    }
}

#[test]
fn an_independent_decoder_finds_pictures_and_code_on_drawn_tickets() {
    let face = Typeface::installed().expect("fonts-noto-cjk is installed");
    for (profile, codes) in [("escpos-80-raster", &[][..]), ("escpos-58-raster", &[QR][..])] {
        let bytes = paper().encode(&Profile::load(profile, Path::new("")).unwrap(), Some(&face)).unwrap();
        let found = decode(&bytes);
        assert_eq!(found.text.trim(), "", "{profile}: all of it is drawn");
        assert_eq!(found.qr, codes, "{profile}");
        assert!(found.commands.iter().filter(|command| *command == "GSv0").count() > 10, "{:?}", found.commands);
        assert_eq!(found.commands.last().map(String::as_str), Some("GSV"), "{profile}: the cut is last");
    }
}

#[test]
fn names_with_commands_in_them_stay_text_for_the_decoder_too() {
    let branch = text("示范\u{1d}V\u{0}网点\u{1b}@", "x\u{10}\u{4}\u{1}y");
    let bytes =
        TicketPaper { branch, ..paper() }.encode(&Profile::load("escpos-80", Path::new("")).unwrap(), None).unwrap();
    let found = decode(&bytes);
    assert!(found.text.contains("示范V网点@ / xy"), "{}", found.text);
    assert_eq!(found.commands.iter().filter(|command| *command == "GSV").count(), 1, "one cut");
    assert_eq!(found.commands.iter().filter(|command| *command == "ESC@").count(), 1, "one init");
}
