//! The device end of the wire: one desk unit as firmware would be, without its electronics.
//!
//! It latches presses in a ring, answers requests, times its flash, and keeps what a person in front of it would see.
//! Time is an argument: a [`Duration`] since any start that stays the same for one unit.

use std::time::Duration;

use rmodbus::server::{ModbusFrame, Read, Write};
use rmodbus::{ErrorKind, ModbusProto};

use crate::frame;
use crate::key::Key;
use crate::registers::{Holding, Inputs, Light, MAP_VERSION, Picture, Presses, RING, Status, holding, input};

/// A flash ends by itself after this time.
pub const FLASH: Duration = Duration::from_secs(5);
/// Half a period of the flash: 2 Hz, the most that the profile allows.
pub const FLASH_PHASE: Duration = Duration::from_millis(250);
/// A key held down for this long hangs.
pub const STUCK: Duration = Duration::from_secs(2);

/// One desk unit.
#[derive(Clone, Debug)]
pub struct Unit {
    address: u8,
    boot: u16,
    sequence: u16,
    ring: [u16; RING],
    display_fault: bool,
    rater: bool,
    held: Option<(Key, Duration)>,
    holding: Holding,
    picture: Picture,
    changed: Duration,
    flash_from: Option<Duration>,
    beeps: u32,
    blinks: u32,
}

impl Unit {
    /// A unit that was just powered up: dark, nothing pressed.
    ///
    /// `address` is 1–247 on the line; `boot` is any number other than that of the last power-up.
    pub fn new(address: u8, boot: u16) -> Self {
        Self {
            address,
            boot,
            sequence: 0,
            ring: [0; RING],
            display_fault: false,
            rater: false,
            held: None,
            holding: Picture::default().encode(0),
            picture: Picture::default(),
            changed: Duration::ZERO,
            flash_from: None,
            beeps: 0,
            blinks: 0,
        }
    }

    /// The same unit with rating keys fitted or not.
    #[must_use]
    pub fn with_rater(mut self, fitted: bool) -> Self {
        self.rater = fitted;
        self
    }

    /// Latches one press and gives the press sequence after it. A key that is already held down cannot be pressed:
    /// the sequence stays.
    pub fn press(&mut self, key: Key) -> u16 {
        if self.held.is_none_or(|(held, _)| held != key) {
            self.latch(key.code());
        }
        self.sequence
    }

    fn latch(&mut self, code: u16) {
        self.sequence = self.sequence.wrapping_add(1);
        self.ring.rotate_right(1);
        self.ring[0] = code;
    }

    /// Holds a key down from now on: one press, and after [`STUCK`] the status says that a key hangs.
    pub fn hold_down(&mut self, key: Key, now: Duration) {
        if self.held.is_none_or(|(held, _)| held != key) {
            self.latch(key.code());
            self.held = Some((key, now));
        }
    }

    /// Lets the held key go.
    pub fn let_go(&mut self) {
        self.held = None;
    }

    /// The key that is held down.
    pub fn held(&self) -> Option<Key> {
        self.held.map(|(key, _)| key)
    }

    /// Power off and on: ring, sequence and picture are gone, the boot id is `boot`. A key that hangs still hangs,
    /// but was not pressed in this life.
    pub fn reboot(&mut self, boot: u16, now: Duration) {
        let fresh = Self::new(self.address, boot).with_rater(self.rater);
        *self = Self {
            display_fault: self.display_fault,
            held: self.held.map(|(key, _)| (key, now)),
            changed: now,
            beeps: self.beeps,
            blinks: self.blinks,
            ..fresh
        };
    }

    /// Makes the display fail or work.
    pub fn set_display_fault(&mut self, fault: bool) {
        self.display_fault = fault;
    }

    /// Address on the line.
    pub fn address(&self) -> u8 {
        self.address
    }

    /// Boot id of this power-up.
    pub fn boot(&self) -> u16 {
        self.boot
    }

    /// Press sequence.
    pub fn sequence(&self) -> u16 {
        self.sequence
    }

    /// What the lobby last wrote.
    pub fn picture(&self) -> &Picture {
        &self.picture
    }

    /// When the picture last changed; the start or the reboot before the first.
    pub fn changed(&self) -> Duration {
        self.changed
    }

    /// How the digits are lit now: a flash that is over is steady.
    pub fn light(&self, now: Duration) -> Light {
        match self.picture.light {
            Light::Flashing if !self.flashing(now) => Light::Steady,
            light => light,
        }
    }

    /// Whether the digits can be seen at this moment: dark phases of the flash are dark.
    pub fn lit(&self, now: Duration) -> bool {
        match (self.light(now), self.flash_from) {
            (Light::Dark, _) => false,
            (Light::Flashing, Some(from)) => {
                (now.saturating_sub(from).as_millis() / FLASH_PHASE.as_millis()).is_multiple_of(2)
            }
            _ => true,
        }
    }

    fn flashing(&self, now: Duration) -> bool {
        self.flash_from.is_some_and(|from| now.saturating_sub(from) < FLASH)
    }

