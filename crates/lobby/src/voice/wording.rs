//! What is said for a ticket and a counter: clips in order, words, caption.
//!
//! Ticket digits are read singly, counters as cardinals from 1 to 999 (12 is 十二, 2 is 二 and never
//! 两), any other label is spelled. Zero is "zero", never "oh".

use super::VoiceError;
use super::grammar::{Grammar, NumberSystem, Phrase, letter_clip};
use super::pack::ClipId;

/// Name of a pause among the names of clips.
const PAUSE: &str = "pause";

/// A call in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Language tag.
    pub language: String,
    /// Clips in the order they are spoken, chime not included.
    pub clips: Vec<ClipId>,
    /// The same in words: `请A零一二号顾客到十二号窗口办理业务`.
    pub words: String,
    /// What a screen shows, numbers as printed: `请 A012 号顾客到 12 号窗口办理业务`.
    pub caption: String,
    /// Characters of number and label that no clip can say. The rest is spoken without them.
    pub unspoken: String,
}

/// Choices a branch makes about wording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WordingOptions {
    /// Read 1 in Chinese ticket numbers as 幺 in place of 一. Counters keep 一.
    pub one_as_yao: bool,
}

/// Words the call of `ticket` to `counter`, both as shown on screens, in the language of `grammar`.
///
/// # Errors
/// [`VoiceError::NothingToSay`] when the ticket number has neither letter nor digit.
pub fn call(grammar: &Grammar, ticket: &str, counter: &str, options: WordingOptions) -> Result<Sentence, VoiceError> {
    let (ticket_clips, mut unspoken) = spell(grammar, ticket, options);
    if ticket_clips.is_empty() {
        return Err(VoiceError::NothingToSay { number: ticket.to_owned() });
    }
    let (counter_clips, gap) = counter_clips(grammar, counter);
    unspoken.push_str(&gap);

    let plain = counter_clips.is_empty();
    let (order, caption) =
        if plain { (&grammar.sentence_plain, &grammar.caption_plain) } else { (&grammar.sentence, &grammar.caption) };
    let names = in_order(order, "{ticket}", &ticket_clips, &counter_clips);
    Ok(Sentence {
        words: words(grammar, &names),
        clips: clip_ids(grammar, &names),
        caption: caption.replace("{ticket}", ticket).replace("{counter}", counter),
        language: grammar.language.clone(),
        unspoken,
    })
}

/// Words several calls as one sentence: numbers of the same counter together, counters in the order of their first
/// number. With a single call it is as short as the others; [`call`] has the full form.
///
/// # Errors
/// [`VoiceError::NothingToSay`] when none of the numbers has a letter or digit.
pub fn list(grammar: &Grammar, calls: &[(&str, &str)], options: WordingOptions) -> Result<Sentence, VoiceError> {
    let mut counters: Vec<(&str, Vec<&str>)> = Vec::new();
    for (ticket, counter) in calls {
        match counters.iter_mut().find(|(known, _)| known == counter) {
            Some((_, tickets)) => tickets.push(ticket),
            None => counters.push((counter, vec![ticket])),
        }
    }
    let rules = &grammar.list;
    let (mut names, mut captions, mut unspoken) = (rules.first.clone(), Vec::new(), String::new());
    let (mut heard, mut last): (bool, &[String]) = (false, &[]);
    for (place, (counter, tickets)) in counters.iter().enumerate() {
        let (label, gap) = counter_clips(grammar, counter);
        unspoken.push_str(&gap);
        let plain = label.is_empty();
        let (order, caption) =
            if plain { (&rules.part_plain, &rules.caption_part_plain) } else { (&rules.part, &rules.caption_part) };
        last = if plain { &[] } else { &rules.last };
        let mut numbers = Vec::new();
        for ticket in tickets {
            let (clips, gap) = spell(grammar, ticket, options);
            unspoken.push_str(&gap);
            if !clips.is_empty() && !numbers.is_empty() {
                numbers.push(PAUSE.to_owned());
            }
            numbers.extend(clips);
        }
        heard |= !numbers.is_empty();
        if place > 0 {
            names.push(PAUSE.to_owned());
        }
        names.extend(in_order(order, "{tickets}", &numbers, &label));
        let tickets = tickets.join(&rules.caption_between_tickets);
        captions.push(caption.replace("{tickets}", &tickets).replace("{counter}", counter));
    }
    names.extend_from_slice(last);
    if !heard {
        let number = calls.iter().map(|(ticket, _)| *ticket).collect::<Vec<_>>().join(", ");
        return Err(VoiceError::NothingToSay { number });
    }
    Ok(Sentence {
        words: words(grammar, &names),
        clips: clip_ids(grammar, &names),
        caption: rules.caption.replace("{parts}", &captions.join(&rules.caption_between_parts)),
        language: grammar.language.clone(),
        unspoken,
    })
}

