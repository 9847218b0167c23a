//! Looking for who is on a line: what to ask of one address, and what the bytes that come back mean.
//!
//! Used by an installer's tool that owns the port; it never runs beside a [`crate::Host`]. A line may hold units of which
//! nobody knows address or speed, two with one address, or something that is no unit of ours at all, so every kind of
//! answer is told apart and nothing is taken for granted.

use crate::display::modbus::Registers;
use crate::display::{DisplayProfile, Showing};
use crate::ff68::{DISPLAY, Deframer, Frame, digits};
use crate::frame::{Ask, Reply, Request, intact};
use crate::profile::Speech;
use crate::registers::{MAP_VERSION, Status};
use std::time::Duration;

/// What is looked for.
#[derive(Clone, Debug)]
pub enum Probe {
    /// Desk units of profile `desk-modbus`: they are asked for all that they say.
    DeskModbus,
    /// Call boxes: they are written blanks, and echo it. Some models do not echo; those are found only by their keys.
    CallboxFf68,
    /// Displays that answer what they are written.
    Display(Box<DisplayProfile>),
}

/// What came back from one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Nothing: nobody is there, at this speed.
    Silence,
    /// A desk unit.
    Unit {
        /// Version of its register map; see [`MAP_VERSION`].
        map: u16,
        /// New at every power-up, so two units with one address differ in it.
        boot: u16,
        /// What it says of itself.
        status: Status,
    },
    /// Something that does what was asked and cannot say more: a call box, a display.
    Device,
    /// A Modbus device that refuses: not one of ours. Modbus exception code.
    Stranger(u8),
    /// Bytes that are no answer.
    Garbage,
}

impl Probe {
    /// How to look for devices of a model; `None` when it never answers and so cannot be found by asking.
    pub fn new(speech: &Speech) -> Option<Self> {
        match speech {
            Speech::DeskModbus => Some(Self::DeskModbus),
            Speech::CallboxFf68(_) => Some(Self::CallboxFf68),
            Speech::Display(profile) => profile.reply_len().map(|_| Self::Display(Box::new(profile.clone()))),
        }
    }

    /// What to write to an address.
    pub fn request(&self, unit: u8) -> Vec<u8> {
        match self {
            Self::DeskModbus => Request { unit, ask: Ask::All }.encode(),
            Self::CallboxFf68 => Frame::new(unit, DISPLAY, &digits(None, "")).encode(),
            Self::Display(profile) => profile.bytes(unit, "", &Showing::default()),
        }
    }

    /// Bytes of a good answer.
    pub fn reply_len(&self) -> usize {
        match self {
            Self::DeskModbus => Ask::All.reply_len(),
            Self::CallboxFf68 => Frame::new(1, DISPLAY, &digits(None, "")).wire_len(),
            Self::Display(profile) => profile.reply_len().unwrap_or_default(),
        }
    }

    /// What the bytes that came back from an address mean. Bytes before or behind a good answer are let be: noise of a
    /// driver that switches on and off.
    pub fn judge(&self, unit: u8, arrived: &[u8]) -> Heard {
        if arrived.is_empty() {
            return Heard::Silence;
        }
        let request = self.request(unit);
        let answered = match self {
            Self::DeskModbus => match (Request { unit, ask: Ask::All }).find(arrived) {
                Some(Reply::All(inputs)) => {
                    let (map, boot, status) = (inputs.version, inputs.presses.boot, inputs.status);
                    Some(Heard::Unit { map, boot, status })
                }
                Some(Reply::Refused(code)) => Some(Heard::Stranger(code)),
                _ => None,
            },
            Self::CallboxFf68 => {
                let frames = Deframer::default().feed(arrived, Duration::ZERO);
                frames.iter().any(|frame| frame.address == unit).then_some(Heard::Device)
            }
            Self::Display(profile) => {
                let length = profile.reply_len().unwrap_or(1);
                let yes = arrived.windows(length).any(|window| Registers::confirms(&request, window));
                yes.then_some(Heard::Device).or_else(|| refusal(unit, arrived))
            }
        };
        answered.unwrap_or(Heard::Garbage)
    }
}

/// A Modbus refusal of that unit.
fn refusal(unit: u8, arrived: &[u8]) -> Option<Heard> {
    let mut frames = arrived.windows(crate::frame::EXCEPTION_REPLY);
    let refuses = |frame: &&[u8]| frame[0] == unit && frame[1] & crate::frame::EXCEPTION != 0 && intact(frame);
    frames.find(refuses).map(|frame| Heard::Stranger(frame[2]))
}

