//! Numbers in free text, worded as a hall says them: `15` is 十五, `8:30` 八点三十分, `012` and telephone numbers digit
//! by digit. 2 is 二 and never 两.

const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
/// Longer numbers are read digit by digit.
const LONGEST_CARDINAL: usize = 4;

/// Chinese characters in place of digits.
pub(super) fn in_hanzi(text: &str) -> String {
    with_numbers(text, |before, number, after| {
        time(number, after).unwrap_or_else(|| {
            let singly = before.is_ascii_alphanumeric() || is_read_singly(number);
            (if singly { singles(number) } else { cardinal(number) }, after)
        })
    })
}

/// Digits with blanks between where a voice would make a number of them: `A 0 1 2`.
pub(super) fn spaced(text: &str) -> String {
    with_numbers(text, |before, number, after| {
        let singly = before != ':' && (before.is_ascii_alphanumeric() || is_read_singly(number));
        let blanks = || number.chars().flat_map(|digit| [' ', digit]).collect();
        (if singly { blanks() } else { number.to_owned() }, after)
    })
}

/// A text with other words for its numbers. `word` is given what stands before the digits, the digits, and what follows
/// them; it gives the words and what follows those.
fn with_numbers<'a>(text: &'a str, word: impl Fn(char, &'a str, &'a str) -> (String, &'a str)) -> String {
    let mut out = String::new();
    let (mut rest, mut before) = (text, ' ');
    while let Some(letter) = rest.chars().next() {
        if letter.is_ascii_digit() {
            let (number, after) = digits(rest);
            let (words, after) = word(before, number, after);
            out.push_str(&words);
            (rest, before) = (after, ' ');
        } else {
            out.push(letter);
            (rest, before) = (&rest[letter.len_utf8()..], letter);
        }
    }
    out
}

fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len()))
}

fn is_read_singly(number: &str) -> bool {
    number.len() > LONGEST_CARDINAL || (number.len() > 1 && number.starts_with('0'))
}

fn digit(byte: u8) -> char {
    DIGITS[usize::from(byte.wrapping_sub(b'0')).min(9)]
}

fn singles(number: &str) -> String {
    number.bytes().map(digit).collect()
}

/// `8:30` and what comes after it.
fn time<'a>(hours: &str, after: &'a str) -> Option<(String, &'a str)> {
    let (minutes, after) = digits(after.strip_prefix([':', '：'])?);
    let good = hours.len() <= 2 && minutes.len() == 2 && minutes.parse::<u8>().ok()? < 60;
    if !good || hours.parse::<u8>().ok()? > 24 {
        return None;
    }
    let hours = cardinal(hours.trim_start_matches('0'));
    let words = match minutes {
        "00" => format!("{hours}点"),
        _ if minutes.starts_with('0') => format!("{hours}点{}分", singles(minutes)),
        _ => format!("{hours}点{}分", cardinal(minutes)),
    };
    Some((words, after))
}

/// Up to four digits: 零 to 九千九百九十九.
fn cardinal(number: &str) -> String {
    let value: u32 = number.parse().unwrap_or_default();
    if value == 0 {
        return DIGITS[0].to_string();
    }
    let mut out = String::new();
    let (mut begun, mut gap) = (false, false);
    for (unit, name) in [(1_000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let figure = value / unit % 10;
        if figure == 0 {
            gap = begun;
            continue;
        }
        if std::mem::take(&mut gap) {
            out.push(DIGITS[0]);
        }
        // 十五 by itself, 一百一十五 after a hundred.
        if !(unit == 10 && figure == 1 && !begun) {
            out.push(DIGITS[figure as usize]);
        }
        out.push_str(name);
        begun = true;
    }
    out
}
