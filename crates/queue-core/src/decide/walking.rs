//! Judging the wishes of an installer who walks a line, and presses while somebody does.

use super::Judgement;
use crate::{Actor, Branch, DeskId, Event, LineId, Press, PressResult, Refusal, Timestamp, WalkEnd, WalkUnit};

impl Branch {
    /// Keys of a counter with a customer would be ticked and not obeyed, so such a counter is not walked. Wishing the
    /// walk that is on already is no change.
    pub(super) fn decide_start_walk(&self, by: &Actor, line: &LineId, units: &[WalkUnit]) -> Judgement {
        if units.is_empty() {
            return Err(Refusal::NothingToWalk(line.clone()));
        }
        if let Some(walk) = self.walks.get(line) {
            let same = walk.units.iter().map(|unit| &unit.desk).eq(units.iter().map(|unit| &unit.desk));
            return if same { Ok(Vec::new()) } else { Err(Refusal::WalkIsOn(line.clone())) };
        }
        let with_customer = |unit: &&WalkUnit| self.ticket_at(&unit.counter).is_some();
        let busy: Vec<_> = units.iter().filter(with_customer).map(|unit| unit.counter.clone()).collect();
        if !busy.is_empty() {
            return Err(Refusal::CustomersThere(busy));
        }
        let units = units.iter().map(|unit| WalkUnit { seen: Vec::new(), ..unit.clone() }).collect();
        Ok(vec![Event::WalkStarted { line: line.clone(), by: by.clone(), units }])
    }

    /// Ending a walk that is not on is no change.
    pub(super) fn decide_stop_walk(&self, line: &LineId) -> Vec<Event> {
        self.walk_over(line, WalkEnd::Stopped).into_iter().collect()
    }

    fn walk_over(&self, line: &LineId, end: WalkEnd) -> Option<Event> {
        let walk = self.walks.get(line)?;
        Some(Event::LineWalked { line: line.clone(), by: walk.by.clone(), end, units: walk.units.clone() })
    }

    /// Walks that nobody has gone on with.
    pub(super) fn forgotten_walks(&self, at: Timestamp) -> Vec<Event> {
        let forgotten = self.walks.iter().filter(|(_, walk)| walk.until <= at);
        forgotten.filter_map(|(line, _)| self.walk_over(line, WalkEnd::Forgotten)).collect()
    }

    /// A press at a unit that is walked: ticked, whatever the key. The last tick of a line ends its walk.
    pub(super) fn ticked(&self, press: &Press) -> Option<Vec<Event>> {
        let (line, walk) = self.walks.iter().find(|(_, walk)| walk.units.iter().any(|unit| unit.desk == press.desk))?;
        let Press { desk, mark, key, age_ms, .. } = press;
        let (mark, age_ms, result) = (*mark, age_ms.unwrap_or(0), PressResult::Ticked);
        let ticked = Event::Pressed { desk: desk.clone(), mark, key: *key, result, age_ms };
        let left = |unit: &WalkUnit, pressed: &DeskId| unit.missing().any(|code| code != *key || unit.desk != *pressed);
        let mut facts = vec![ticked];
        if !walk.units.iter().any(|unit| left(unit, desk)) {
            let mut units = walk.units.clone();
            for unit in units.iter_mut().filter(|unit| unit.desk == *desk) {
                unit.tick(*key);
            }
            let (line, by) = (line.clone(), walk.by.clone());
            facts.push(Event::LineWalked { line, by, end: WalkEnd::Complete, units });
        }
        Some(facts)
    }
}
