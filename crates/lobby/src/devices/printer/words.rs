//! The fixed wording of a ticket, language by language.

/// What a ticket says in one language, apart from names that the branch gives.
pub(super) struct Words {
    pub(super) copy: &'static str,
    pub(super) lane: &'static str,
    pub(super) taken: &'static str,
    pub(super) nobody_ahead: &'static str,
    /// `{n}` is the number of people.
    pub(super) ahead: &'static str,
    /// `{n}` is the middle and `{most}` the upper bound, in minutes.
    pub(super) wait: &'static str,
    /// `{n}` is a list of counters.
    pub(super) counters: &'static str,
    pub(super) between_counters: &'static str,
    pub(super) listen: &'static str,
    pub(super) bring: &'static str,
    pub(super) follow: &'static str,
    pub(super) hotline: &'static str,
    pub(super) wifi: &'static str,
}

static SIMPLIFIED: Words = Words {
    copy: "补打",
    lane: "队列：",
    taken: "取号时间：",
    nobody_ahead: "前面无人等候",
    ahead: "前面等候 {n} 人",
    wait: "预计等候约 {n} 分钟，最多 {most} 分钟",
    counters: "请到 {n} 号窗口办理",
    between_counters: "、",
    listen: "请留意屏幕，注意听叫号",
    bring: "请提前准备：",
    follow: "扫码查看排队进度",
    hotline: "服务热线：",
    wifi: "无线网络：",
};

static TRADITIONAL: Words = Words {
    copy: "補打",
    lane: "隊列：",
    taken: "取號時間：",
    nobody_ahead: "前面無人等候",
    ahead: "前面等候 {n} 人",
    wait: "預計等候約 {n} 分鐘，最多 {most} 分鐘",
    counters: "請到 {n} 號櫃位辦理",
    between_counters: "、",
    listen: "請留意屏幕，注意聽叫號",
    bring: "請提前準備：",
    follow: "掃碼查看排隊進度",
    hotline: "服務熱線：",
    wifi: "無線網絡：",
};

static ENGLISH: Words = Words {
    copy: "COPY",
    lane: "Queue: ",
    taken: "Taken at: ",
    nobody_ahead: "Nobody ahead of you",
    ahead: "People ahead of you: {n}",
    wait: "Expected wait: about {n}, up to {most} minutes",
    counters: "Counter {n}",
    between_counters: ", ",
    listen: "Watch the screen and listen for your number",
    bring: "Please have ready:",
    follow: "Scan to follow your place in the queue",
    hotline: "Hotline: ",
    wifi: "Wi-Fi: ",
};

/// The wording for a language tag such as `zh-CN`; English for a language that there is none for.
pub(super) fn of(language: &str) -> &'static Words {
    let tag = language.to_ascii_lowercase();
    let traditional = ["hant", "-hk", "-tw", "-mo", "yue"].iter().any(|part| tag.contains(part));
    match tag.get(..2) {
        Some("zh") if !traditional => &SIMPLIFIED,
        Some("zh" | "yu") if traditional => &TRADITIONAL,
        _ => &ENGLISH,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_find_their_wording() {
        let hotline = |tag| of(tag).hotline;
        assert_eq!(hotline("zh-CN"), SIMPLIFIED.hotline);
        assert_eq!(hotline("zh"), SIMPLIFIED.hotline);
        for tag in ["zh-HK", "zh-TW", "zh-Hant", "yue-Hant-HK"] {
            assert_eq!(hotline(tag), TRADITIONAL.hotline, "{tag}");
        }
        for tag in ["en", "en-GB", "fr", "", "中"] {
            assert_eq!(hotline(tag), ENGLISH.hotline, "{tag}");
        }
    }
}
