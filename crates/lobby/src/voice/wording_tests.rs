//! Wordings a hall relies on. Do not change, add.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;

use std::collections::BTreeMap;
use std::sync::LazyLock;

static GRAMMARS: LazyLock<BTreeMap<&str, Grammar>> = LazyLock::new(|| {
    let tags = Grammar::languages().into_iter();
    tags.map(|tag| (tag, Grammar::of(tag).unwrap())).collect()
});

fn say(language: &str, ticket: &str, counter: &str) -> Sentence {
    call(&GRAMMARS[language], ticket, counter, WordingOptions::default()).unwrap()
}

#[test]
fn the_wordings_of_the_contract() {
    let cases = [
        ("zh-CN", "A012", "3", "请A零一二号顾客到三号窗口办理业务"),
        ("zh-CN", "A012", "12", "请A零一二号顾客到十二号窗口办理业务"),
        ("zh-CN", "B907", "2", "请B九零七号顾客到二号窗口办理业务"),
        ("en", "A012", "3", "Ticket A zero one two, please go to counter three"),
        ("en", "C1000", "21", "Ticket C one zero zero zero, please go to counter twenty one"),
        ("yue", "A012", "3", "請A零一二號到三號櫃位"),
    ];
    for (language, ticket, counter, words) in cases {
        assert_eq!(say(language, ticket, counter).words, words);
    }
}

#[test]
fn clips_of_a012_to_counter_12() {
    let ids = |language| {
        let clips = say(language, "A012", "12").clips;
        clips.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        ids("zh-CN"),
        [
            "zh-CN/please",
            "zh-CN/letter-a",
            "zh-CN/digit-0",
            "zh-CN/digit-1",
            "zh-CN/digit-2",
            "zh-CN/customer-to",
            "zh-CN/number-10",
            "zh-CN/digit-2",
            "zh-CN/counter",
        ]
    );
    assert_eq!(
        ids("en"),
        [
            "en/ticket",
            "en/letter-a",
            "en/digit-0",
            "en/digit-1",
            "en/digit-2",
            "en/please-go-to-counter",
            "en/number-12",
        ]
    );
}

#[test]
fn captions_show_the_number_as_printed() {
    assert_eq!(say("zh-CN", "A012", "3").caption, "请 A012 号顾客到 3 号窗口办理业务");
    assert_eq!(say("en", "A012", "3").caption, "Ticket A012, please go to counter 3");
    assert_eq!(say("yue", "A012", "3").caption, "請 A012 號到 3 號櫃位");
}

/// An independent reading of Chinese cardinals, to hold the clips against.
fn chinese(number: u16) -> String {
    let digits: Vec<char> = "零一二三四五六七八九".chars().collect();
    let (hundreds, tens, ones) = (number / 100, number / 10 % 10, number % 10);
    let mut text = String::new();
    if hundreds > 0 {
        text.push(digits[usize::from(hundreds)]);
        text.push('百');
    }
    match (hundreds, tens) {
        (0, 0) => {}
        (_, 0) if ones > 0 => text.push('零'),
        (_, 0) => {}
        (0, 1) => text.push('十'),
        (_, tens) => {
            text.push(digits[usize::from(tens)]);
            text.push('十');
        }
    }
    if ones > 0 {
        text.push(digits[usize::from(ones)]);
    }
    text
}

fn english(number: u16) -> String {
    let small = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen \
                 fifteen sixteen seventeen eighteen nineteen";
    let small: Vec<&str> = small.split(' ').collect();
    let tens: Vec<&str> = "twenty thirty forty fifty sixty seventy eighty ninety".split(' ').collect();
    match number {
        1..=19 => small[usize::from(number) - 1].to_owned(),
        20..=99 if number.is_multiple_of(10) => tens[usize::from(number) / 10 - 2].to_owned(),
        20..=99 => format!("{} {}", english(number / 10 * 10), english(number % 10)),
        _ if number.is_multiple_of(100) => format!("{} hundred", english(number / 100)),
        _ => format!("{} hundred and {}", english(number / 100), english(number % 100)),
    }
}

#[test]
fn every_counter_from_1_to_999_is_a_cardinal() {
    for number in 1..=999 {
        let label = number.to_string();
        assert_eq!(say("zh-CN", "A001", &label).words, format!("请A零零一号顾客到{}号窗口办理业务", chinese(number)));
        assert_eq!(
            say("en", "A001", &label).words,
            format!("Ticket A zero zero one, please go to counter {}", english(number))
        );
        assert!(!say("zh-CN", "A001", &label).words.contains('两'));
    }
    let known = [(12, "十二"), (20, "二十"), (105, "一百零五"), (110, "一百一十"), (999, "九百九十九")];
    for (number, text) in known {
        assert_eq!(chinese(number), text);
    }
}

#[test]
fn every_ticket_is_read_digit_by_digit() {
    let chinese: Vec<char> = "零一二三四五六七八九".chars().collect();
    let english: Vec<&str> = "zero one two three four five six seven eight nine".split(' ').collect();
    for letter in 'A'..='Z' {
        for number in 0..=999 {
            let digits: Vec<usize> = vec![number / 100, number / 10 % 10, number % 10];
            let ticket = format!("{letter}{number:03}");
            let read: String = digits.iter().map(|digit| chinese[*digit]).collect();
            let sentence = say("zh-CN", &ticket, "1");
            assert_eq!(sentence.words, format!("请{letter}{read}号顾客到一号窗口办理业务"));
            assert_eq!(sentence.unspoken, "");
            let read = digits.iter().map(|digit| english[*digit]).collect::<Vec<_>>();
            let sentence = say("en", &ticket, "1");
            let words = format!("Ticket {letter} {}, please go to counter one", read.join(" "));
            assert_eq!(sentence.words, words);
            assert!(!sentence.words.contains(" oh"));
        }
    }
}

