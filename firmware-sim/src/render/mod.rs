//! A ticket as a picture: what the paper would look like at 203 dots an inch.

mod canvas;
mod font;

use std::io;

use qrcode::{Color, EcLevel, QrCode};

pub use canvas::Canvas;
pub use font::{Face, NoFont, Slot, face};

use crate::escpos::{Align, Cell, Item, Line, Paper, Qr, Raster};

/// White above and below, in dots.
const MARGIN: u32 = 16;
/// Longest picture in dots; two metres. What comes after is cut off.
const LONGEST: u32 = 16_000;

/// Draws `paper` at `width` dots: 384 on 58 mm, 576 on 80 mm.
///
/// # Errors
/// [`NoFont`] when no font with Chinese characters is installed.
pub fn draw(paper: &Paper, width: u32) -> Result<Canvas, NoFont> {
    let face = face()?;
    let pieces: Vec<Piece<'_>> = paper.items.iter().flat_map(|item| pieces(item, width)).collect();
    let height = pieces.iter().map(|piece| piece.height).fold(2 * MARGIN, u32::saturating_add).min(LONGEST);
    let mut canvas = Canvas::new(width, height);
    let mut y = MARGIN;
    for piece in &pieces {
        if y >= height {
            break;
        }
        piece.draw(&mut canvas, face, y);
        y = y.saturating_add(piece.height);
    }
    Ok(canvas)
}

/// The picture as a PNG file.
///
/// # Errors
/// What the encoder says; writing into memory gives it no reason.
pub fn to_png(canvas: &Canvas) -> io::Result<Vec<u8>> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, canvas.width(), canvas.height());
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: 8_000, yppu: 8_000, unit: png::Unit::Meter }));
    let mut writer = encoder.write_header().map_err(io::Error::other)?;
    writer.write_image_data(canvas.dots()).map_err(io::Error::other)?;
    writer.finish().map_err(io::Error::other)?;
    Ok(file)
}

/// Something with a height and a place across.
struct Piece<'a> {
    height: u32,
    x: u32,
    what: What<'a>,
}

enum What<'a> {
    Blank,
    Cells(Vec<(u32, &'a Cell)>),
    Code { modules: Vec<bool>, side: u32, module: u32 },
    Unreadable { side: u32 },
    Dots(&'a Raster),
}

/// One item as what stands below one another on paper; a long line is several.
fn pieces(item: &Item, width: u32) -> Vec<Piece<'_>> {
    match item {
        Item::Line(line) => wrap(line, width),
        Item::Feed(dots) => vec![Piece { height: (*dots).into(), x: 0, what: What::Blank }],
        Item::Qr(align, qr) => vec![code(*align, qr, width)],
        Item::Raster(align, raster) => {
            let across = raster.row_bytes.saturating_mul(8).saturating_mul(raster.scale.wide.into());
            let down = raster.rows.saturating_mul(raster.scale.high.into());
            let x = start(*align, u32::try_from(across).unwrap_or(u32::MAX), width);
            vec![Piece { height: u32::try_from(down).unwrap_or(u32::MAX), x, what: What::Dots(raster) }]
        }
    }
}

/// Breaks a line where the paper ends, as a printer does: in the middle of a word.
fn wrap(line: &Line, width: u32) -> Vec<Piece<'_>> {
    let mut rows: Vec<(Vec<(u32, &Cell)>, u32)> = vec![(Vec::new(), 0)];
    for cell in &line.cells {
        let Some((row, used)) = rows.last_mut() else {
            break;
        };
        let at = match cell.moved_to {
            Some(dots) => u32::from(dots),
            None if cell.c == '\t' => (*used / 96 + 1) * 96, // tab stops stand every eight characters of 12 dots
            None => *used,
        };
        let wide = if cell.c == '\t' { 0 } else { cell.width() };
        if at + wide > width && !row.is_empty() {
            rows.push((vec![(0, cell)], wide));
        } else {
            row.push((at, cell));
            *used = at + wide;
        }
    }
    let placed = rows.into_iter().map(|(cells, used)| {
        let tallest = cells.iter().map(|(_, cell)| cell.height()).max().unwrap_or(0);
        let height = tallest.max(line.spacing.into());
        Piece { height, x: start(line.align, used, width), what: What::Cells(cells) }
    });
    placed.collect()
}

