//! How long each command is: the whole art of skipping safely what is not understood.

/// What the first bytes of a command say about its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    /// Too few bytes to tell.
    More,
    /// So many bytes in all.
    Exactly(usize),
    /// Up to and with the next NUL at or after this offset.
    UntilNul(usize),
    /// Not a command we know.
    Unknown,
}

use Length::{Exactly, More, UntilNul};

/// Length of the command that `bytes` (not empty, beginning with DLE, ESC, FS or GS) begins.
pub(super) fn of(bytes: &[u8]) -> Length {
    let Some(code) = bytes.get(1) else {
        return More;
    };
    match bytes[0] {
        0x10 => dle(*code, bytes),
        0x1B => esc(*code, bytes),
        0x1C => fs(*code, bytes),
        0x1D => gs(*code, bytes),
        _ => Length::Unknown,
    }
}

fn dle(code: u8, bytes: &[u8]) -> Length {
    match (code, bytes.get(2)) {
        (0x04 | 0x05 | 0x14, None) => More,
        (0x04, Some(7 | 8 | 18)) => Exactly(4),
        (0x04 | 0x05, Some(_)) => Exactly(3),
        (0x14, Some(8)) => Exactly(10),
        (0x14, Some(_)) => Exactly(5),
        _ => Length::Unknown,
    }
}

fn esc(code: u8, bytes: &[u8]) -> Length {
    match code {
        b'@' | b'2' | b'L' | b'S' | b'i' | b'm' | b'v' | b'<' | 0x0C => Exactly(2),
        b' ' | b'!' | b'%' | b'-' | b'3' | b'=' | b'?' | b'E' | b'G' | b'J' | b'K' | b'M' | b'R' | b'T' | b'U'
        | b'V' | b'a' | b'd' | b'e' | b'r' | b't' | b'u' | b'{' => Exactly(3),
        b'$' | b'\\' | b'c' | b'B' => Exactly(4),
        b'p' => Exactly(5),
        b'W' => Exactly(10),
        b'D' => UntilNul(2),
        b'(' => counted(bytes, 3, 5),
        b'*' => match (bytes.get(2), le16(bytes, 3)) {
            (Some(mode), Some(columns)) => Exactly(5 + columns * if *mode >= 32 { 3 } else { 1 }),
            _ => More,
        },
        b'&' => defined_characters(bytes),
        _ => Length::Unknown,
    }
}

/// `ESC & y c1 c2 [x d…]…`: for each character its width and `y × x` bytes.
fn defined_characters(bytes: &[u8]) -> Length {
    let (Some(y), Some(first), Some(last)) = (bytes.get(2), bytes.get(3), bytes.get(4)) else {
        return More;
    };
    let mut at = 5;
    for _ in *first..=*last {
        let Some(x) = bytes.get(at) else { return More };
        at += 1 + usize::from(*y) * usize::from(*x);
    }
    Exactly(at)
}

fn fs(code: u8, bytes: &[u8]) -> Length {
    match code {
        b'&' | b'.' => Exactly(2),
        b'!' | b'-' | b'C' | b'W' => Exactly(3),
        b'S' | b'p' | b'?' => Exactly(4),
        b'2' => Exactly(76), // two code bytes and a 24 × 24 picture
        b'(' => counted(bytes, 3, 5),
        b'q' => stored_pictures(bytes),
        _ => Length::Unknown,
    }
}

/// `FS q n [xL xH yL yH d…]…`: pictures of `8x × 8y` dots.
fn stored_pictures(bytes: &[u8]) -> Length {
    let Some(count) = bytes.get(2) else {
        return More;
    };
    let mut at = 3;
    for _ in 0..*count {
        let (Some(x), Some(y)) = (le16(bytes, at), le16(bytes, at + 2)) else {
            return More;
        };
        at += 4 + x * y * 8;
    }
    Exactly(at)
}

fn gs(code: u8, bytes: &[u8]) -> Length {
    match code {
        b':' => Exactly(2),
        b'!' | b'/' | b'B' | b'E' | b'H' | b'I' | b'T' | b'a' | b'b' | b'f' | b'h' | b'j' | b'r' | b'w' => Exactly(3),
        b'$' | b'L' | b'P' | b'W' | b'\\' => Exactly(4),
        b'^' | b'z' => Exactly(5),
        b'g' => Exactly(6),
        b'(' => counted(bytes, 3, 5),
        b'*' => match (bytes.get(2), bytes.get(3)) {
            (Some(x), Some(y)) => Exactly(4 + usize::from(*x) * usize::from(*y) * 8),
            _ => More,
        },
        b'8' => match (le16(bytes, 3), le16(bytes, 5)) {
            (Some(low), Some(high)) => Exactly(7 + low + (high << 16)),
            _ => More,
        },
        b'V' => match bytes.get(2) {
            None => More,
            Some(0 | 1 | b'0' | b'1') => Exactly(3),
            Some(_) => Exactly(4),
        },
        b'k' => match (bytes.get(2), bytes.get(3)) {
            (None, _) | (Some(65..), None) => More,
            (Some(65..), Some(count)) => Exactly(4 + usize::from(*count)),
            (Some(_), _) => UntilNul(3),
        },
        b'v' | b'Q' => match (le16(bytes, 4), le16(bytes, 6)) {
            (Some(row), Some(rows)) => Exactly(8 + row * rows),
            _ => More,
        },
        _ => Length::Unknown,
    }
}

/// A command that carries its own count, two bytes at `at`, of what follows from `from`.
fn counted(bytes: &[u8], at: usize, from: usize) -> Length {
    le16(bytes, at).map_or(More, |count| Exactly(from + count))
}

/// Two bytes, the lower first.
pub(super) fn le16(bytes: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(*bytes.get(at)?) | usize::from(*bytes.get(at + 1)?) << 8)
}
