//! Drawn tickets as the paper would look at 203 dots an inch: the same as from a printer with a Chinese font, and with a
//! code that a phone reads. Needs fonts-noto-cjk.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use firmware_sim::escpos::{Item, Paper, decode};
use firmware_sim::render::{Canvas, draw};
use lobby::config::Text;
use lobby::devices::printer::{Profile, TicketPaper, Typeface, WaitRange};
use std::path::Path;

const TRACK: &str = "https://queue.example/t/3Zb0xLQ9s1K7mW2e";

fn text(chinese: &str, english: &str) -> Text {
    Text::from([("zh-CN".to_owned(), chinese.to_owned()), ("en".to_owned(), english.to_owned())])
}

fn ticket(number: &str) -> TicketPaper {
    TicketPaper {
        branch: text("重庆银行江北支行（示范）", "Jiangbei branch"),
        number: number.to_owned(),
        service: text("开户与账户", "Accounts"),
        lane: text("优先（爱心）", "Priority"),
        issued: "2026-11-21 09:02".to_owned(),
        ahead: Some(12),
        wait: Some(WaitRange { about_min: 20, up_to_min: 35 }),
        counters: vec!["3".to_owned(), "12".to_owned()],
        no_show_rule: text("过号可在咨询台恢复一次", "A missed call can be restored once"),
        papers: vec![text("身份证原件", "Identity card (original)")],
        track_url: Some(TRACK.to_owned()),
        hotline: Some("95588".to_owned()),
        languages: vec!["zh-CN".to_owned(), "en".to_owned()],
        copy: true,
        ..TicketPaper::default()
    }
}

fn printed(number: &str, name: &str) -> (Paper, Canvas) {
    let profile = Profile::load(name, Path::new("")).unwrap();
    let face = Typeface::installed().expect("fonts-noto-cjk is installed");
    let papers = decode(&ticket(number).encode(&profile, Some(&face)).unwrap());
    assert_eq!((papers.len(), papers[0].unknown), (1, 0), "one piece of paper, every command understood");
    let canvas = draw(&papers[0], u32::from(profile.dots)).unwrap();
    (papers[0].clone(), canvas)
}

/// Rows of the picture, true for black dots.
fn rows(canvas: &Canvas) -> Vec<Vec<bool>> {
    canvas.dots().chunks(canvas.width() as usize).map(|row| row.iter().map(|dot| *dot < 128).collect()).collect()
}

/// The rows of the tallest thing: runs of rows with ink in them, white rows between. Codes are taller, and are told apart by
/// where they stand: in the lower half.
fn tallest(rows: &[Vec<bool>]) -> Vec<Vec<bool>> {
    let inked = |row: &Vec<bool>| row.contains(&true);
    let upper = &rows[..rows.len() / 2];
    let runs = upper.split(|row| !inked(row));
    runs.max_by_key(|run| run.len()).unwrap().to_vec()
}

/// Columns and rows without the white around them.
fn trimmed(rows: &[Vec<bool>]) -> Vec<Vec<bool>> {
    let columns = || rows.iter().flat_map(|row| row.iter().enumerate().filter(|(_, black)| **black).map(|(x, _)| x));
    let (left, right) = (columns().min().unwrap(), columns().max().unwrap());
    rows.iter().map(|row| row[left..=right].to_vec()).collect()
}

#[test]
fn the_number_is_the_largest_thing_and_the_same_as_from_a_printers_own_font() {
    for (drawn, written) in [("escpos-80-raster", "escpos-80"), ("escpos-58-raster", "escpos-58")] {
        let ours = trimmed(&tallest(&rows(&printed("B107", drawn).1)));
        let theirs = trimmed(&tallest(&rows(&printed("B107", written).1)));
        assert!(ours.len() > 120, "{drawn}: {} dots high, that is {} mm", ours.len(), ours.len() / 8);
        let (high, wide) = (ours.len().min(theirs.len()), ours[0].len().min(theirs[0].len()));
        assert!(ours.len().abs_diff(theirs.len()) <= 3 && ours[0].len().abs_diff(theirs[0].len()) <= 3, "same size");
        let all = (0..high).flat_map(|y| (0..wide).map(move |x| (x, y)));
        let (mut both, mut any) = (0_u32, 0_u32);
        for (x, y) in all {
            both += u32::from(ours[y][x] && theirs[y][x]);
            any += u32::from(ours[y][x] || theirs[y][x]);
        }
        assert!(both * 100 > any * 90, "{drawn}: {both} of {any} dots agree");
        let other = trimmed(&tallest(&rows(&printed("B108", drawn).1)));
        assert_ne!(ours, other, "another number looks different");
    }
}

#[test]
fn a_phone_reads_the_code_of_a_drawn_ticket() {
    for profile in ["escpos-80-raster", "escpos-58-raster"] {
        let (paper, canvas) = printed("B107", profile);
        let width = canvas.width() as usize;
        let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width, canvas.height() as usize, |x, y| {
            canvas.dots()[y * width + x]
        });
        let found: Vec<String> = picture.detect_grids().iter().map(|grid| grid.decode().unwrap().1).collect();
        assert_eq!(found, [TRACK], "{profile}");
        assert!(paper.text_lines().is_empty(), "nothing of it is text");
        let pictures = paper.items.iter().filter(|item| matches!(item, Item::Raster(..))).count();
        assert!(pictures > 10, "{pictures} pictures");
    }
}
