//! What the host knows of one call box: its presses, what it shows, whether it answers.

use std::collections::VecDeque;
use std::time::Duration;

use super::frame::Frame;
use super::host::REPEAT;
use super::keys::{KeyMap, Meaning, UNKNOWN};
use super::{BEEP, DISPLAY, RATER, digits, of_host};
use crate::key::Key;
use crate::poller::{Cause, Counters, Output, Press, UnitSetup};
use crate::registers::{Light, Picture, Status};
use crate::sequence::{BaselineWhy, Mark};

/// Digits count for the key that follows within this time, as with every desk unit.
const TYPING: Duration = Duration::from_secs(5);
/// Digits that are remembered; more is a stuck key.
const TYPED: usize = 12;
/// A key that repeats without a pause for this long hangs.
const STUCK: Duration = Duration::from_secs(5);
/// A picture is written again after this time although nothing changed.
const REFRESH: Duration = Duration::from_secs(5);
/// How long an echo may take.
const ECHO: Duration = Duration::from_secs(1);
/// Frames in a row without an echo after which a box that used to echo counts as gone.
const MISSES: u8 = 3;
/// How often a box that is gone is written to.
const PROBE: Duration = Duration::from_secs(2);
/// A beep, or an opened rater, is of no use later than this.
const LATEST: Duration = Duration::from_secs(2);

#[derive(Clone, Debug)]
pub(super) struct Peer {
    pub(super) unit: u8,
    mark: Mark,
    picture: Picture,
    /// When the display is to be written.
    write_at: Duration,
    /// Wanted since then.
    beep: Option<Duration>,
    invite: Option<Duration>,
    /// Echo of a frame from the box that it waits for.
    pub(super) acknowledge: Option<Frame>,
    /// When the last such echo went out.
    echoed: Duration,
    /// The last key, when it was first and last heard.
    last_key: Option<(Frame, Duration, Duration)>,
    stuck: bool,
    typed: String,
    typed_at: Duration,
    /// The display frame whose echo is waited for, and until when.
    awaited: Option<(Frame, Duration)>,
    /// It has echoed a frame since the start, so silence means something.
    echoes: bool,
    misses: u8,
    reported: Option<Output>,
    /// Frames of the box count as replies, whether it was asked or not.
    pub(super) counters: Counters,
}

impl Peer {
    pub(super) fn new(setup: &UnitSetup, run: Mark, now: Duration) -> Self {
        Self {
            unit: setup.unit,
            mark: run,
            picture: setup.picture,
            write_at: now,
            beep: None,
            invite: None,
            acknowledge: None,
            echoed: Duration::ZERO,
            last_key: None,
            stuck: false,
            typed: String::new(),
            typed_at: now,
            awaited: None,
            echoes: false,
            misses: 0,
            reported: None,
            counters: Counters::default(),
        }
    }

    /// Counting starts at the mark of this run of the host, once.
    pub(super) fn baseline(&self, known: bool) -> Output {
        let why = if known { BaselineWhy::NewBoot } else { BaselineWhy::FirstReading };
        Output::Baseline { unit: self.unit, mark: self.mark, why }
    }

    pub(super) fn port_opened(&mut self, now: Duration, reports: &mut VecDeque<Output>) {
        self.write_at = now;
        self.awaited = None;
        self.acknowledge = None;
        self.misses = 0;
        // A box that has echoed before must do so again before it counts as there.
        if !self.echoes {
            self.tell(Output::Presumed { unit: self.unit }, reports);
        }
    }

    pub(super) fn port_lost(&mut self, reports: &mut VecDeque<Output>) {
        self.awaited = None;
        self.tell(Output::Offline { unit: self.unit, cause: Cause::Port }, reports);
    }

    fn tell(&mut self, report: Output, reports: &mut VecDeque<Output>) {
        if self.reported != Some(report) {
            self.reported = Some(report);
            reports.push_back(report);
        }
    }

    pub(super) fn set(&mut self, picture: Picture, now: Duration) {
        if picture == self.picture {
            return;
        }
        if picture.attention != self.picture.attention && (picture.lamps.beep || picture.lamps.refused) {
            self.beep = Some(now);
        }
        if self.digits() != digits_of(&picture) {
            self.write_at = now;
        }
        self.picture = picture;
    }

    fn digits(&self) -> [u8; 6] {
        digits_of(&self.picture)
    }

    /// A good frame of this box. `stale`: it may be a press of before, heard when the port was opened.
    pub(super) fn heard(
        &mut self,
        frame: Frame,
        keys: &KeyMap,
        stale: bool,
        now: Duration,
        reports: &mut VecDeque<Output>,
    ) {
        self.counters.replies += 1;
        if of_host(&frame) {
            if self.awaited.as_ref().is_some_and(|(sent, _)| *sent == frame) {
                self.awaited = None;
                self.misses = 0;
                self.echoes = true;
                self.tell(Output::Online { unit: self.unit }, reports);
            }
            return;
        }
        self.tell(Output::Online { unit: self.unit }, reports);
        // A box repeats until it hears its echo, so the time of a repeat runs from there: a host that was held up has not
        // heard two presses.
        let unheard = self.acknowledge.is_some();
        self.acknowledge = Some(frame.clone());
        let Some(byte) = frame.data.last().copied() else { return };
        let again = |at: Duration| unheard || now.saturating_sub(at.max(self.echoed)) < REPEAT;
        let repeat = self.last_key.as_ref().filter(|(last, _, at)| *last == frame && again(*at));
        let first = repeat.map(|(_, first, _)| *first);
        let table = if frame.function == RATER { &keys.rater } else { &keys.keys };
        let meaning = table.get(&byte).copied();
        self.last_key = Some((frame, first.unwrap_or(now), now));
        if let Some(first) = first {
            let hangs = now.saturating_sub(first) >= STUCK;
            self.set_stuck(self.stuck || hangs, reports);
            return;
        }
        self.press(meaning.ok_or(byte), keys, stale, now, reports);
    }

