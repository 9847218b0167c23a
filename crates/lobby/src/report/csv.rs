//! The report as tables for a spreadsheet: UTF-8 with a byte order mark, so that Chinese is read as such, and no cell
//! that a spreadsheet would take for a formula.

use super::{DayReport, Kept, Queue, Ratings, Spread};
use crate::{config::Config, views::Time};
use serde::Deserialize;
use utoipa::ToSchema;

/// Which part of the report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Table {
    /// Services and lanes, the whole day last.
    #[default]
    Queues,
    /// Half hours of coming.
    HalfHours,
    /// Counters.
    Counters,
    /// Clerks.
    Staff,
    /// Who was taken out of turn.
    Jumps,
    /// Alerts.
    Alerts,
    /// Ratings by counter and clerk, the whole day last.
    Ratings,
    /// The promise by lane, all of them last.
    Promise,
    /// Paper by printer.
    Papers,
}

impl Table {
    /// As in the query, such as `half_hours`.
    pub fn name(self) -> &'static str {
        match self {
            Table::Queues => "queues",
            Table::HalfHours => "half_hours",
            Table::Counters => "counters",
            Table::Staff => "staff",
            Table::Jumps => "jumps",
            Table::Alerts => "alerts",
            Table::Ratings => "ratings",
            Table::Promise => "promise",
            Table::Papers => "papers",
        }
    }
}

/// Chinese and English.
type Head = (&'static str, &'static str);

/// What a table says: heads, and rows as long.
struct Sheet {
    heads: Vec<Head>,
    rows: Vec<Vec<String>>,
}

/// The table as a file, with its heads and names in Chinese or else in English. Lengths of time are seconds.
///
/// # Errors
/// None but of memory; what the writer says is handed on all the same.
pub fn write(report: &DayReport, table: Table, config: &Config, zh: bool) -> Result<Vec<u8>, csv::Error> {
    let names = Names { config, zh };
    let sheet = match table {
        Table::Queues => queues(report, &names),
        Table::HalfHours => half_hours(report, &names),
        Table::Counters => counters(report),
        Table::Staff => staff(report),
        Table::Jumps => jumps(report, &names),
        Table::Alerts => alerts(report),
        Table::Ratings => ratings(report, &names),
        Table::Promise => promise(report, &names),
        Table::Papers => papers(report),
    };
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(sheet.heads.iter().map(|(chinese, english)| if zh { chinese } else { english }))?;
    for row in sheet.rows {
        writer.write_record(row.into_iter().map(harmless))?;
    }
    writer.into_inner().map_err(|cause| cause.into_error().into())
}

/// Text that a spreadsheet would work out is shown as text. A number that begins with a minus stays one.
fn harmless(cell: String) -> String {
    let is_number = cell.parse::<f64>().is_ok();
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number { format!("'{cell}") } else { cell }
}

struct Names<'a> {
    config: &'a Config,
    zh: bool,
}

impl Names<'_> {
    fn own(&self, name: Option<&crate::config::Text>, id: &str) -> String {
        let language = if self.zh { "zh-CN" } else { "en" };
        let name = name.and_then(|name| name.get(language).or_else(|| name.values().next()));
        name.cloned().unwrap_or_else(|| id.to_owned())
    }

    fn service(&self, id: &str) -> String {
        self.own(self.config.services.iter().find(|service| service.id == id).map(|service| &service.name), id)
    }

    fn lane(&self, id: &str) -> String {
        self.own(self.config.lanes.iter().find(|lane| lane.id == id).map(|lane| &lane.name), id)
    }

    fn all(&self) -> String {
        if self.zh { "全部" } else { "all" }.to_owned()
    }

    /// In the branch's time zone, as spreadsheets read it.
    fn time(&self, at: Time) -> String {
        self.config.local(at.0).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }
}

fn seconds(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| format!("{value:.0}"))
}

fn share(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| format!("{value:.3}"))
}

const SPREAD: [Head; 4] = [
    ("平均等候（秒）", "mean wait (s)"),
    ("等候中位数（秒）", "P50 wait (s)"),
    ("等候九成位数（秒）", "P90 wait (s)"),
    ("最长等候（秒）", "longest wait (s)"),
];

fn spread(spread: &Spread) -> [String; 4] {
    [spread.mean_s, spread.p50_s, spread.p90_s, spread.max_s].map(seconds)
}

