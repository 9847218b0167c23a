//! Text of people: what may be spoken of it, which script is whose, and pinyin.

use std::collections::BTreeMap;

use pinyin::ToPinyin as _;

use super::Stretch;

/// Longest notice, in characters: about forty seconds.
pub(super) const LONGEST: usize = 200;

/// Why a text is no notice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotPlain {
    /// No letter and no digit is in it.
    #[error("there is no word in it")]
    Empty,
    /// It is longer than anybody listens.
    #[error("it has {0} characters; at most {LONGEST} are spoken")]
    TooLong(usize),
}

/// A text as one plain line: tags, entities and control characters taken out. A `<` that begins no tag stays.
///
/// # Errors
/// [`NotPlain`], as a sentence for whoever wrote it.
pub fn plain(text: &str) -> Result<String, NotPlain> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        if let Some(after) = skip_tag(rest) {
            out.push(' ');
            rest = after;
        } else if let Some((meant, after)) = entity(rest) {
            out.push_str(meant);
            rest = after;
        } else {
            out.push(if letter.is_control() || letter.is_whitespace() { ' ' } else { letter });
            rest = &rest[letter.len_utf8()..];
        }
    }
    let out = out.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = out.chars().count();
    if !out.chars().any(char::is_alphanumeric) {
        Err(NotPlain::Empty)
    } else if length > LONGEST {
        Err(NotPlain::TooLong(length))
    } else {
        Ok(out)
    }
}

/// What comes after a tag, a comment or a processing instruction that `text` begins with.
fn skip_tag(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('<')?;
    if let Some(comment) = inside.strip_prefix("!--") {
        return Some(comment.split_once("-->").map_or("", |(_, after)| after));
    }
    let first = inside.chars().next()?;
    let begins = first.is_ascii_alphabetic() || matches!(first, '/' | '!' | '?');
    if !begins {
        return None;
    }
    inside.split_once('>').map(|(_, after)| after)
}

/// What an entity that `text` begins with stands for.
fn entity(text: &str) -> Option<(&'static str, &str)> {
    let known = [("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&nbsp;", " ")];
    known.into_iter().find_map(|(entity, meant)| Some((meant, text.strip_prefix(entity)?)))
}

fn is_hanzi(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// Chinese by `reading`, Latin letters by the voice that reads those; each stretch has a word in it.
pub(super) fn by_script(text: &str, reading: impl Fn(&str) -> String) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    for letter in text.chars() {
        let latin = letter.is_ascii_alphanumeric();
        let neutral = !latin && !is_hanzi(letter);
        match stretches.last_mut() {
            Some(last) if neutral || last.latin == latin => last.text.push(letter),
            _ if neutral => {}
            _ => stretches.push(Stretch { latin, text: letter.to_string() }),
        }
    }
    let worded = stretches.into_iter().map(|stretch| {
        let text = if stretch.latin { latin(&stretch.text) } else { reading(&stretch.text) };
        Stretch { text, ..stretch }
    });
    worded.filter(|stretch| stretch.text.chars().any(char::is_alphanumeric)).collect()
}

/// Abbreviations in capitals are spelled, and nothing but letters is left.
fn latin(text: &str) -> String {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let spelled = |word: &str| word.chars().map(String::from).collect::<Vec<_>>().join(" ");
    let is_short = |word: &str| word.chars().all(|letter| letter.is_ascii_uppercase());
    words.map(|word| if is_short(word) { spelled(word) } else { word.to_owned() }).collect::<Vec<_>>().join(" ")
}

/// Toned pinyin: `qing3 qu3 hao4, xie4xie5`. Words of `readings` first, the longest that fits.
pub(super) fn pinyin(text: &str, readings: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let word =
            readings.iter().filter(|(word, _)| rest.starts_with(word.as_str())).max_by_key(|(word, _)| word.len());
        if let Some((word, reading)) = word {
            push_word(&mut out, reading);
            rest = &rest[word.len()..];
            continue;
        }
        if let Some(syllable) = letter.to_pinyin() {
            push_word(&mut out, syllable.with_tone_num_end());
        } else if let Some(mark) = mark(letter) {
            out.push(mark);
        }
        rest = &rest[letter.len_utf8()..];
    }
    out
}

fn push_word(out: &mut String, word: &str) {
    if !out.is_empty() {
        out.push(' ');
    }
    out.push_str(word);
}

/// Punctuation that makes a pause; the rest is silent.
fn mark(letter: char) -> Option<char> {
    match letter {
        '，' | '、' | '：' | ',' | ':' => Some(','),
        '。' | '！' | '？' | '；' | '.' | '!' | '?' | ';' => Some('.'),
        _ => None,
    }
}