/// Puts the greeting of an hour before a call, and thanks for the wait behind it.
pub fn politely(grammar: &Grammar, mut sentence: Sentence, greet_at: Option<u8>, long_wait: bool) -> Sentence {
    let id = |phrase: &Phrase| ClipId::of(&grammar.language, &phrase.clip);
    let text = |phrase: &Phrase| grammar.clips.get(&phrase.clip).map_or("", |clip| clip.text.as_str()).to_owned();
    if let Some(hour) = greet_at {
        let phrase = grammar.courtesy.greeting(hour);
        sentence.clips.splice(0..0, [id(phrase), ClipId::pause()]);
        sentence.caption = format!("{}{}", phrase.caption, sentence.caption);
        sentence.words = format!("{}{}{}", text(phrase), grammar.word_space, sentence.words);
    }
    if long_wait {
        let phrase = &grammar.courtesy.apology;
        sentence.clips.extend([ClipId::pause(), id(phrase)]);
        sentence.caption.push_str(&phrase.caption);
        sentence.words.push_str(&text(phrase));
    }
    sentence
}

/// The clips of an order, its places filled in.
fn in_order(order: &[String], tickets: &str, numbers: &[String], label: &[String]) -> Vec<String> {
    let mut names = Vec::new();
    for part in order {
        match part.as_str() {
            part if part == tickets => names.extend_from_slice(numbers),
            "{counter}" => names.extend_from_slice(label),
            phrase => names.push(phrase.to_owned()),
        }
    }
    names
}

fn clip_ids(grammar: &Grammar, names: &[String]) -> Vec<ClipId> {
    let id = |name: &String| if name == PAUSE { ClipId::pause() } else { ClipId::of(&grammar.language, name) };
    names.iter().map(id).collect()
}

/// Letters and digits one by one; what has no clip comes back beside them. Dashes and blanks are
/// only for the eye and are left out.
fn spell(grammar: &Grammar, text: &str, options: WordingOptions) -> (Vec<String>, String) {
    let mut names = Vec::new();
    let mut unspoken = String::new();
    for character in text.chars() {
        match character {
            '1' if options.one_as_yao && grammar.clips.contains_key("digit-1-yao") => {
                names.push("digit-1-yao".to_owned());
            }
            '0'..='9' => names.push(format!("digit-{character}")),
            'a'..='z' | 'A'..='Z' => names.push(letter_clip(character)),
            '-' | ' ' => {}
            other => unspoken.push(other),
        }
    }
    (names, unspoken)
}

fn counter_clips(grammar: &Grammar, label: &str) -> (Vec<String>, String) {
    let digits_only = !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_digit());
    match label.parse::<u16>() {
        Ok(number @ 1..=999) if digits_only => (cardinal(grammar, number), String::new()),
        _ => spell(grammar, label, WordingOptions::default()),
    }
}

/// Clip names of a cardinal from 1 to 999.
fn cardinal(grammar: &Grammar, number: u16) -> Vec<String> {
    let (hundreds, rest) = (number / 100, number % 100);
    let mut names = Vec::new();
    match grammar.numbers {
        NumberSystem::Listed => {
            let whole = format!("number-{number}");
            if grammar.clips.contains_key(&whole) {
                names.push(whole);
            } else {
                names.extend(number.to_string().bytes().map(|byte| digit(u16::from(byte - b'0'))));
            }
        }
        NumberSystem::Chinese => {
            if hundreds > 0 {
                names.extend([digit(hundreds), "number-100".to_owned()]);
                if (1..10).contains(&rest) {
                    names.push(digit(0)); // 一百零五
                }
            }
            if rest >= 10 {
                if rest >= 20 || hundreds > 0 {
                    names.push(digit(rest / 10)); // 十二 alone, 一百一十二 after a hundred
                }
                names.push("number-10".to_owned());
            }
            if rest % 10 > 0 {
                names.push(digit(rest % 10));
            }
        }
        NumberSystem::English => {
            if hundreds > 0 {
                names.extend([digit(hundreds), "hundred".to_owned()]);
                if rest > 0 {
                    names.push("and".to_owned());
                }
            }
            match rest {
                0 => {}
                1..=9 => names.push(digit(rest)),
                10..=19 => names.push(format!("number-{rest}")),
                _ => {
                    names.push(format!("number-{}", rest / 10 * 10));
                    if rest % 10 > 0 {
                        names.push(digit(rest % 10));
                    }
                }
            }
        }
    }
    names
}

fn digit(value: u16) -> String {
    format!("digit-{value}")
}

/// The words of clips as a sentence; a comma belongs to the word before it.
fn words(grammar: &Grammar, names: &[String]) -> String {
    let mut text = String::new();
    for name in names {
        if name == PAUSE {
            text.push_str(grammar.list.caption_between_parts.trim_end());
            continue;
        }
        let letter = name.strip_prefix("letter-").map(str::to_ascii_uppercase);
        let word = match (&letter, grammar.clips.get(name)) {
            (Some(letter), _) => letter.as_str(),
            (None, Some(clip)) => clip.text.as_str(),
            (None, None) => continue, // Pack::load fails on a clip that does not exist
        };
        if !text.is_empty() && !word.starts_with(',') {
            text.push_str(&grammar.word_space);
        }
        text.push_str(word);
    }
    text
}

#[cfg(test)]
#[path = "wording_tests.rs"]
mod tests;
