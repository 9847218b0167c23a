//! From local times, weekdays and dates to the hours of one business day, as instants. Pure: the moment is an argument.
//!
//! A business day lasts from `rolls_at` to `rolls_at`, so a time of the clock before `rolls_at` is that of the next
//! morning: a session from 20:00 to 02:00 belongs whole to the day on which it begins. Where clocks are set forward, a
//! time that does not exist is the same time after the gap; where they are set back, the first of the two counts.

use super::{
    Config,
    model_day::{DayOpening, SessionConfig},
};
use jiff::{
    ToSpan as _,
    civil::{Date, Time, Weekday},
};
use queue_core::{BusinessDay, Hours, IssueWindow, Millis, Session, Timestamp};
use std::collections::BTreeMap;

/// Minutes in a day.
const DAY_MIN: u32 = 1_440;
/// How long before its first session the lobby opens a day: clerks sign in, screens fill.
const OPENS_BEFORE_MS: Millis = 1_800_000;
/// How far ahead the next session is looked for. No branch closes longer and still runs its lobby.
const LOOK_AHEAD_DAYS: i32 = 60;
/// Names of the days in `days`, in their order.
const WEEK: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

impl Config {
    /// When numbers are given on a business day. What contradicts itself, which `lobby check` refuses, is left out.
    pub fn hours(&self, day: &BusinessDay) -> Hours {
        let Some(date) = date(day.as_str()) else { return Hours::default() };
        let sessions = (!self.day.sessions.is_empty()).then(|| self.sessions(date));
        let services = self.services.iter().filter(|service| !service.issue_windows.is_empty());
        let windows = services.map(|service| {
            let windows = service.issue_windows.iter().filter(|window| self.is_on(date, &window.days));
            let windows = windows.filter_map(|window| self.span(date, &window.from, &window.until));
            let windows = windows.flat_map(|window| inside(window, sessions.as_deref())).collect();
            (service.id.as_str().into(), windows)
        });
        let services: BTreeMap<_, Vec<IssueWindow>> = windows.collect();
        Hours { sessions, services }
    }

    /// A local time `HH:MM` of a business day; `None` where it is no time.
    pub fn on_day(&self, day: &BusinessDay, at: &str) -> Option<Timestamp> {
        let rolls_at = time(&self.day.rolls_at).unwrap_or(Time::midnight());
        Some(self.instant(date(day.as_str())?, rolls_at, after_rolling(time(at)?, rolls_at)))
    }

    /// The first session that begins after this moment, on whichever day; `None` for a branch that is always open, or
    /// where none comes within two months.
    pub fn next_session(&self, at: Timestamp) -> Option<Timestamp> {
        if self.day.sessions.is_empty() {
            return None;
        }
        let first = date(self.business_day(at).as_str())?;
        let days = (0..LOOK_AHEAD_DAYS).map(|days| first.saturating_add(days.days()));
        days.flat_map(|date| self.sessions(date)).map(|session| session.from).find(|from| *from > at)
    }

    /// The business day to go by, where `newest` is the last that was opened: a clock or a time zone that was set back
    /// never brings back an earlier one.
    pub fn day_from(&self, at: Timestamp, newest: Option<&BusinessDay>) -> BusinessDay {
        let today = self.business_day(at);
        newest.filter(|newest| **newest > today).cloned().unwrap_or(today)
    }

    /// Whether the configuration wants the business day of this moment to be open.
    pub fn wants_day(&self, at: Timestamp) -> bool {
        match (self.day.open, self.hours(&self.business_day(at)).sessions) {
            (DayOpening::ByManager, _) => false,
            (DayOpening::AtStart, _) | (DayOpening::BySchedule, None) => true,
            (DayOpening::BySchedule, Some(sessions)) => match (sessions.first(), sessions.last()) {
                (Some(first), Some(last)) => (first.from.plus(-OPENS_BEFORE_MS)..last.until).contains(&at),
                _ => false,
            },
        }
    }

    fn sessions(&self, date: Date) -> Vec<Session> {
        if self.day.holidays.iter().any(|holiday| self::date(holiday) == Some(date)) {
            return Vec::new();
        }
        let today = self.day.sessions.iter().filter(|session| self.is_on(date, &session.days));
        let mut sessions: Vec<Session> = today.filter_map(|session| self.session(date, session)).collect();
        sessions.sort_by_key(|session| session.from);
        sessions
    }

    fn session(&self, date: Date, session: &SessionConfig) -> Option<Session> {
        let span = self.span(date, &session.from, &session.until)?;
        let last = session.last_ticket.as_ref().map_or(Some(span), |last| self.span(date, &session.from, last))?;
        Some(Session { from: span.from, last_ticket: last.until.min(span.until), until: span.until })
    }