fn queues(report: &DayReport, names: &Names<'_>) -> Sheet {
    let row = |service: String, lane: String, queue: &Queue| {
        let counts = [queue.issued, queue.served, queue.sent_on, queue.no_shows, queue.abandoned, queue.pending];
        let target = queue.target_s.map_or_else(String::new, |target| target.to_string());
        [vec![service, lane], counts.map(|count| count.to_string()).to_vec(), spread(&queue.wait).to_vec()]
            .into_iter()
            .flatten()
            .chain([target, share(queue.in_target), seconds(queue.service_time.mean_s), queue.sham.to_string()])
            .collect()
    };
    let each =
        report.queues.iter().map(|queue| row(names.service(&queue.service), names.lane(&queue.lane), &queue.figures));
    let heads = [
        &[
            ("业务", "service"),
            ("队列", "lane"),
            ("来客", "came"),
            ("办结", "served"),
            ("转出", "sent on"),
            ("过号", "no-shows"),
            ("放弃", "gave up"),
            ("未完", "pending"),
        ][..],
        &SPREAD,
        &[
            ("目标（秒）", "target (s)"),
            ("达标率", "share in target"),
            ("平均办理（秒）", "mean service (s)"),
            ("疑似虚假办结", "suspected sham"),
        ],
    ];
    Sheet { heads: heads.concat(), rows: each.chain([row(names.all(), names.all(), &report.total)]).collect() }
}

fn half_hours(report: &DayReport, names: &Names<'_>) -> Sheet {
    let row = |half: &super::HalfHourReport| {
        let counts = [half.issued, half.served, half.abandoned].map(|count| count.to_string());
        [vec![names.time(half.from)], counts.to_vec(), spread(&half.wait).to_vec(), vec![share(half.in_target)]]
            .concat()
    };
    let heads = [
        &[("起", "from"), ("来客", "came"), ("办结", "served"), ("放弃", "gave up")][..],
        &SPREAD,
        &[("达标率", "share in target")],
    ];
    Sheet { heads: heads.concat(), rows: report.half_hours.iter().map(row).collect() }
}

const WORK: [Head; 6] = [
    ("叫号", "calls"),
    ("办结", "served"),
    ("开放（秒）", "open (s)"),
    ("暂停（秒）", "paused (s)"),
    ("忙碌（秒）", "busy (s)"),
    ("利用率", "utilisation"),
];

fn work(name: &str, (calls, served): (usize, usize), lengths: [f64; 3], utilisation: Option<f64>) -> Vec<String> {
    let lengths = lengths.map(|length| seconds(Some(length)));
    let counts = [name.to_owned(), calls.to_string(), served.to_string()];
    counts.into_iter().chain(lengths).chain([share(utilisation)]).collect()
}

fn counters(report: &DayReport) -> Sheet {
    let rows = report.counters.iter().map(|one| {
        work(&one.counter, (one.calls, one.served), [one.open_s, one.paused_s, one.busy_s], one.utilisation)
    });
    Sheet { heads: [&[("窗口", "counter")][..], &WORK].concat(), rows: rows.collect() }
}

fn staff(report: &DayReport) -> Sheet {
    let rows = report
        .staff
        .iter()
        .map(|one| work(&one.staff, (one.calls, one.served), [one.open_s, one.paused_s, one.busy_s], one.utilisation));
    Sheet { heads: [&[("工号", "staff number")][..], &WORK].concat(), rows: rows.collect() }
}

fn jumps(report: &DayReport, names: &Names<'_>) -> Sheet {
    let kind = |kind: &str| {
        let chinese = match kind {
            "manual_call" => "人工叫号",
            "urgent" => "紧急",
            "special" => "特殊情况",
            _ => "改换队列",
        };
        if names.zh { chinese.to_owned() } else { kind.replace('_', " ") }
    };
    let row = |jump: &super::JumpReport| {
        vec![
            names.time(jump.at),
            kind(jump.kind),
            jump.number.clone(),
            jump.counter.clone().unwrap_or_default(),
            jump.lane.as_deref().map(|lane| names.lane(lane)).unwrap_or_default(),
            jump.reason.clone(),
            jump.by.clone(),
            jump.authoriser.clone().unwrap_or_default(),
        ]
    };
    let heads = vec![
        ("时间", "at"),
        ("方式", "kind"),
        ("号码", "number"),
        ("窗口", "counter"),
        ("队列", "lane"),
        ("原因", "reason"),
        ("经办", "by"),
        ("授权人", "on the authority of"),
    ];
    Sheet { heads, rows: report.jumps.iter().map(row).collect() }
}

