//! The installed font with Chinese characters that simulated tickets are drawn with.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use ab_glyph::{Font, FontVec, PxScale, point};

use super::canvas::Canvas;

/// Where Debian, Fedora, Arch and macOS's Homebrew put Noto Sans CJK.
const PLACES: [&str; 5] = [
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/local/share/fonts/NotoSansCJK-Regular.ttc",
];
/// Faces of that collection, best first: 7 is the fixed-width Simplified face, whose Latin letters are half as wide as
/// hanzi, as in a printer; 2 is the proportional one.
const FACES: [u32; 3] = [7, 2, 0];
/// The baseline's distance from the top of a cell, as a share of its height.
const BASELINE: f32 = 0.86;

/// No font with Chinese characters is installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no font with Chinese characters is installed, so tickets cannot be drawn; install the package fonts-noto-cjk")]
pub struct NoFont;

/// A loaded face.
#[derive(Debug)]
pub struct Face {
    font: FontVec,
}

/// Box of one character on the canvas, in dots.
#[derive(Debug, Clone, Copy)]
pub struct Slot {
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Width of the character's cell.
    pub width: u32,
    /// Height of the character's cell.
    pub height: u32,
    /// Dots that an unscaled cell of this font is high: 24, or 17 in font B.
    pub base_height: u32,
    /// Dots that an unscaled cell is wide: 24 for hanzi, else 12 or 9.
    pub base_width: u32,
}

/// The face, loaded at its first use and kept.
///
/// # Errors
/// [`NoFont`] when none of the usual places has one.
pub fn face() -> Result<&'static Face, NoFont> {
    static FACE: OnceLock<Option<Face>> = OnceLock::new();
    FACE.get_or_init(|| PLACES.iter().map(PathBuf::from).find_map(|place| load(&place))).as_ref().ok_or(NoFont)
}

fn load(file: &Path) -> Option<Face> {
    let data = std::fs::read(file).ok()?;
    let face = FACES.into_iter().find_map(|index| FontVec::try_from_vec_and_index(data.clone(), index).ok());
    if face.is_none() {
        tracing::warn!(file = %file.display(), "this file is no font");
    }
    face.map(|font| Face { font })
}

impl Face {
    /// Draws `c` into its slot; what stands out is cut off.
    #[allow(clippy::cast_precision_loss)] // dots of a ticket fit in an f32
    pub fn draw(&self, canvas: &mut Canvas, c: char, slot: Slot, bold: bool) {
        let em = self.font.units_per_em().unwrap_or(1000.0);
        let base = slot.base_height as f32;
        // ab_glyph scales by the height of the face, printers by the em.
        let per_em = self.font.height_unscaled() / em;
        let id = self.font.glyph_id(c);
        let advance = self.font.h_advance_unscaled(id) / em * base;
        let squeeze = if advance > 0.0 { (slot.base_width as f32 / advance).min(1.0) } else { 1.0 };
        let (wide, high) = (slot.width as f32 / slot.base_width as f32, slot.height as f32 / base);
        let scale = PxScale { x: base * per_em * squeeze * wide, y: base * per_em * high };
        let slack = (slot.base_width as f32 - advance * squeeze) / 2.0 * wide;
        let origin = point(slot.x as f32 + slack, slot.y as f32 + BASELINE * slot.height as f32);
        let Some(outline) = self.font.outline_glyph(id.with_scale_and_position(scale, origin)) else {
            return;
        };
        let corner = outline.px_bounds().min;
        #[allow(clippy::cast_possible_truncation)] // whole dots of a ticket
        let (left, top) = (corner.x as i64, corner.y as i64);
        let strokes = if bold { 1 + slot.width / 24 } else { 0 };
        outline.draw(|x, y, ink| {
            for shift in 0..=strokes {
                canvas.ink(left + i64::from(x + shift), top + i64::from(y), ink);
            }
        });
    }
}
