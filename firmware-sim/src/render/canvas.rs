//! White paper that takes ink.

/// A strip of paper, one byte a dot, 255 white and 0 black.
#[derive(Debug, Clone)]
pub struct Canvas {
    width: u32,
    dots: Vec<u8>,
}

impl Canvas {
    /// White paper.
    pub fn new(width: u32, height: u32) -> Self {
        Self { width, dots: vec![255; (width as usize).saturating_mul(height as usize)] }
    }

    /// Dots across.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Dots from top to bottom.
    pub fn height(&self) -> u32 {
        u32::try_from(self.dots.len() / self.width.max(1) as usize).unwrap_or(u32::MAX)
    }

    /// Rows of grey values.
    pub fn dots(&self) -> &[u8] {
        &self.dots
    }

    /// Darkens one dot; 0 does nothing, 1 makes it black. Outside the paper nothing happens.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // between 0 and 255
    pub fn ink(&mut self, x: i64, y: i64, ink: f32) {
        if let Some(dot) = self.dot(x, y) {
            *dot = (*dot).min((255.0 * (1.0 - ink.clamp(0.0, 1.0))) as u8);
        }
    }

    /// Blackens a rectangle.
    pub fn fill(&mut self, x: u32, y: u32, width: u32, height: u32) {
        self.each(x, y, width, height, |dot| *dot = 0);
    }

    /// Turns black into white and back.
    pub fn invert(&mut self, x: u32, y: u32, width: u32, height: u32) {
        self.each(x, y, width, height, |dot| *dot = 255 - *dot);
    }

    fn each(&mut self, x: u32, y: u32, width: u32, height: u32, change: impl Fn(&mut u8)) {
        for row in y..y.saturating_add(height) {
            for column in x..x.saturating_add(width) {
                if let Some(dot) = self.dot(column.into(), row.into()) {
                    change(dot);
                }
            }
        }
    }

    fn dot(&mut self, x: i64, y: i64) -> Option<&mut u8> {
        let (x, y) = (usize::try_from(x).ok()?, usize::try_from(y).ok()?);
        let width = self.width as usize;
        if x < width { self.dots.get_mut(y.checked_mul(width)? + x) } else { None }
    }
}
