//! What voices are given of people's texts, and that it is kept.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::super::audio::{TARGET_RMS_DB, active_rms, peak, to_db, to_f32};
use super::*;

fn given(language: &str, text: &str) -> String {
    let parts = stretches(&Grammar::of(language).unwrap(), text);
    parts.iter().map(|part| format!("{}{}", if part.latin { "@" } else { "" }, part.text)).collect::<Vec<_>>().join("|")
}

#[test]
fn markup_is_taken_out_and_words_stay() {
    let cases = [
        ("<speak>Please <b>wait</b><break time=\"2s\"/> here</speak>", "Please wait here"),
        ("Tom &amp; Jerry &lt;3", "Tom & Jerry <3"),
        ("a<!-- not this -->b", "a b"),
        ("two\nlines\tand \u{7}a bell", "two lines and a bell"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("请<script>看</script>屏幕", "请 看 屏幕"),
    ];
    for (written, spoken) in cases {
        assert_eq!(plain(written).unwrap(), spoken);
    }
    assert_eq!(plain("<b></b> …"), Err(NotPlain::Empty));
    assert_eq!(plain(&"很".repeat(201)), Err(NotPlain::TooLong(201)));
}

#[test]
fn mandarin_is_given_pinyin_with_numbers_worded() {
    assert_eq!(
        given("zh-CN", "银行将在15分钟后结束营业"),
        "yin2hang2 jiang1 zai4 shi2 wu3 fen1 zhong1 hou4 jie2 shu4 ying2 ye4"
    );
    assert_eq!(
        given("zh-CN", "8:30开门，电话95500。"),
        "ba1 dian3 san1 shi2 fen1 kai1 men2, dian4 hua4 jiu3 wu3 wu3 ling2 ling2."
    );
    assert_eq!(given("zh-CN", "VIP客户"), "@V I P|ke4 hu4");
    assert_eq!(given("yue", "請到12號櫃位，A012"), "請到十二號櫃位，|@A|零一二");
    assert_eq!(given("zh-CN", "！！"), "");
}

#[test]
fn english_numbers_that_are_names_are_read_digit_by_digit() {
    assert_eq!(given("en", "A012 in 15 minutes at 8:05, call 95500"), "A 0 1 2 in 15 minutes at 8:05, call  9 5 5 0 0");
}

#[test]
fn cardinals_have_their_zeros_where_they_belong() {
    let cases = [
        ("0", "零"),
        ("10", "十"),
        ("12", "十二"),
        ("20", "二十"),
        ("105", "一百零五"),
        ("110", "一百一十"),
        ("200", "二百"),
        ("1005", "一千零五"),
        ("2020", "二千零二十"),
        ("012", "零一二"),
        ("17:00", "十七点"),
        ("9:05", "九点零五分"),
        ("99:99", "九十九:九十九"),
    ];
    for (written, words) in cases {
        assert_eq!(numbers::in_hanzi(written), words, "{written}");
    }
}

#[test]
fn a_notice_is_made_once_at_the_level_of_calls_and_the_folder_is_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let voice = FreeText::new(folder.path().join("notices"), folder.path().join("voice"));
    let first = voice.say("zh-CN", "请看管好随身物品").unwrap();
    let loud = to_f32(&first);
    assert!((to_db(active_rms(&loud)) - TARGET_RMS_DB).abs() < 1.5 && peak(&loud) < 0.9);
    let files =
        || fs::read_dir(folder.path().join("notices")).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    assert_eq!(files().len(), 1);
    // The file is what is heard the second time.
    wav::write(&files()[0], &[9; 480]).unwrap();
    assert_eq!(&*voice.say("zh-CN", "请看管好随身物品").unwrap(), &[9; 480]);
    for number in 0..KEPT_FILES + 5 {
        wav::write(&folder.path().join(format!("notices/old-{number}.wav")), &[0; 48]).unwrap();
    }
    voice.forget_old().unwrap();
    assert_eq!(files().len(), KEPT_FILES);
    let usual = voice.say("en", "Please insert your card").unwrap();
    let slow = voice.clone().slowly().say("en", "Please insert your card").unwrap();
    assert!(slow.len() > usual.len() * 11 / 10, "{} of {}", slow.len(), usual.len());
    assert!(matches!(voice.say("tlh", "nuqneH"), Err(VoiceError::UnknownLanguage { .. })));
}