/// The modules of a QR code. Model 1 and what does not fit become a crossed box: no phone reads them.
fn code(align: Align, qr: &Qr, width: u32) -> Piece<'static> {
    let level = match qr.correction {
        0 => EcLevel::L,
        1 => EcLevel::M,
        2 => EcLevel::Q,
        _ => EcLevel::H,
    };
    let module = u32::from(qr.module);
    let made = QrCode::with_error_correction_level(&qr.data, level).ok().filter(|_| qr.model == 2);
    let Some(made) = made else {
        let side = (29 * module).min(width);
        return Piece { height: side, x: start(align, side, width), what: What::Unreadable { side } };
    };
    let side = u32::try_from(made.width()).unwrap_or(177);
    let modules = made.into_colors().into_iter().map(|color| color == Color::Dark).collect();
    let x = start(align, side * module, width);
    Piece { height: side * module, x, what: What::Code { modules, side, module } }
}

fn start(align: Align, used: u32, width: u32) -> u32 {
    let left = width.saturating_sub(used);
    match align {
        Align::Left => 0,
        Align::Centre => left / 2,
        Align::Right => left,
    }
}

impl Piece<'_> {
    fn draw(&self, canvas: &mut Canvas, face: &Face, y: u32) {
        match &self.what {
            What::Blank => {}
            What::Cells(cells) => {
                for (x, cell) in cells {
                    self.draw_cell(canvas, face, self.x + x, y, cell);
                }
            }
            What::Code { modules, side, module } => {
                for (index, _) in modules.iter().enumerate().filter(|(_, dark)| **dark) {
                    let index = u32::try_from(index).unwrap_or(0);
                    canvas.fill(self.x + index % side * module, y + index / side * module, *module, *module);
                }
            }
            What::Unreadable { side } => {
                for step in 0..*side {
                    canvas.fill(self.x + step, y + step, 3, 3);
                    canvas.fill(self.x + step, (y + side).saturating_sub(step), 3, 3);
                }
            }
            What::Dots(raster) => draw_raster(canvas, raster, self.x, y),
        }
    }

    /// All characters of a line stand on one baseline, near the line's lower edge.
    fn draw_cell(&self, canvas: &mut Canvas, face: &Face, x: u32, y: u32, cell: &Cell) {
        let (width, height) = (cell.width(), cell.height());
        let base_width = width / u32::from(cell.style.scale.wide);
        let base_height = height / u32::from(cell.style.scale.high);
        let slot = Slot { x, y: y + self.height.saturating_sub(height), width, height, base_height, base_width };
        if cell.c != '\t' && cell.c != ' ' {
            face.draw(canvas, cell.c, slot, cell.style.bold);
        }
        if cell.style.underline {
            canvas.fill(x, slot.y + height.saturating_sub(2), width, 2);
        }
        if cell.style.invert {
            canvas.invert(x, slot.y, width, height);
        }
    }
}

fn draw_raster(canvas: &mut Canvas, raster: &Raster, x: u32, y: u32) {
    let (wide, high) = (u32::from(raster.scale.wide), u32::from(raster.scale.high));
    for (row, bytes) in (0_u32..LONGEST).zip(raster.data.chunks(raster.row_bytes.max(1))) {
        let columns = bytes.iter().flat_map(|byte| (0..8).map(move |bit| byte << bit & 0x80 != 0));
        for (column, _) in (0_u32..canvas.width()).zip(columns).filter(|(_, black)| *black) {
            canvas.fill(x + column * wide, y + row * high, wide, high);
        }
    }
}
