//! Frames of profile `callbox-ff68`: `FF 68 L L 68 addr func data… CS 16`.
//!
//! `L` counts the bytes from the address to the end of the data and stands twice; `CS` is their sum modulo 256. Source:
//! manuals of boxes found in the field (HARDWARE §1). Known installations never check `CS`; this end does.

use std::time::Duration;

/// First bytes of a frame.
const HEAD: [u8; 2] = [0xFF, 0x68];
/// Stands again after the lengths.
const START: u8 = 0x68;
/// Last byte of a frame.
const END: u8 = 0x16;
/// Bytes around address, function and data: head, lengths, start; checksum, end.
const AROUND: usize = 7;
/// Bytes before the address.
const BEFORE: usize = 5;
/// Longest L that is believed. The longest that is used is 8 (the display); a box may have more to say.
pub const LONGEST: usize = 32;
/// Silence after which half a frame is given up: a character at 9600 baud takes 1 ms, a USB adapter holds bytes back
/// for 16 ms. Without it a damaged length would swallow the presses that come after it.
const PATIENCE: Duration = Duration::from_millis(60);

/// One frame, either direction. The address is that of the box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Address of the box.
    pub address: u8,
    /// What it is about.
    pub function: u8,
    /// At most [`LONGEST`] − 2 bytes; more are cut when it is encoded.
    pub data: Vec<u8>,
}

/// Why bytes are no frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Head, lengths, start or end are not where they belong.
    #[error("this is no FF68 frame")]
    Form,
    /// The sum is wrong.
    #[error("wrong checksum")]
    Checksum,
}

impl Frame {
    /// A frame.
    pub fn new(address: u8, function: u8, data: &[u8]) -> Self {
        Self { address, function, data: data.to_vec() }
    }

    /// The bytes for the wire.
    pub fn encode(&self) -> Vec<u8> {
        let data = &self.data[..self.data.len().min(LONGEST - 2)];
        let body = [&[self.address, self.function], data].concat();
        let length = u8::try_from(body.len()).unwrap_or(u8::MAX); // LONGEST is far below
        let mut bytes = vec![HEAD[0], HEAD[1], length, length, START];
        bytes.extend(&body);
        bytes.extend([sum(&body), END]);
        bytes
    }

    /// Reads exactly one frame.
    ///
    /// # Errors
    /// [`FrameError`] when the bytes are anything else.
    pub fn decode(bytes: &[u8]) -> Result<Self, FrameError> {
        let Some(Extent::Whole(length)) = extent(bytes) else { return Err(FrameError::Form) };
        if bytes.len() != length || bytes.last() != Some(&END) {
            return Err(FrameError::Form);
        }
        let (body, tail) = bytes[BEFORE..].split_at(length - AROUND);
        if tail.first() != Some(&sum(body)) {
            return Err(FrameError::Checksum);
        }
        Ok(Self { address: body[0], function: body[1], data: body[2..].to_vec() })
    }

    /// Time-independent length on the wire, in bytes.
    pub fn wire_len(&self) -> usize {
        AROUND + 2 + self.data.len().min(LONGEST - 2)
    }
}

/// Sum modulo 256.
pub fn sum(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte))
}

/// How far the frame that begins here reaches.
enum Extent {
    /// So many bytes, which may not all be there.
    Whole(usize),
    /// It may be the beginning of one.
    Unknown,
}

/// `None` when no frame begins here.
fn extent(bytes: &[u8]) -> Option<Extent> {
    let fits = |at: usize, wanted: u8| bytes.get(at).is_none_or(|byte| *byte == wanted);
    if bytes.is_empty() || !fits(0, HEAD[0]) || !fits(1, HEAD[1]) || !fits(4, START) {
        return None;
    }
    let Some(length) = bytes.get(2).map(|length| usize::from(*length)) else { return Some(Extent::Unknown) };
    if !(2..=LONGEST).contains(&length) || !fits(3, bytes[2]) {
        return None;
    }
    Some(if bytes.len() < BEFORE { Extent::Unknown } else { Extent::Whole(length + AROUND) })
}

/// Finds frames in a stream of bytes with noise between them.
#[derive(Clone, Debug, Default)]
pub struct Deframer {
    bytes: Vec<u8>,
    last: Duration,
    /// Bytes given up since the start: noise, and frames that were damaged.
    noise: u64,
}

impl Deframer {
    /// Takes bytes and answers the good frames that are complete now, oldest first.
    pub fn feed(&mut self, bytes: &[u8], now: Duration) -> Vec<Frame> {
        self.expire(now);
        self.last = now;
        self.bytes.extend_from_slice(bytes);
        let mut found = Vec::new();
        let mut at = 0;
        while at < self.bytes.len() {
            match extent(&self.bytes[at..]) {
                Some(Extent::Unknown) => break,
                Some(Extent::Whole(length)) => {
                    let Some(whole) = self.bytes.get(at..at + length) else { break };
                    match Frame::decode(whole) {
                        Ok(frame) => {
                            found.push(frame);
                            at += length;
                        }
                        Err(_) => at = self.give_up(at),
                    }
                }
                None => at = self.give_up(at),
            }
        }
        self.bytes.drain(..at); // what is left is less than one frame
        found
    }

    fn give_up(&mut self, at: usize) -> usize {
        self.noise = self.noise.saturating_add(1);
        at + 1
    }

    /// Gives up half a frame that nothing was added to for 60 ms.
    pub fn expire(&mut self, now: Duration) {
        if !self.bytes.is_empty() && now.saturating_sub(self.last) >= PATIENCE {
            self.noise = self.noise.saturating_add(self.bytes.len() as u64);
            self.bytes.clear();
        }
    }

    /// Forgets what has arrived.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }

    /// When [`Deframer::expire`] has something to do.
    pub fn due(&self) -> Option<Duration> {
        (!self.bytes.is_empty()).then(|| self.last + PATIENCE)
    }

    /// Bytes given up since the start.
    pub fn noise(&self) -> u64 {
        self.noise
    }
}
