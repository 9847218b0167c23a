//! Tickets as pictures. Needs fonts-noto-cjk.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use firmware_sim::escpos::{Paper, decode};
use firmware_sim::render::{Canvas, draw, to_png};
use support::golden;

fn picture(paper: &Paper, width: u32) -> Canvas {
    draw(paper, width).unwrap_or_else(|error| panic!("{error}"))
}

/// Share of black dots in a box, per mille.
fn black(canvas: &Canvas, (left, top, right, bottom): (u32, u32, u32, u32)) -> usize {
    let (mut dark, mut all) = (0, 0);
    for row in canvas.dots().chunks(canvas.width() as usize).take(bottom as usize).skip(top as usize) {
        let part = &row[left as usize..right as usize];
        dark += part.iter().filter(|dot| **dot < 128).count();
        all += part.len();
    }
    dark * 1000 / all.max(1)
}

fn whole(canvas: &Canvas) -> (u32, u32, u32, u32) {
    (0, 0, canvas.width(), canvas.height())
}

#[test]
fn a_ticket_is_drawn_as_wide_as_its_paper() {
    let paper = &decode(&golden("job-python-escpos.hex"))[0];
    for width in [384, 576] {
        let canvas = picture(paper, width);
        assert_eq!(canvas.width(), width);
        assert!((700..850).contains(&canvas.height()), "{}", canvas.height());
        let share = black(&canvas, whole(&canvas));
        assert!((30..300).contains(&share), "{share} per mille black at {width} dots");
    }
}

#[test]
fn the_file_is_a_png_of_those_dots() {
    let canvas = picture(&decode(b"A012\n")[0], 384);
    let file = to_png(&canvas).unwrap();
    let mut reader = png::Decoder::new(std::io::Cursor::new(&file)).read_info().unwrap();
    let mut dots = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut dots).unwrap();
    assert_eq!((frame.width, frame.height, frame.color_type), (384, canvas.height(), png::ColorType::Grayscale));
    assert_eq!(dots, canvas.dots());
}

#[test]
fn hanzi_have_ink_and_look_different() {
    let one = picture(&decode(b"\x1c&\xd2\xbb\n")[0], 384); // 一
    let bank = picture(&decode(b"\x1c&\xd2\xf8\n")[0], 384); // 银
    let cell = (0, 16, 24, 46);
    assert!(black(&one, cell) > 20);
    assert!(black(&bank, cell) > 2 * black(&one, cell), "银 has far more strokes than 一");
}

#[test]
fn alignment_and_size_show() {
    let left = picture(&decode(b"A\n")[0], 384);
    let right = picture(&decode(b"\x1ba\x02A\n")[0], 384);
    assert!(black(&left, (0, 0, 192, left.height())) > 0 && black(&left, (192, 0, 384, left.height())) == 0);
    assert!(black(&right, (0, 0, 192, right.height())) == 0 && black(&right, (192, 0, 384, right.height())) > 0);
    let large = picture(&decode(b"\x1d!\x77A\n")[0], 384);
    assert_eq!(large.height() - left.height(), 8 * 24 - 30);
}

#[test]
fn long_lines_wrap_at_the_edge() {
    let paper = &decode(format!("{}\n", "0123456789".repeat(4)).as_bytes())[0]; // 40 × 12 dots
    assert_eq!(picture(paper, 384).height() - picture(paper, 576).height(), 30);
    assert_eq!(paper.text_lines().len(), 1, "as text it stays one line");
}

#[test]
fn a_raster_is_drawn_dot_for_dot() {
    let canvas = picture(&decode(b"\x1dv0\x00\x02\x00\x02\x00\xff\x00\x0f\xf0")[0], 384);
    let row = |y: usize| &canvas.dots()[y * 384..y * 384 + 16];
    assert_eq!(row(16), [[0; 8], [255; 8]].concat());
    assert_eq!(row(17), [[255; 4], [0; 4], [0; 4], [255; 4]].concat());
    let twice = picture(&decode(b"\x1dv0\x03\x02\x00\x02\x00\xff\x00\x0f\xf0")[0], 384);
    assert_eq!(twice.height() - canvas.height(), 2);
    assert_eq!(twice.dots()[16 * 384..16 * 384 + 32], [[0; 16], [255; 16]].concat());
}

#[test]
fn qr_of_model_1_is_crossed_out() {
    let qr = |model: u8| {
        let job = [b"\x1d(k\x04\x001A", &[model, 0][..], b"\x1d(k\x06\x001P0abc\x1d(k\x03\x001Q0"].concat();
        picture(&decode(&job)[0], 384)
    };
    let (useless, good) = (qr(b'1'), qr(b'2'));
    // A finder pattern stands in the corner of the readable one: seven black modules of three dots.
    assert!(good.dots()[16 * 384..16 * 384 + 21].iter().all(|dot| *dot == 0));
    assert!(useless.dots()[16 * 384..16 * 384 + 21].contains(&255));
}
