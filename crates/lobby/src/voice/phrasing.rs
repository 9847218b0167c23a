//! From a turn to words: the caption of every language, and what is to be heard, pass by pass.

use std::collections::BTreeMap;

use tracing::warn;

use super::announcement::{Announcement, Call, Caption, Saying, Speech};
use super::grammar::Grammar;
use super::queue::{Form, Turn};
use super::render::Part;
use super::wording::{self, Sentence, WordingOptions};

/// One stretch that is not broken off: a call in all its languages, or one language of a notice.
#[derive(Debug, Clone)]
pub struct Pass {
    /// Whether the chime comes before it.
    pub chime: bool,
    /// What is heard, in order.
    pub parts: Vec<Part>,
}

/// A turn in words.
#[derive(Debug, Clone, Default)]
pub struct Phrased {
    /// What screens show, by language.
    pub caption: Caption,
    /// What is heard, in order.
    pub passes: Vec<Pass>,
    /// Passes that make up the whole once.
    pub once: usize,
}

/// Why a turn cannot be heard; its caption can be shown all the same.
#[derive(Debug, Clone)]
pub struct Unspeakable {
    /// What screens show, by language.
    pub caption: Caption,
    /// A sentence.
    pub cause: String,
}

/// How a branch words its calls.
#[derive(Debug, Clone)]
pub struct Phrasing {
    /// By language.
    pub grammars: BTreeMap<String, Grammar>,
    /// Choices of wording.
    pub options: WordingOptions,
    /// A greeting by the time of day before each call.
    pub greet: bool,
}

impl Phrasing {
    /// Words a turn at an hour of the day, 0 to 23.
    ///
    /// # Errors
    /// [`Unspeakable`] when nothing of it can be said.
    pub fn of(&self, turn: &Turn, hour: u8) -> Result<Phrased, Unspeakable> {
        let calls: Vec<(&Announcement, &Call)> =
            turn.jobs.iter().filter_map(|job| job.as_call().map(|call| (job, call))).collect();
        match (&turn.jobs[..], &calls[..]) {
            ([job], [(_, call)]) => self.call(job, call, turn.form, hour),
            ([job], []) => match &job.saying {
                Saying::Speech(speech) => speech_of(job, speech),
                Saying::Call(_) | Saying::Chime {} => Ok(repeated(Caption::new(), Vec::new(), job.repeats)),
            },
            _ => self.joined(&calls, turn.goes_on),
        }
    }

    fn call(&self, job: &Announcement, call: &Call, form: Form, hour: u8) -> Result<Phrased, Unspeakable> {
        let mut sentences = Vec::new();
        for language in &job.languages {
            let Some(grammar) = self.grammars.get(language) else {
                warn!("The call {} is not spoken in {language}: the voice has no such language.", call.ticket);
                continue;
            };
            let worded = wording::call(grammar, &call.ticket, &call.counter, self.options);
            let sentence = worded.map_err(|error| unspeakable(&sentences, error.to_string()))?;
            if !sentence.unspoken.is_empty() {
                warn!(
                    "The call {} to {} leaves out \"{}\": only letters and digits can be spoken.",
                    call.ticket, call.counter, sentence.unspoken
                );
            }
            // Without time nobody is kept by politeness.
            let (greet, sorry) = (self.greet && form == Form::Full, call.long_wait && form == Form::Full);
            sentences.push(wording::politely(grammar, sentence, greet.then_some(hour), sorry));
        }
        if sentences.is_empty() {
            let cause = format!("none of its languages ({}) is known", job.languages.join(", "));
            return Err(unspeakable(&sentences, cause));
        }
        let times = if form == Form::Full { job.repeats } else { 1 };
        let parts = sentences.iter().map(|sentence| Part::Clips(sentence.clips.clone())).collect();
        Ok(repeated(captions(&sentences), parts, times))
    }

    /// One sentence a language: screens show all numbers in each, heard is each number in one.
    fn joined(&self, calls: &[(&Announcement, &Call)], goes_on: bool) -> Result<Phrased, Unspeakable> {
        let mut languages: Vec<&String> = Vec::new();
        for (job, _) in calls {
            languages.extend(job.languages.iter().filter(|language| self.grammars.contains_key(*language)));
        }
        let mut seen = std::collections::BTreeSet::new();
        languages.retain(|language| seen.insert(*language));
        let (mut shown, mut parts, mut trouble) = (Vec::new(), Vec::new(), None);
        for language in languages {
            let Some(grammar) = self.grammars.get(language) else { continue };
            let all: Vec<(&str, &str)> =
                calls.iter().map(|(_, call)| (call.ticket.as_str(), call.counter.as_str())).collect();
            let own: Vec<(&str, &str)> = calls
                .iter()
                .filter(|(job, call)| self.language_of(job, call) == Some(language))
                .map(|(_, call)| (call.ticket.as_str(), call.counter.as_str()))
                .collect();
            match wording::list(grammar, &all, self.options) {
                Ok(sentence) => shown.push(sentence),
                Err(error) => trouble = Some(error.to_string()),
            }
            if own.is_empty() {
                continue;
            }
            match wording::list(grammar, &own, self.options) {
                Ok(sentence) => parts.push(Part::Clips(sentence.clips)),
                Err(error) => trouble = Some(error.to_string()),
            }
        }
        if parts.is_empty() {
            let cause = trouble.unwrap_or_else(|| "none of its languages is known".to_owned());
            return Err(unspeakable(&shown, cause));
        }
        Ok(Phrased { caption: captions(&shown), passes: vec![Pass { chime: !goes_on, parts }], once: 1 })
    }

    /// The customer's own language where the voice has it, else the first of the branch.
    fn language_of<'a>(&'a self, job: &'a Announcement, call: &'a Call) -> Option<&'a String> {
        let own = call.language.as_ref().filter(|own| job.languages.contains(own));
        own.into_iter().chain(&job.languages).find(|language| self.grammars.contains_key(*language))
    }
}

/// A notice: each language by itself, so that a call can come between.
fn speech_of(job: &Announcement, speech: &Speech) -> Result<Phrased, Unspeakable> {
    if speech.sounds.is_empty() {
        let cause = speech.unspoken.clone().unwrap_or_else(|| "there is no sound of it".to_owned());
        return Err(Unspeakable { caption: speech.text.clone(), cause });
    }
    let once: Vec<Pass> = speech
        .sounds
        .iter()
        .enumerate()
        .map(|(place, (_, samples))| Pass { chime: place == 0, parts: vec![Part::Whole(samples.clone())] })
        .collect();
    let times = usize::from(job.repeats.max(1));
    let passes = std::iter::repeat_n(&once, times).flatten().cloned().collect();
    Ok(Phrased { caption: speech.text.clone(), passes, once: once.len() })
}

fn repeated(caption: Caption, parts: Vec<Part>, times: u8) -> Phrased {
    let pass = Pass { chime: true, parts };
    Phrased { caption, passes: vec![pass; usize::from(times.max(1))], once: 1 }
}

fn captions(sentences: &[Sentence]) -> Caption {
    sentences.iter().map(|sentence| (sentence.language.clone(), sentence.caption.clone())).collect()
}

fn unspeakable(sentences: &[Sentence], cause: String) -> Unspeakable {
    Unspeakable { caption: captions(sentences), cause }
}