fn alerts(report: &DayReport) -> Sheet {
    let row = |alert: &super::AlertReport| {
        let counts = [alert.raised, alert.answered, alert.cleared, alert.escalated].map(|count| count.to_string());
        [vec![alert.kind.to_owned()], counts.to_vec(), [alert.answer.mean_s, alert.answer.max_s].map(seconds).to_vec()]
            .concat()
    };
    let heads = vec![
        ("种类", "kind"),
        ("发出", "raised"),
        ("有人处理", "answered"),
        ("自行解除", "over by itself"),
        ("转值班经理", "went to the manager"),
        ("平均应答（秒）", "mean answer (s)"),
        ("最长应答（秒）", "longest answer (s)"),
    ];
    Sheet { heads, rows: report.alerts.iter().map(row).collect() }
}

fn ratings(report: &DayReport, names: &Names<'_>) -> Sheet {
    let row = |counter: &str, staff: &str, ratings: &Ratings| {
        let mean = ratings.mean.map_or_else(String::new, |mean| format!("{mean:.2}"));
        let head = [counter.to_owned(), staff.to_owned(), ratings.served.to_string(), ratings.rated.to_string()];
        let levels = ratings.levels.iter().map(ToString::to_string);
        head.into_iter().chain([share(ratings.share), mean]).chain(levels).collect::<Vec<_>>()
    };
    let counters = report.ratings.counters.iter().map(|one| row(&one.counter, "", &one.ratings));
    let staff = report.ratings.staff.iter().map(|one| row("", &one.staff, &one.ratings));
    let all = names.all();
    let heads = vec![
        ("窗口", "counter"),
        ("工号", "staff number"),
        ("办结", "served"),
        ("已评价", "rated"),
        ("评价率", "share rated"),
        ("平均分", "mean level"),
        ("1 分", "level 1"),
        ("2 分", "level 2"),
        ("3 分", "level 3"),
        ("4 分", "level 4"),
        ("5 分", "level 5"),
    ];
    Sheet { heads, rows: counters.chain(staff).chain([row(&all, &all, &report.ratings.total)]).collect() }
}

fn promise(report: &DayReport, names: &Names<'_>) -> Sheet {
    let row = |lane: String, kept: &Kept| {
        let errors = [kept.mae_s, kept.bias_s].map(seconds);
        let shares = [kept.coverage, kept.beyond_bound].map(share);
        [vec![lane, kept.n.to_string()], errors.to_vec(), shares.to_vec(), vec![seconds(kept.naive_mae_s)]].concat()
    };
    let lanes = report.promise.lanes.iter().map(|one| row(names.lane(&one.lane), &one.kept));
    let heads = vec![
        ("队列", "lane"),
        ("核对次数", "tested"),
        ("平均误差（秒）", "mean error (s)"),
        ("偏差（秒）", "bias (s)"),
        ("落在范围内", "within range"),
        ("超过上限", "past the bound"),
        ("简单估算的误差（秒）", "error of the usual estimate (s)"),
    ];
    Sheet { heads, rows: lanes.chain([row(names.all(), &report.promise.total)]).collect() }
}

fn papers(report: &DayReport) -> Sheet {
    let row = |paper: &super::PaperReport| {
        let counts = [paper.ordered, paper.copies, paper.printed, paper.failed, paper.uncertain, paper.voided];
        [vec![paper.printer.clone()], counts.map(|count| count.to_string()).to_vec()].concat()
    };
    let heads = vec![
        ("打印机", "printer"),
        ("应打印", "ordered"),
        ("其中补打", "copies"),
        ("已出纸", "printed"),
        ("未出纸", "failed"),
        ("不确定", "uncertain"),
        ("已作废", "struck off"),
    ];
    Sheet { heads, rows: report.papers.iter().map(row).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (cell, shown) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-cmd", "'-cmd"),
            ("+86 10", "'+86 10"),
            ("\t=1", "'\t=1"),
            ("-12", "-12"),
            ("赶飞机", "赶飞机"),
            ("", ""),
        ] {
            assert_eq!(harmless(cell.to_owned()), shown);
        }
    }
}
