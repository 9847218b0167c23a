//! What stands on a ticket, and its way into the printer's language.

use super::drawn::DrawnSheet;
use super::profile::{Chinese, Profile};
use super::sheet::{MOST_QR_BYTES, Sheet, WrittenSheet};
use super::typeface::Typeface;
use super::words::{self, Words};
use crate::config::Text;
use escpos::errors::Result as Escpos;

/// Everything that a ticket says. Pure data; what is empty or `None` is not printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TicketPaper {
    /// Name of the branch.
    pub branch: Text,
    /// The number as called, such as `A012`: the largest thing on the ticket.
    pub number: String,
    /// Name of the service.
    pub service: Text,
    /// Name of the lane.
    pub lane: Text,
    /// When the number was taken, in the branch's own time, such as `2026-11-21 09:02`.
    pub issued: String,
    /// People ahead; `None` when it would say nothing, as on a reprint of a ticket that was called.
    pub ahead: Option<usize>,
    /// Expected wait, where there is an estimate.
    pub wait: Option<WaitRange>,
    /// Counters that may call the number, in the branch's order.
    pub counters: Vec<String>,
    /// What happens to somebody who does not come, as the branch's rule in force says it.
    pub no_show_rule: Text,
    /// What to have ready.
    pub papers: Vec<Text>,
    /// Address of the tracking page, for the QR code; at most 287 bytes, a longer one is left out with a warning.
    pub track_url: Option<String>,
    /// Hotline.
    pub hotline: Option<String>,
    /// Name of the guest network, perhaps with its password.
    pub wifi: Option<String>,
    /// Language tags in the order of printing; none is English.
    pub languages: Vec<String>,
    /// A reprint, marked 补打 COPY.
    pub copy: bool,
}

/// A wait, rounded for people. Minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitRange {
    /// The middle.
    pub about_min: u32,
    /// Rarely more.
    pub up_to_min: u32,
}

/// A ticket that the encoder refused; the text says why. Names are cleaned before, so this is a fault of ours.
#[derive(Debug, thiserror::Error)]
#[error("the ticket cannot be put into the printer's language: {0}")]
pub struct EncodeError(String);

impl TicketPaper {
    /// The ticket as ESC/POS bytes, from init to cut. A printer without Chinese gets it drawn with `face`; without one it
    /// gets what there is in ASCII, in English.
    ///
    /// # Errors
    /// [`EncodeError`]; not for any text in the names.
    pub fn encode(&self, profile: &Profile, face: Option<&Typeface>) -> Result<Vec<u8>, EncodeError> {
        let bytes = match (profile.chinese, face.map(Typeface::open)) {
            (Chinese::Gb18030, _) => WrittenSheet::new(profile).and_then(|sheet| self.print(sheet)),
            (Chinese::Raster, Some(Ok(pen))) => self.print(DrawnSheet::new(profile, pen)),
            (Chinese::Raster, face) => {
                if let Some(Err(error)) = face {
                    tracing::warn!(%error, "the font that tickets are drawn with is gone; they come out in English");
                }
                WrittenSheet::new(profile).and_then(|sheet| self.in_ascii().print(sheet))
            }
        };
        bytes.map_err(|error| EncodeError(error.to_string()))
    }

    /// What of it can be said without any Chinese: English, and names only where they have one in ASCII.
    fn in_ascii(&self) -> TicketPaper {
        let plain = |text: &str| text.chars().filter(|c| c.is_ascii() && !c.is_control()).collect::<String>();
        let said = |text: &String| !text.trim().is_empty() && text.is_ascii();
        let name = |text: &Text| {
            let known = text.get("en").or_else(|| text.values().find(|name| said(name))).map(|name| plain(name));
            known.filter(said).map(|name| ("en".to_owned(), name)).into_iter().collect::<Text>()
        };
        let also = |text: &Option<String>| text.as_deref().map(plain).filter(said);
        TicketPaper {
            branch: name(&self.branch),
            number: plain(&self.number),
            service: name(&self.service),
            lane: name(&self.lane),
            issued: plain(&self.issued),
            counters: self.counters.iter().map(|counter| plain(counter)).filter(said).collect(),
            no_show_rule: name(&self.no_show_rule),
            papers: self.papers.iter().map(name).filter(|name| !name.is_empty()).collect(),
            track_url: self.track_url.clone().filter(said),
            hotline: also(&self.hotline),
            wifi: also(&self.wifi),
            languages: vec!["en".to_owned()],
            ..self.clone()
        }
    }

    fn print(&self, mut sheet: impl Sheet) -> Escpos<Vec<u8>> {
        sheet.centred(true)?;
        self.head(&mut sheet)?;
        sheet.rule()?;
        sheet.centred(false)?;
        self.facts(&mut sheet)?;
        self.advice(&mut sheet)?;
        sheet.rule()?;
        sheet.centred(true)?;
        self.foot(&mut sheet)?;
        sheet.cut()
    }

