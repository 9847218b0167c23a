//! Every press that a unit latched became one judged press in the journal, or the journal says why not; and nothing
//! stands in the journal that no finger did.

use super::record::Row;
use firmware_sim::desk::Latched;
use queue_core::{Event, PressMark, PressResult};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What became of the presses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PressCounts {
    /// Latched by the units.
    pub latched: usize,
    /// Became a command.
    pub obeyed: usize,
    /// A digit that waits for its key.
    pub typed: usize,
    /// Refused, by code; `stale_press` is one of them.
    pub refused: BTreeMap<String, usize>,
    /// Fell out of the ring before the lobby could read it, and logged as that.
    pub missed: usize,
    /// Older than the first reading of a power-up, and logged as that.
    pub baseline: usize,
    /// Lost with the power of its unit before anybody read it.
    pub powered_off: usize,
}

type Place = (u16, u32, u16);

/// The presses of one unit and what is known of each.
#[derive(Default)]
struct Unit<'a> {
    latched: Vec<(Place, &'a Latched)>,
    by_place: BTreeMap<Place, usize>,
    accounted: BTreeSet<usize>,
    /// The newest press that was judged.
    last: Option<PressMark>,
    /// Boots of which the journal has heard.
    boots: BTreeSet<u16>,
    /// Nobody can tell whether they are older than a boot in which nobody pressed.
    perhaps_gone: BTreeSet<usize>,
}

/// Judges the presses of all units that count theirs.
pub fn judge(rows: &[Row], presses: &[Latched], breaches: &mut Vec<String>) -> PressCounts {
    let mut counts = PressCounts { latched: presses.len(), ..PressCounts::default() };
    let mut units: BTreeMap<String, Unit<'_>> = BTreeMap::new();
    for press in presses {
        let unit = units.entry(format!("{}/{}", press.line, press.unit)).or_default();
        let place = (press.boot, press.wraps, press.seq);
        unit.latched.push((place, press));
        if unit.by_place.insert(place, unit.latched.len() - 1).is_some() {
            breaches.push(format!("the record has press {place:?} of {}/{} twice", press.line, press.unit));
        }
    }
    for row in rows {
        match &row.fact {
            Event::Pressed { desk, mark, key, result, .. } => {
                let unit = units.entry(desk.as_str().to_owned()).or_default();
                let found = unit.pressed(*mark, *key).and_then(|()| named_after(row, *mark));
                breaches.extend(found.err().map(|why| format!("row {}: {desk}: {why}", row.seq)));
                match result {
                    PressResult::Obeyed => counts.obeyed += 1,
                    PressResult::Typed => counts.typed += 1,
                    PressResult::Ticked => {
                        breaches.push(format!("row {}: {desk}: nobody walks the line here", row.seq));
                    }
                    PressResult::Refused { code } => *counts.refused.entry(code.clone()).or_default() += 1,
                }
            }
            Event::PressesMissed { desk, mark, count } => {
                let unit = units.entry(desk.as_str().to_owned()).or_default();
                let found = unit.missed(*mark, *count);
                breaches.extend(found.err().map(|why| format!("row {}: {desk}: {why}", row.seq)));
                counts.missed += usize::try_from(*count).unwrap_or(usize::MAX);
            }
            Event::DeskBaseline { desk, mark, .. } => {
                let unit = units.entry(desk.as_str().to_owned()).or_default();
                if !unit.boots.insert(mark.boot) {
                    breaches.push(format!("row {}: {desk}: a baseline in a boot that was known before", row.seq));
                }
                let (older, gone) = unit.baseline(*mark);
                counts.baseline += older;
                counts.powered_off += gone;
            }
            _ => {}
        }
    }
    for (desk, unit) in &units {
        let lost = (0..unit.latched.len()).filter(|place| !unit.accounted.contains(place));
        let (gone, lost): (Vec<usize>, Vec<usize>) = lost.partition(|place| unit.perhaps_gone.contains(place));
        counts.powered_off += gone.len();
        breaches.extend(
            lost.into_iter().map(|place| format!("{desk}: the lobby never heard of {:?}", unit.latched[place].1)),
        );
    }
    counts
}

impl Unit<'_> {
    fn pressed(&mut self, mark: PressMark, key: u16) -> Result<(), String> {
        let place = *self
            .by_place
            .get(&(mark.boot, mark.wraps, mark.seq))
            .ok_or_else(|| format!("press {mark:?} was judged, and nobody pressed"))?;
        let (_, latched) = self.latched[place];
        if latched.key.code() != key {
            return Err(format!("press {mark:?} was {}, and was judged as key {key}", latched.key));
        }
        if !self.accounted.insert(place) {
            return Err(format!("press {mark:?} was judged twice"));
        }
        let last = self.last.replace(mark);
        if last.is_some_and(|last| last.boot == mark.boot && !mark.is_after(last)) {
            return Err(format!("press {mark:?} was judged after {last:?}"));
        }
        Ok(())
    }

    fn missed(&mut self, mark: PressMark, count: u32) -> Result<(), String> {
        let newest = *self
            .by_place
            .get(&(mark.boot, mark.wraps, mark.seq))
            .ok_or_else(|| format!("{count} presses up to {mark:?} were missed, and nobody pressed"))?;
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let oldest = (newest + 1).checked_sub(count).ok_or_else(|| format!("{count} missed, so many never were"))?;
        for place in oldest..=newest {
            if self.latched[place].0.0 != mark.boot || !self.accounted.insert(place) {
                return Err(format!("{:?} was missed and judged", self.latched[place].1));
            }
        }
        self.last = Some(mark);
        Ok(())
    }

    /// Presses before it in its boot count as its own; whatever an older boot still had is gone with the power. How many.
    fn baseline(&mut self, mark: PressMark) -> (usize, usize) {
        let Some(first) = self.latched.iter().position(|(place, _)| place.0 == mark.boot) else {
            self.perhaps_gone.extend((0..self.latched.len()).filter(|place| !self.accounted.contains(place)));
            return (0, 0);
        };
        let (mut older, mut gone) = (0, 0);
        for (place, ((boot, wraps, seq), _)) in self.latched.iter().enumerate() {
            if *boot == mark.boot && (*wraps, *seq) <= (mark.wraps, mark.seq) {
                older += usize::from(self.accounted.insert(place));
            } else if *boot != mark.boot && place < first {
                gone += usize::from(self.accounted.insert(place));
            }
        }
        (older, gone)
    }
}

/// The request id of a press is the press itself.
fn named_after(row: &Row, mark: PressMark) -> Result<(), String> {
    let tail = format!("{}:{}:{}", mark.boot, mark.wraps, mark.seq);
    match &row.request {
        Some(request) if request.ends_with(&tail) => Ok(()),
        other => Err(format!("press {mark:?} was judged under the request id {other:?}")),
    }
}
