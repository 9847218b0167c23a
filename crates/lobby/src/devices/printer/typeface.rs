//! The installed font with Chinese characters that tickets are drawn with, for printers that have none.

use super::raster::Bitmap;
use ab_glyph::{Font, FontRef, FontVec, PxScale, point};
use fontdb::{Database, FaceInfo, Source, Style, Weight};
use std::path::{Path, PathBuf};

/// What to do where no font has Chinese characters.
pub const NO_FONT: &str =
    "no font with Chinese characters is installed, so tickets come out in English; run `apt install fonts-noto-cjk`";

/// Folders of fonts. Source: Filesystem Hierarchy Standard, and what Debian's fontconfig reads.
const FOLDERS: [&str; 2] = ["/usr/share/fonts", "/usr/local/share/fonts"];
/// What a font must have to be one for tickets.
const NEEDED: &str = "号补请银營";
/// Families from best to worst; half-width Latin letters, as printers have them, come first. Others come after these.
const FAMILIES: [&str; 6] = [
    "Noto Sans Mono CJK SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Zen Hei Mono",
    "WenQuanYi Micro Hei",
    "Droid Sans Fallback",
];
/// The baseline's distance from the top of a character's cell, as a share of its height.
const BASELINE: f32 = 0.86;
/// Ink from which a dot is black.
const BLACK: f32 = 0.45;

/// A font on this machine with Chinese characters. Only its place: the file has some 20 MB and is opened for each ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typeface {
    /// Its file.
    pub file: PathBuf,
    /// Its place in a collection.
    pub index: u32,
    /// Its family, such as `Noto Sans CJK SC`.
    pub family: String,
}

impl Typeface {
    /// The best one that is installed. Reads the names of all fonts: some tenths of a second.
    pub fn installed() -> Option<Typeface> {
        Typeface::under(FOLDERS.map(Path::new))
    }

    /// The best one in these folders.
    pub fn under<'a>(folders: impl IntoIterator<Item = &'a Path>) -> Option<Typeface> {
        let mut known = Database::new();
        folders.into_iter().for_each(|folder| known.load_fonts_dir(folder));
        let mut faces: Vec<&FaceInfo> = known.faces().filter(|face| face.style == Style::Normal).collect();
        faces.sort_by_cached_key(|face| rank(face));
        faces.into_iter().find_map(|face| {
            let whole = |data: &[u8], index| {
                let font = FontRef::try_from_slice_and_index(data, index).ok()?;
                NEEDED.chars().all(|c| font.glyph_id(c).0 != 0).then_some(())
            };
            known.with_face_data(face.id, whole)??;
            let (Source::File(file) | Source::SharedFile(file, _)) = &face.source else { return None };
            Some(Typeface { file: file.clone(), index: face.index, family: family(face).to_owned() })
        })
    }

    /// Opens it.
    pub(super) fn open(&self) -> std::io::Result<Pen> {
        let data = std::fs::read(&self.file)?;
        let font = FontVec::try_from_vec_and_index(data, self.index).map_err(std::io::Error::other)?;
        Ok(Pen { font })
    }
}

fn family(face: &FaceInfo) -> &str {
    face.families.first().map_or("", |(name, _)| name)
}

/// Known families first, then ordinary weight, then by name, so that one machine always chooses the same.
fn rank(face: &FaceInfo) -> (usize, u16, String, u32) {
    let known = FAMILIES.iter().position(|known| face.families.iter().any(|(name, _)| name == known));
    let weight = face.weight.0.abs_diff(Weight::NORMAL.0);
    (known.unwrap_or(FAMILIES.len()), weight, face.post_script_name.clone(), face.index)
}

/// An open font.
pub(super) struct Pen {
    font: FontVec,
}

/// Where a character goes, in dots.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    /// Left edge.
    pub(super) x: usize,
    /// Upper edge.
    pub(super) y: usize,
    /// Width.
    pub(super) width: usize,
    /// Height; the em of the font.
    pub(super) height: usize,
    /// Heavier strokes.
    pub(super) bold: bool,
}

impl Pen {
    /// Draws a character into its slot; what is too wide is squeezed.
    #[allow(clippy::cast_precision_loss)] // dots of a ticket fit in an f32
    pub(super) fn draw(&self, picture: &mut Bitmap, c: char, slot: Slot) {
        let em = self.font.units_per_em().unwrap_or(1_000.0);
        let (width, height) = (slot.width as f32, slot.height as f32);
        // ab_glyph scales by the height of the face, printers by the em.
        let per_em = self.font.height_unscaled() / em;
        let id = self.font.glyph_id(c);
        let advance = self.font.h_advance_unscaled(id) / em * height;
        let squeeze = if advance > 0.0 { (width / advance).min(1.0) } else { 1.0 };
        let scale = PxScale { x: height * per_em * squeeze, y: height * per_em };
        let slack = (width - advance * squeeze) / 2.0;
        let origin = point(slot.x as f32 + slack, slot.y as f32 + BASELINE * height);
        let Some(outline) = self.font.outline_glyph(id.with_scale_and_position(scale, origin)) else { return };
        let corner = outline.px_bounds().min;
        let strokes = if slot.bold { 1 + slot.width / 24 } else { 0 };
        outline.draw(|x, y, ink| {
            if ink < BLACK {
                return;
            }
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // whole dots, none left of the paper
            let (x, y) =
                ((corner.x as i64 + i64::from(x)).max(0) as usize, (corner.y as i64 + i64::from(y)).max(0) as usize);
            (0..=strokes).for_each(|shift| picture.ink(x + shift, y));
        });
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn a_machine_without_chinese_fonts_has_none() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("notes.ttf"), "no font").unwrap();
        assert_eq!(Typeface::under([folder.path()]), None);
    }

    #[test]
    fn an_installed_font_writes_hanzi() {
        let face = Typeface::installed().expect("fonts-noto-cjk is installed");
        assert!(face.family.contains("CJK"), "{face:?}");
        let pen = face.open().unwrap();
        let black = |c| {
            let mut picture = Bitmap::new(24, 30);
            pen.draw(&mut picture, c, Slot { x: 0, y: 0, width: 24, height: 24, bold: false });
            picture.commands().iter().map(|byte| byte.count_ones()).sum::<u32>()
        };
        assert!(black('银') > black('一'), "more strokes, more ink");
    }
}