    fn head(&self, sheet: &mut impl Sheet) -> Escpos<()> {
        if self.copy {
            sheet.large(&self.copy_mark(), 2)?;
        }
        sheet.texts(&self.names(&self.branch))?;
        let service = self.names(&self.service);
        if let Some((first, others)) = service.split_first() {
            sheet.large(first, 2)?;
            sheet.texts(others)?;
        }
        sheet.largest(&self.number)
    }

    fn facts(&self, sheet: &mut impl Sheet) -> Escpos<()> {
        let words = self.words();
        let lane = |language: &str, words: &Words| {
            let name = self.lane.get(language).or_else(|| self.lane.values().next());
            name.filter(|name| !name.is_empty()).map(|name| format!("{}{name}", words.lane))
        };
        let lanes: Vec<String> = words.iter().filter_map(|(language, words)| lane(language, words)).collect();
        sheet.texts(&lanes)?;
        if let Some((_, words)) = words.first().filter(|_| !self.issued.is_empty()) {
            sheet.text(&format!("{}{}", words.taken, self.issued))?;
        }
        match self.ahead {
            None => {}
            Some(0) => sheet.texts(&self.phrase(|words| words.nobody_ahead, ""))?,
            Some(ahead) => sheet.texts(&self.phrase(|words| words.ahead, &ahead.to_string()))?,
        }
        if let Some(WaitRange { about_min, up_to_min }) = self.wait {
            let waits = self.phrase(|words| words.wait, &about_min.to_string());
            let waits: Vec<String> = waits.iter().map(|wait| wait.replace("{most}", &up_to_min.to_string())).collect();
            sheet.texts(&waits)?;
        }
        if self.counters.is_empty() {
            return Ok(());
        }
        let counters = |words: &Words| words.counters.replace("{n}", &self.counters.join(words.between_counters));
        let lines: Vec<String> = words.iter().map(|(_, words)| counters(words)).collect();
        sheet.texts(&lines)
    }

    fn advice(&self, sheet: &mut impl Sheet) -> Escpos<()> {
        sheet.rule()?;
        sheet.texts(&self.phrase(|words| words.listen, ""))?;
        sheet.texts(&self.names(&self.no_show_rule))?;
        if self.papers.is_empty() {
            return Ok(());
        }
        sheet.texts(&self.phrase(|words| words.bring, ""))?;
        self.papers.iter().try_for_each(|paper| sheet.text(&format!("- {}", self.names(paper).join(" / "))))
    }

    fn foot(&self, sheet: &mut impl Sheet) -> Escpos<()> {
        match &self.track_url {
            Some(url) if url.len() <= MOST_QR_BYTES => {
                sheet.qr(url)?;
                sheet.texts(&self.phrase(|words| words.follow, ""))?;
            }
            Some(url) => tracing::warn!(
                bytes = url.len(),
                most = MOST_QR_BYTES,
                "the tracking address is too long for a QR code; the ticket goes without, shorten public_url"
            ),
            None => {}
        }
        if let Some(hotline) = &self.hotline {
            let labels: Vec<&str> =
                self.words().iter().map(|(_, words)| words.hotline.trim_end_matches([':', '：', ' '])).collect();
            sheet.text(&format!("{}: {hotline}", labels.join(" ")))?;
        }
        if let Some(wifi) = &self.wifi {
            let labels: Vec<&str> =
                self.words().iter().map(|(_, words)| words.wifi.trim_end_matches([':', '：', ' '])).collect();
            sheet.text(&format!("{}: {wifi}", labels.join(" ")))?;
        }
        Ok(())
    }

    /// 补打 COPY: `COPY` always, so that every clerk knows it.
    fn copy_mark(&self) -> String {
        let mut marks: Vec<&str> = self.words().iter().map(|(_, words)| words.copy).collect();
        if !marks.contains(&"COPY") {
            marks.push("COPY");
        }
        marks.join(" ")
    }

    /// The languages of the ticket with their wording, each wording once.
    fn words(&self) -> Vec<(&str, &'static Words)> {
        let mut found: Vec<(&str, &'static Words)> = Vec::new();
        let languages = self.languages.iter().map(String::as_str);
        for language in if self.languages.is_empty() { vec!["en"] } else { languages.collect() } {
            let words = words::of(language);
            if !found.iter().any(|(_, known)| std::ptr::eq(*known, words)) {
                found.push((language, words));
            }
        }
        found
    }

    /// One phrase in every language, its `{n}` filled in.
    fn phrase(&self, of: impl Fn(&Words) -> &'static str, n: &str) -> Vec<String> {
        self.words().iter().map(|(_, words)| of(words).replace("{n}", n)).collect()
    }

    /// A name in every language that it has, in the order of printing; in any language rather than in none.
    fn names(&self, text: &Text) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for name in self.languages.iter().filter_map(|language| text.get(language)) {
            if !name.trim().is_empty() && !names.contains(name) {
                names.push(name.clone());
            }
        }
        if names.is_empty() {
            names.extend(text.values().find(|name| !name.trim().is_empty()).cloned());
        }
        names
    }
}