#[test]
fn one_is_yao_only_by_option_and_only_in_tickets() {
    let options = WordingOptions { one_as_yao: true };
    let mandarin = call(&Grammar::of("zh-CN").unwrap(), "A011", "11", options).unwrap();
    assert_eq!(mandarin.words, "请A零幺幺号顾客到十一号窗口办理业务");
    let english = call(&Grammar::of("en").unwrap(), "A011", "11", options).unwrap();
    assert_eq!(english.words, "Ticket A zero one one, please go to counter eleven");
}

#[test]
fn labels_that_are_no_number_are_spelled() {
    assert_eq!(say("en", "A001", "B12").words, "Ticket A zero zero one, please go to counter B one two");
    assert_eq!(say("zh-CN", "A001", "V2").words, "请A零零一号顾客到V二号窗口办理业务");
    assert_eq!(say("zh-CN", "A001", "1000").words, "请A零零一号顾客到一零零零号窗口办理业务");
    assert_eq!(say("zh-CN", "A001", "0").words, "请A零零一号顾客到零号窗口办理业务");
    assert_eq!(say("zh-CN", "A001", "03").words, "请A零零一号顾客到三号窗口办理业务");
    assert_eq!(say("zh-CN", "a-001", "+3").unspoken, "+");
}

#[test]
fn what_cannot_be_said_is_named_and_the_rest_is_spoken() {
    let sentence = say("zh-CN", "A001", "贵宾室");
    assert_eq!(sentence.words, "请A零零一号顾客到窗口办理业务");
    assert_eq!(sentence.caption, "请 A001 号顾客到 贵宾室 办理业务");
    assert_eq!(sentence.unspoken, "贵宾室");
    let mixed = say("zh-CN", "贵A001", "VIP室");
    assert_eq!(mixed.words, "请A零零一号顾客到VIP号窗口办理业务");
    assert_eq!(mixed.unspoken, "贵室");
}

#[test]
fn a_number_with_nothing_to_say_is_refused() {
    let grammar = Grammar::of("en").unwrap();
    for number in ["", "贵宾", "--", "<b>"] {
        let refused = call(&grammar, number, "3", WordingOptions::default());
        // "<b>" has one letter: it is spoken, its markup is not.
        assert_eq!(refused.is_err(), number != "<b>", "{number}");
    }
}

#[test]
fn every_clip_a_wording_names_belongs_to_the_pack() {
    for language in Grammar::languages() {
        let grammar = Grammar::of(language).unwrap();
        let names: std::collections::BTreeSet<String> =
            grammar.all_clips().into_iter().map(|(name, _)| ClipId::of(language, &name).to_string()).collect();
        for number in 1..=999_u16 {
            for one_as_yao in [false, true] {
                let ticket = format!("{}{number:03}", char::from(b'A' + u8::try_from(number % 26).unwrap()));
                let options = WordingOptions { one_as_yao };
                let sentence = call(&grammar, &ticket, &number.to_string(), options).unwrap();
                for clip in sentence.clips {
                    assert!(names.contains(clip.to_string().as_str()), "{clip}");
                }
            }
        }
    }
}

#[test]
fn several_numbers_are_one_sentence() {
    let say = |language: &str, calls: &[(&str, &str)]| {
        list(&Grammar::of(language).unwrap(), calls, WordingOptions::default()).unwrap()
    };
    let calls = [("A012", "3"), ("B007", "12"), ("A013", "3")];
    let chinese = say("zh-CN", &calls);
    assert_eq!(chinese.caption, "请 A012、A013 号到 3 号窗口，B007 号到 12 号窗口");
    assert_eq!(chinese.words, "请A零一二，A零一三到三号，B零零七到十二号窗口");
    assert_eq!(chinese.clips.iter().filter(|clip| **clip == ClipId::pause()).count(), 2);
    let english = say("en", &calls);
    assert_eq!(english.caption, "Now calling A012 and A013 to counter 3, B007 to counter 12");
    assert_eq!(
        english.words,
        "Now calling A zero one two, A zero one three, counter three, B zero zero seven, counter twelve"
    );
    let named = say("zh-CN", &[("A012", "3"), ("B007", "贵宾室")]);
    assert_eq!(named.words, "请A零一二到三号，B零零七到窗口", "the last word stands there already");
    assert_eq!(say("yue", &calls[..1]).caption, "請 A012 號到 3 號櫃位");
    let none = list(&Grammar::of("en").unwrap(), &[("--", "3")], WordingOptions::default());
    assert!(none.is_err());
    // What cannot be said does not silence the others.
    assert_eq!(say("en", &[("贵宾", "3"), ("A001", "4")]).unspoken, "贵宾");
}

#[test]
fn polite_forms_go_by_the_time_of_day_and_the_wait() {
    let say = |language: &str, hour, long_wait| {
        let grammar = Grammar::of(language).unwrap();
        let sentence = call(&grammar, "A012", "3", WordingOptions::default()).unwrap();
        politely(&grammar, sentence, hour, long_wait)
    };
    assert_eq!(say("zh-CN", Some(9), false).caption, "早上好，请 A012 号顾客到 3 号窗口办理业务");
    assert_eq!(say("zh-CN", Some(15), true).words, "下午好请A零一二号顾客到三号窗口办理业务让您久等了");
    assert_eq!(say("en", None, true).caption, "Ticket A012, please go to counter 3. Thank you for waiting");
    assert_eq!(say("en", Some(20), false).clips[0], ClipId::of("en", "good-evening"));
    assert_eq!(
        say("yue", None, false),
        GRAMMARS.get("yue").map(|g| call(g, "A012", "3", WordingOptions::default()).unwrap()).unwrap()
    );
}