    /// Beeps since the start.
    pub fn beeps(&self) -> u32 {
        self.beeps
    }

    /// Blinks of the refusal lamp since the start.
    pub fn blinks(&self) -> u32 {
        self.blinks
    }

    /// Status register as values.
    pub fn status(&self, now: Duration) -> Status {
        let key_stuck = self.held.is_some_and(|(_, since)| now.saturating_sub(since) >= STUCK);
        Status { display_fault: self.display_fault, rater: self.rater, key_stuck }
    }

    /// The input registers as values.
    pub fn inputs(&self, now: Duration) -> Inputs {
        let presses = Presses { boot: self.boot, sequence: self.sequence, keys: self.ring };
        Inputs { version: MAP_VERSION, presses, status: self.status(now) }
    }

    /// Answers one whole request frame. `None` is silence: another unit's frame, a broken one, or a broadcast (unit
    /// 0), which is obeyed if it writes.
    pub fn answer(&mut self, request: &[u8], now: Duration) -> Option<Vec<u8>> {
        let whole = frame::request_length(request) == Some(request.len()) && request.len() <= frame::LONGEST_REQUEST;
        if !whole || !frame::intact(request) || ![0, self.address].contains(&request[0]) {
            return None;
        }
        let mut response = Vec::new();
        let mut reader = ModbusFrame::new(self.address, request, ModbusProto::Rtu, &mut response);
        match request[1] {
            frame::READ_INPUTS | frame::WRITE_HOLDINGS => reader.parse().ok()?,
            function => return (request[0] != 0).then(|| refusal(self.address, function)),
        }
        if reader.processing_required && reader.error.is_none() {
            let done = if reader.readonly { self.read(&mut reader, now) } else { self.write(&mut reader, now) };
            done.ok()?;
        }
        let answer = reader.response_required && reader.finalize_response().is_ok();
        answer.then_some(response)
    }

    fn read(&self, reader: &mut ModbusFrame<'_, Vec<u8>>, now: Duration) -> Result<(), ErrorKind> {
        let outcome = match (reader.count, reader.reg.checked_add(reader.count)) {
            (0, _) => Err(ErrorKind::IllegalDataValue),
            (_, Some(end)) if end <= input::COUNT => Ok(()),
            _ => Err(ErrorKind::IllegalDataAddress),
        };
        if let (Ok(()), Read::Words(words)) = (outcome, reader.get_external_read()?) {
            let registers = self.inputs(now).encode();
            let (places, _) = words.buf.as_chunks_mut::<2>();
            for (place, register) in places.iter_mut().zip(&registers[usize::from(words.address)..]) {
                *place = register.to_be_bytes();
            }
        }
        reader.process_external_read(outcome)
    }

    fn write(&mut self, reader: &mut ModbusFrame<'_, Vec<u8>>, now: Duration) -> Result<(), ErrorKind> {
        let outcome = match reader.get_external_write()? {
            Write::Words(words) => self.take(words.address, words.count, words.data, now),
            Write::Bits(_) => Err(ErrorKind::IllegalFunction),
        };
        reader.process_external_write(outcome)
    }

    /// Takes over written registers, all of them or none.
    fn take(&mut self, first: u16, count: u16, data: &[u8], now: Duration) -> Result<(), ErrorKind> {
        let (values, odd) = data.as_chunks::<2>();
        if count == 0 || values.len() != usize::from(count) || !odd.is_empty() {
            return Err(ErrorKind::IllegalDataValue);
        }
        let mut registers = self.holding;
        let places = registers.get_mut(usize::from(first)..).and_then(|rest| rest.get_mut(..values.len()));
        for (place, value) in places.ok_or(ErrorKind::IllegalDataAddress)?.iter_mut().zip(values) {
            *place = u16::from_be_bytes(*value);
        }
        let picture = Picture::decode(&registers).map_err(|_| ErrorKind::IllegalDataValue)?;
        self.show(picture, registers, now);
        Ok(())
    }

    fn show(&mut self, picture: Picture, registers: Holding, now: Duration) {
        let sequence = usize::from(holding::SEQUENCE);
        let new = registers[sequence] != self.holding[sequence];
        if picture != self.picture {
            self.changed = now;
        }
        if new && picture.lamps.beep {
            self.beeps += 1;
        }
        if new && picture.lamps.refused {
            self.blinks += 1;
        }
        // A picture that only brings another waiting count must not stretch the flash of the call before it.
        let same_call = self.flashing(now) && picture.text() == self.picture.text() && !picture.lamps.beep;
        let starts = picture.light == Light::Flashing && (new || self.picture.light != Light::Flashing);
        if starts && !same_call {
            self.flash_from = Some(now);
        }
        if picture.light != Light::Flashing {
            self.flash_from = None;
        }
        self.picture = picture;
        self.holding = registers;
    }
}

/// Exception 1, illegal function: the map knows FC 04 and 16 only.
fn refusal(address: u8, function: u8) -> Vec<u8> {
    let mut reply = vec![address, function | frame::EXCEPTION, 1];
    reply.extend(frame::crc16(&reply).to_le_bytes());
    reply
}