/// What several attempts at one address say together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nobody is there.
    Nobody,
    /// One device, well heard.
    Well,
    /// One device whose answers arrive damaged now and then.
    Damaged,
    /// Two units with this address: both were heard, each under its own boot id.
    Two,
    /// Something answers every time and can never be read: two devices with this address, or one at another speed.
    Unreadable,
    /// A Modbus device that is none of ours, with its exception code.
    Foreign(u8),
    /// A desk unit with another register map.
    OtherMap(u16),
}

/// Judges the attempts at one address.
pub fn verdict(attempts: &[Heard]) -> Verdict {
    let mut boots = attempts.iter().filter_map(|heard| match heard {
        Heard::Unit { boot, .. } => Some(boot),
        _ => None,
    });
    if let Some(first) = boots.next()
        && boots.any(|boot| boot != first)
    {
        return Verdict::Two;
    }
    let garbage = attempts.iter().filter(|heard| **heard == Heard::Garbage).count();
    for heard in attempts {
        match heard {
            Heard::Unit { map, .. } if *map != MAP_VERSION => return Verdict::OtherMap(*map),
            Heard::Stranger(code) => return Verdict::Foreign(*code),
            Heard::Unit { .. } | Heard::Device if garbage > 0 => return Verdict::Damaged,
            Heard::Unit { .. } | Heard::Device => return Verdict::Well,
            Heard::Silence | Heard::Garbage => {}
        }
    }
    if garbage > 0 { Verdict::Unreadable } else { Verdict::Nobody }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::profile::Profile;
    use crate::unit::Unit;

    fn probe(profile: &str) -> Option<Probe> {
        Probe::new(&Profile::parse(profile, Profile::built_in(profile).unwrap()).unwrap().speech)
    }

    #[test]
    fn a_unit_is_known_by_its_answer_and_two_by_their_noise() {
        let probe = probe("desk-modbus").unwrap();
        let mut unit = Unit::new(12, 0xB007).with_rater(true);
        let reply = unit.answer(&probe.request(12), Duration::ZERO).unwrap();
        assert_eq!(reply.len(), probe.reply_len());
        let status = Status { rater: true, ..Status::default() };
        assert_eq!(probe.judge(12, &reply), Heard::Unit { map: 1, boot: 0xB007, status });
        assert_eq!(probe.judge(12, &[&[0xFF], reply.as_slice()].concat()), probe.judge(12, &reply), "a driver's noise");
        assert_eq!(probe.judge(13, &reply), Heard::Garbage);
        assert_eq!(probe.judge(12, &[]), Heard::Silence);
        assert_eq!(probe.judge(12, &Registers::refusal(12, 4, 2)), Heard::Stranger(2));
        // Two drivers on one wire: a bit is high where both are.
        let other = Unit::new(12, 0x1234).answer(&probe.request(12), Duration::ZERO).unwrap();
        let both: Vec<u8> = reply.iter().zip(&other).map(|(one, two)| one & two).collect();
        assert_eq!(verdict(&[probe.judge(12, &both); 3]), Verdict::Unreadable);
    }

    #[test]
    fn attempts_are_judged_together() {
        let unit = |map| Heard::Unit { map, boot: 1, status: Status::default() };
        assert_eq!(verdict(&[Heard::Silence, unit(1)]), Verdict::Well);
        assert_eq!(verdict(&[Heard::Garbage, unit(1)]), Verdict::Damaged);
        assert_eq!(verdict(&[Heard::Garbage, unit(7)]), Verdict::OtherMap(7));
        assert_eq!(verdict(&[Heard::Stranger(2)]), Verdict::Foreign(2));
        assert_eq!(verdict(&[Heard::Silence; 2]), Verdict::Nobody);
        let other = Heard::Unit { map: 1, boot: 2, status: Status::default() };
        assert_eq!(verdict(&[unit(1), Heard::Garbage, other]), Verdict::Two);
    }

    #[test]
    fn boxes_echo_displays_confirm_and_the_rest_cannot_be_found() {
        let boxes = probe("callbox-ff68").unwrap();
        assert_eq!(boxes.judge(3, &boxes.request(3)), Heard::Device, "an echo");
        assert_eq!(boxes.judge(3, &boxes.request(4)), Heard::Garbage);
        let leds = probe("led-digits-modbus").unwrap();
        let Probe::Display(model) = &leds else { panic!("no display") };
        let crate::display::Form::Modbus(registers) = &model.form else { panic!("no registers") };
        let (_, reply) = registers.read(11, &leds.request(11)).unwrap();
        assert_eq!(leds.judge(11, &reply), Heard::Device);
        assert_eq!(leds.judge(11, &Registers::refusal(11, 6, 2)), Heard::Stranger(2));
        assert!(probe("led-digits-ascii").is_none());
    }
}
