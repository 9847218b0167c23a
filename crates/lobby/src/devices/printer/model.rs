//! Signs that a printer is another model than its profile says, and what staff read then. It goes on printing: a wrong
//! line in a file costs nobody a ticket.

use super::profile::{Profile, StatusKind};

/// So many looks in a row must agree before a printer is taken for another model: a lost byte is no other model.
const AGREE: u32 = 3;

/// What was learned of a printer on one connection.
#[derive(Debug)]
pub(super) struct Model {
    /// The questions `DLE EOT n` that are put to it.
    pub(super) asks: Vec<u8>,
    /// What it answered when it was last asked one by one.
    answered: Vec<u8>,
    /// Looks in a row in which the first question was not answered.
    misses: u32,
    /// Looks in a row in which what came was no answer.
    nonsense: u32,
}

impl Model {
    /// Nothing but the profile is known.
    pub(super) fn of(profile: &Profile) -> Model {
        Model { asks: profile.asks().to_vec(), answered: Vec::new(), misses: 0, nonsense: 0 }
    }

    /// Everything was answered; `possible` says whether the bits of the answers can be.
    pub(super) fn whole(&mut self, possible: bool) {
        (self.answered, self.misses) = (Vec::new(), 0);
        self.nonsense = if possible { 0 } else { (self.nonsense + 1).min(AGREE) };
    }

    /// A question was not answered, the first one or a later one; `strange` says whether something else came in its place.
    /// Answers whether the questions should be put one by one.
    pub(super) fn missed(&mut self, first: bool, strange: bool) -> bool {
        self.nonsense = if strange { (self.nonsense + 1).min(AGREE) } else { self.nonsense.saturating_sub(1) };
        self.misses = if first { self.misses + 1 } else { 0 };
        !strange && (!first || self.misses.is_multiple_of(AGREE))
    }

    /// Takes what was answered when every question was put by itself. When it is twice the same part, the rest is not
    /// asked any more; answers whether that is so now.
    pub(super) fn one_by_one(&mut self, answered: Vec<u8>) -> bool {
        let part = !answered.is_empty() && answered.len() < self.asks.len();
        let again = part && self.answered == answered;
        if again {
            self.asks.clone_from(&answered);
        }
        self.answered = answered;
        again
    }

    /// Whether its words mean nothing.
    pub(super) fn is_nonsense(&self) -> bool {
        self.nonsense >= AGREE
    }
}

/// It answers a part of what the profile says.
pub(super) fn partly(profile: &Profile, answered: &[u8]) -> String {
    let list = |questions: &[u8]| questions.iter().map(u8::to_string).collect::<Vec<_>>().join(", ");
    let not: Vec<u8> = profile.asks().iter().copied().filter(|n| !answered.contains(n)).collect();
    let said = format!("it answers DLE EOT {} and not {}", list(answered), list(&not));
    match profile.like(StatusKind::Half, answered) {
        Some(like) => format!("{said}, like {like}; write profile = \"{like}\""),
        None => format!("{said}; write a profile of its own with status = \"half\" and answers = [{}]", list(answered)),
    }
}

/// It says what the profile says that it never says.
pub(super) fn unasked(profile: &Profile) -> String {
    let said = match profile.status {
        StatusKind::Silent => "it speaks, which its profile says it never does",
        StatusKind::Half | StatusKind::Full => "it reports changes by itself, which its profile says it never does",
    };
    let like = profile.like(StatusKind::Full, &[1, 2, 3, 4]).unwrap_or("escpos-80");
    format!("{said}, like {like}; write profile = \"{like}\"")
}

/// What it says is no ESC/POS status.
pub(super) fn nonsense(profile: &Profile) -> String {
    let like = profile.like(StatusKind::Silent, &[]).unwrap_or("escpos-80-silent");
    format!(
        "its answers are no status of ESC/POS, so it is another model or set to another language or speed; write its own \
         profile, or \"{like}\", which asks nothing"
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn full() -> Profile {
        Profile::load("escpos-80", std::path::Path::new("")).unwrap()
    }

    #[test]
    fn half_a_printer_is_known_after_two_rounds_that_agree() {
        let mut model = Model::of(&full());
        assert!(model.missed(false, false));
        assert!(!model.one_by_one(vec![1, 4]));
        assert!(!model.one_by_one(vec![1, 3, 4]), "another part: a byte was lost");
        assert!(!model.one_by_one(vec![1, 4]));
        assert!(model.one_by_one(vec![1, 4]));
        assert_eq!(model.asks, [1, 4]);
    }

    #[test]
    fn silence_is_no_other_model() {
        let mut model = Model::of(&full());
        for round in 1..=6 {
            assert_eq!(model.missed(true, false), round % 3 == 0);
            assert!(!model.one_by_one(Vec::new()));
        }
        assert_eq!(model.asks, [1, 2, 3, 4]);
        assert!(!model.is_nonsense());
    }

    #[test]
    fn nonsense_is_known_after_three_looks_and_forgotten_after_a_good_one() {
        let mut model = Model::of(&full());
        for _ in 0..3 {
            assert!(!model.is_nonsense());
            assert!(!model.missed(true, true), "nobody is asked more who answers nonsense");
        }
        assert!(model.is_nonsense());
        model.whole(true);
        assert!(!model.is_nonsense());
    }

    #[test]
    fn the_profile_to_write_is_named_where_there_is_one() {
        assert_eq!(
            partly(&full(), &[1, 4]),
            "it answers DLE EOT 1, 4 and not 2, 3, like escpos-80-half; write profile = \"escpos-80-half\""
        );
        assert!(partly(&full(), &[1, 2]).ends_with("status = \"half\" and answers = [1, 2]"));
        let half = Profile::load("escpos-58-half", std::path::Path::new("")).unwrap();
        assert!(unasked(&half).contains("by itself, which its profile says it never does, like escpos-58;"));
        assert!(nonsense(&half).contains("\"escpos-58-silent\""));
    }
}