    /// The span between two times of the clock on a business day; nothing when it is empty.
    fn span(&self, date: Date, from: &str, until: &str) -> Option<IssueWindow> {
        let rolls_at = time(&self.day.rolls_at)?;
        let from = self.instant(date, rolls_at, after_rolling(time(from)?, rolls_at));
        let until = self.instant(date, rolls_at, until_rolling(time(until)?, rolls_at));
        (from < until).then_some(IssueWindow { from, until })
    }

    /// So many minutes of the clock after the business day began.
    fn instant(&self, date: Date, rolls_at: Time, minutes: u32) -> Timestamp {
        let begin = date.to_datetime(rolls_at);
        let local = begin.saturating_add(i64::from(minutes).minutes());
        let zoned = local.to_zoned(self.zone());
        zoned.map_or_else(|_| Timestamp::default(), |zoned| Timestamp(zoned.timestamp().as_millisecond()))
    }

    /// Whether something on these days of the week is on this date.
    fn is_on(&self, date: Date, days: &str) -> bool {
        let makes_up = self.day.workdays.iter().any(|workday| self::date(workday) == Some(date));
        let weekday = if makes_up { self.working_weekday() } else { date.weekday() };
        Days::parse(days).is_some_and(|days| days.contains(weekday))
    }

    /// The day of the week that a make-up workday runs like: Monday, or the first on which the branch works.
    fn working_weekday(&self) -> Weekday {
        let all = self.day.sessions.iter().filter_map(|session| Days::parse(&session.days));
        let all: Vec<Days> = all.collect();
        let works = |weekday: &Weekday| all.is_empty() || all.iter().any(|days| days.contains(*weekday));
        WEEK.into_iter().map(|(_, weekday)| weekday).find(works).unwrap_or(Weekday::Monday)
    }
}

/// The parts of a window in which sessions give numbers.
fn inside(window: IssueWindow, sessions: Option<&[Session]>) -> Vec<IssueWindow> {
    let Some(sessions) = sessions else { return vec![window] };
    let parts = sessions.iter().map(|session| IssueWindow {
        from: window.from.max(session.from),
        until: window.until.min(session.last_ticket),
    });
    parts.filter(|part| part.from < part.until).collect()
}

/// Days of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Days([bool; 7]);

impl Days {
    /// `mon-fri`, `sat`, `mon,wed,fri`, `fri-mon`; nothing when a name is unknown.
    pub(super) fn parse(text: &str) -> Option<Days> {
        let place = |name: &str| WEEK.iter().position(|(known, _)| *known == name.trim());
        let mut days = [false; 7];
        for part in text.split(',') {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (first, last) = (place(first)?, place(last)?);
            let length = (last + 7 - first) % 7;
            for offset in 0..=length {
                *days.get_mut((first + offset) % 7)? = true;
            }
        }
        Some(Days(days))
    }

    pub(super) fn contains(self, weekday: Weekday) -> bool {
        WEEK.iter().zip(self.0).any(|((_, known), on)| on && *known == weekday)
    }

    /// The first day that is in both, by name.
    pub(super) fn shared(self, other: Days) -> Option<&'static str> {
        let both = self.0.iter().zip(other.0).map(|(one, other)| *one && other);
        WEEK.iter().zip(both).find(|(_, both)| *both).map(|((name, _), _)| *name)
    }
}

/// `HH:MM`.
pub(super) fn time(text: &str) -> Option<Time> {
    let number = |part: &str| (part.len() == 2).then(|| part.parse::<i8>().ok()).flatten();
    let (hour, minute) = text.split_once(':')?;
    Time::new(number(hour)?, number(minute)?, 0, 0).ok()
}

/// `YYYY-MM-DD`.
pub(super) fn date(text: &str) -> Option<Date> {
    if text.len() == 10 { text.parse().ok() } else { None }
}

/// Minutes from the beginning of a business day to a time of the clock.
pub(super) fn after_rolling(time: Time, rolls_at: Time) -> u32 {
    let minutes = |time: Time| u32::from(time.hour().unsigned_abs()) * 60 + u32::from(time.minute().unsigned_abs());
    (minutes(time) + DAY_MIN - minutes(rolls_at)) % DAY_MIN
}

/// The same for the end of a span: the moment at which the day rolls over is its end, not its beginning.
pub(super) fn until_rolling(time: Time, rolls_at: Time) -> u32 {
    match after_rolling(time, rolls_at) {
        0 => DAY_MIN,
        minutes => minutes,
    }
}