    fn press(
        &mut self,
        meaning: Result<Meaning, u8>,
        keys: &KeyMap,
        stale: bool,
        now: Duration,
        reports: &mut VecDeque<Output>,
    ) {
        let mut typed = std::mem::take(&mut self.typed);
        if now.saturating_sub(self.typed_at) > TYPING || typed.len() >= TYPED {
            typed.clear();
        }
        let meaning = match meaning {
            Err(byte) => return self.emit(UNKNOWN | u16::from(byte), stale, reports),
            Ok(meaning) => meaning,
        };
        if let Meaning::Key(key) = meaning
            && let Some(digit) = key.digit().filter(|_| !stale)
        {
            self.typed = format!("{typed}{digit}");
            self.typed_at = now;
        }
        let after = typed.parse().ok().filter(|_| typed.len() == 1);
        let combined =
            after.filter(|_| meaning == Meaning::Key(Key::Ok)).and_then(|digit: u8| keys.digit_ok.get(&digit));
        match combined {
            // The digit is with the queue already; it must not count as typed for the key that it stands for.
            Some(combined) => {
                self.emit(Key::Clear.code(), stale, reports);
                self.obey(*combined, stale, now, reports);
            }
            None => self.obey(meaning, stale, now, reports),
        }
    }

    fn obey(&mut self, meaning: Meaning, stale: bool, now: Duration, reports: &mut VecDeque<Output>) {
        match meaning.code() {
            Some(code) => self.emit(code, stale, reports),
            None if stale => {}
            None => self.invite = Some(now),
        }
    }

    fn emit(&mut self, code: u16, stale: bool, reports: &mut VecDeque<Output>) {
        self.mark = self.mark.after(1);
        let key = Key::from_code(code);
        // A box speaks when its key goes down; only what was heard with the opening of the port may be older.
        let age = (!stale).then_some(Duration::ZERO);
        let press = Press { unit: self.unit, mark: self.mark, code, key, stale, age };
        reports.push_back(Output::Press(press));
    }

    fn set_stuck(&mut self, stuck: bool, reports: &mut VecDeque<Output>) {
        if self.stuck != stuck {
            self.stuck = stuck;
            let status = Status { key_stuck: stuck, ..Status::default() };
            reports.push_back(Output::Status { unit: self.unit, status });
        }
    }

    /// What time alone changes.
    pub(super) fn pass(&mut self, now: Duration, reports: &mut VecDeque<Output>) {
        if self.stuck && self.last_key.as_ref().is_none_or(|(_, _, at)| now.saturating_sub(*at) >= 2 * REPEAT) {
            self.set_stuck(false, reports);
        }
        if self.awaited.as_ref().is_some_and(|(_, until)| *until <= now) {
            self.awaited = None;
            if self.echoes {
                self.counters.silent += 1;
                self.misses = self.misses.saturating_add(1);
                self.write_at = if self.misses < MISSES { now } else { now + PROBE };
            }
            if self.echoes && self.misses >= MISSES {
                self.tell(Output::Offline { unit: self.unit, cause: Cause::Silent }, reports);
            }
        }
        for wish in [&mut self.beep, &mut self.invite] {
            if wish.is_some_and(|since| now.saturating_sub(since) >= LATEST) {
                *wish = None;
            }
        }
    }

    /// The next frame for this box.
    pub(super) fn next(&mut self, now: Duration) -> Option<Frame> {
        if let Some(frame) = self.acknowledge.take() {
            self.echoed = now;
            return Some(frame);
        }
        if self.awaited.is_none() && self.write_at <= now {
            let frame = Frame::new(self.unit, DISPLAY, &self.digits());
            self.write_at = now + REFRESH;
            self.awaited = Some((frame.clone(), now + ECHO));
            return Some(frame);
        }
        // Changed while an echo was waited for: the newest digits go out, and it is their echo that counts.
        if let Some((awaited, _)) = &self.awaited
            && self.write_at <= now
            && awaited.data != self.digits()
        {
            self.awaited = None;
            return self.next(now);
        }
        let wish = [(&mut self.beep, BEEP), (&mut self.invite, RATER)].into_iter().find(|(wish, _)| wish.is_some());
        let (wish, function) = wish?;
        *wish = None;
        Some(Frame::new(self.unit, function, &[]))
    }

    /// When [`Peer::next`] or [`Peer::pass`] has something to do.
    pub(super) fn due(&self) -> Duration {
        let awaited = self.awaited.as_ref().map(|(_, until)| *until);
        let write = if self.awaited.is_some() { None } else { Some(self.write_at) };
        let stuck = self.last_key.as_ref().filter(|_| self.stuck).map(|(_, _, at)| *at + 2 * REPEAT);
        let now = self.acknowledge.is_some() || self.beep.is_some() || self.invite.is_some();
        let times = [awaited, write, stuck, now.then_some(Duration::ZERO)];
        times.into_iter().flatten().min().unwrap_or(self.write_at)
    }
}

/// A closed counter is dark; a paused one shows nobody, having no letters for it.
fn digits_of(picture: &Picture) -> [u8; 6] {
    let waiting = (picture.light != Light::Dark).then_some(picture.waiting);
    digits(waiting, picture.text())
}
