//! Text as wide as the paper: cleaning, measuring, breaking into lines.

/// What must not stand at the beginning of a line.
const CLOSING: &str = "，。、；：？！）》」』】〉％,.;:?!)]}%";
/// What must not stand at the end of a line.
const OPENING: &str = "（《「『【〈([{";

/// The text without anything that a printer would take for a command or that has no place on paper. Line breaks and
/// tabs become blanks.
///
/// Removed: control characters, joiners and marks of direction, and U+E5E5, which GB 18030 cannot say.
pub(super) fn clean(text: &str) -> String {
    let printable = |c: &char| {
        !c.is_control()
            && !matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}')
            && !matches!(c, '\u{FEFF}' | '\u{E5E5}')
    };
    let blanks = text.chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c });
    blanks.filter(printable).collect()
}

/// Columns that a character takes. In the Chinese fonts of printers everything that is not ASCII is full width.
pub(super) fn width_of(c: char) -> usize {
    if c.is_ascii() { 1 } else { 2 }
}

/// Columns that a text takes.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(width_of).sum()
}

/// The text in lines of at most `columns` columns, broken between words, anywhere between Chinese characters, and
/// inside a word only when it is longer than a line. `columns` below 2 counts as 2.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(2);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in pieces(text) {
        if !line.is_empty() && width(&line) + width(word.trim_end()) > columns {
            lines.push(std::mem::take(&mut line));
        }
        if line.is_empty() {
            line.push_str(&long_word(word.trim_start(), columns, &mut lines));
        } else {
            line.push_str(word);
        }
    }
    lines.push(line);
    lines.iter().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

/// Puts whole lines of a word that is longer than one into `lines`; answers the rest.
fn long_word(word: &str, columns: usize, lines: &mut Vec<String>) -> String {
    let mut rest = String::new();
    for c in word.chars() {
        if width(&rest) + width_of(c) > columns && c != ' ' {
            lines.push(std::mem::take(&mut rest));
        }
        rest.push(c);
    }
    rest
}

/// The pieces between two places where a line may break.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut from = 0;
    let mut before: Option<char> = None;
    for (at, c) in text.char_indices() {
        if before.is_some_and(|before| may_break(before, c)) {
            pieces.push(&text[from..at]);
            from = at;
        }
        before = Some(c);
    }
    pieces.push(&text[from..]);
    pieces
}

fn may_break(before: char, after: char) -> bool {
    if CLOSING.contains(after) || OPENING.contains(before) || after == ' ' {
        return false;
    }
    before == ' ' || width_of(before) == 2 || width_of(after) == 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_cannot_command_the_printer() {
        assert_eq!(clean("Cash\x1b@\x1dV\0\u{9b}现金"), "Cash@V现金");
        assert_eq!(clean("two\nlines\tand\r\u{202e}more\u{200b}"), "two lines and more");
    }

    #[test]
    fn words_stay_whole_and_hanzi_break_anywhere() {
        assert_eq!(wrap("Please watch the screen", 12), ["Please watch", "the screen"]);
        assert_eq!(wrap("请留意屏幕注意听叫号", 8), ["请留意屏", "幕注意听", "叫号"]);
        assert_eq!(wrap("请到 3 号窗口", 8), ["请到 3", "号窗口"]);
        assert_eq!(wrap("", 8), [""; 0]);
    }

    #[test]
    fn punctuation_stays_with_its_word() {
        assert_eq!(wrap("请留意屏，幕", 8), ["请留意", "屏，幕"]);
        assert_eq!(wrap("优先优（爱心）", 8), ["优先优", "（爱心）"]);
    }

    #[test]
    fn a_word_longer_than_the_line_is_cut() {
        assert_eq!(wrap("to Donaudampfschiff", 8), ["to", "Donaudam", "pfschiff"]);
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_no_character_lost(text in "[a-c 中文，（）.]{0,60}", columns in 4_usize..20) {
            let lines = wrap(&text, columns);
            prop_assert!(lines.iter().all(|line| width(line) <= columns), "{:?}", lines);
            let letters = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
        }
    }
}
