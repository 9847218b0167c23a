//! What the state of a device means to people, in Chinese and English: one table for states and remedies, one for causes.
//!
//! A device reports its cause as an English sentence, which logs and the journal keep. [`CAUSES`] has its translation, by
//! that very sentence; `{}` stands for what differs from case to case. What is not in the table stays English.

use crate::views::DeviceText;
use std::collections::BTreeMap;

/// Chinese and English.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Both(&'static str, &'static str);

/// What a state is called and what to do about it, in every language of the pages: `zh-CN` and `en`.
pub fn texts(kind: &str, state: &str, cause: Option<&str>) -> BTreeMap<String, DeviceText> {
    let Both(zh, en) = name(kind, state);
    let remedy = remedy_of(kind, state);
    let owned = |words: Option<&'static str>| words.map(str::to_owned);
    let chinese =
        DeviceText { state: zh.to_owned(), cause: cause.map(in_chinese), remedy: owned(remedy.map(|Both(zh, _)| zh)) };
    let english = DeviceText {
        state: en.to_owned(),
        cause: cause.map(str::to_owned),
        remedy: owned(remedy.map(|Both(_, en)| en)),
    };
    BTreeMap::from([("zh-CN".to_owned(), chinese), ("en".to_owned(), english)])
}

/// A cause in every language of the pages.
pub fn cause_in_words(cause: &str) -> BTreeMap<String, String> {
    BTreeMap::from([("zh-CN".to_owned(), in_chinese(cause)), ("en".to_owned(), cause.to_owned())])
}

/// What a person in the hall can do about it, for readers that choose no language: English, then Chinese.
pub fn remedy(kind: &str, state: &str) -> Option<String> {
    remedy_of(kind, state).map(|Both(zh, en)| format!("{en} {zh}"))
}

/// A state in words.
fn name(kind: &str, state: &str) -> Both {
    match (kind, state) {
        (_, "ok") => Both("正常", "Working"),
        (_, "starting") => Both("正在启动", "Starting"),
        (_, "paper_low") => Both("纸将用尽", "Paper low"),
        (_, "paper_out") => Both("缺纸", "Paper out"),
        (_, "cover_open") => Both("机盖打开", "Cover open"),
        (_, "cutter") => Both("切刀卡住", "Cutter jammed"),
        (_, "paper_change") => Both("正在换纸", "Paper is being changed"),
        (_, "no_font") => Both("缺少中文字体", "No Chinese font"),
        (_, "wrong_profile") => Both("型号设置不符", "Wrong profile"),
        (_, "silent") => Both("不报告状态", "Does not report its state"),
        ("screen", "offline") => Both("未连接", "Not connected"),
        ("desk" | "display" | "printer", "offline") => Both("无应答", "No answer"),
        (_, "offline") => Both("离线", "Offline"),
        (_, "unplugged") => Both("未连接", "Unplugged"),
        (_, "baud_mismatch") => Both("波特率或校验位不符", "Wrong speed or parity"),
        (_, "key_stuck") => Both("按键卡住", "Key stuck"),
        (_, "display_fault") => Both("号码显示故障", "Number display broken"),
        (_, "out_of_step") => Both("按键计数错乱", "Presses out of step"),
        (_, "no_sound_device") => Both("没有音响设备", "No loudspeaker"),
        (_, "no_voice_pack") => Both("缺少语音文件", "No voice clips"),
        (_, "clips_missing") => Both("语音文件不全", "Voice clips missing"),
        (_, "other_sound_device") => Both("改用其他音响", "Another loudspeaker speaks"),
        (_, "no_sound_screen") => Both("没有带音响的屏幕", "No screen with sound"),
        (_, "sound_blocked") => Both("浏览器阻止播放声音", "The browser blocks sound"),
        (_, "sound_failed") => Both("声音播放失败", "Sound cannot be played"),
        (_, "no_answer") => Both("测试时无应答", "No answer to the test"),
        (_, "in_use") => Both("正在使用", "In use"),
        (_, "unheard" | "look") => Both("需现场查看", "To be looked at"),
        (_, "interrupted") => Both("测试中断", "Interrupted"),
        (_, "slip_failed") => Both("测试票未打印", "Slip not printed"),
        (_, "not_heard") => Both("提示音未播放", "Chime not played"),
        (_, "clock_wrong") => Both("时钟不准", "Clock wrong"),
        (_, "disk_low") => Both("磁盘空间不足", "Disk nearly full"),
        (_, "disk_full") => Both("磁盘已满，暂停取号", "Disk full: no numbers are given"),
        (_, "backup_failed") => Both("备份失败", "Backup failed"),
        (_, "certificate_ends") => Both("证书即将到期", "Certificate ends soon"),
        (_, "certificate_over") => Both("证书已过期", "Certificate is over"),
        (_, "certificate_unusable") => Both("新证书无法使用", "New certificate cannot be used"),
        _ => Both("故障", "Fault"),
    }
}

/// The same about the machine that the lobby runs on: its clock, its disk, its backups.
fn remedy_of_machine(state: &str) -> Option<Both> {
    Some(match state {
        "clock_wrong" => {
            Both("请校准主机时间并启用网络对时。", "Set the clock of the machine and let it follow a time server.")
        }
        "disk_full" => Both(
            "请立即清理磁盘；已取的号码仍可办理。",
            "Make room on the disk now; those who have a number are still served.",
        ),
        "backup_failed" => Both(
            "请检查备份目录或备份盘，然后运行 lobby backup。",
            "Look after the place of the backups, then run `lobby backup`.",
        ),
        "certificate_ends" | "certificate_over" => Both(
            "请运行 lobby tls renew，或向签发者换取新证书。",
            "Run `lobby tls renew`, or get the next certificate from whoever issued this one.",
        ),
        "certificate_unusable" => Both(
            "原证书仍在使用；请检查证书和私钥文件，可运行 lobby check。",
            "The one before stays in force; look at both files, `lobby check` says what is wrong with them.",
        ),
        "disk_low" => Both("请清理磁盘或更换更大的磁盘。", "Make room on the disk, or give it a larger one."),
        _ => return None,
    })
}

/// The same about screens and the voice.
fn remedy_of_sound(kind: &str, state: &str) -> Option<Both> {
    Some(match (kind, state) {
        (_, "ok" | "starting" | "in_use" | "unheard" | "look" | "interrupted") => return None,
        ("screen", "sound_blocked") => Both(
            "请点按该屏幕一次，或以 --autoplay-policy=no-user-gesture-required 启动浏览器。",
            "Tap that screen once, or start its browser with --autoplay-policy=no-user-gesture-required.",
        ),
        ("screen", "sound_failed") => Both(
            "请检查该屏幕的音箱，并重新打开页面。",
            "Check the loudspeaker of that screen, and open its page again.",
        ),
        ("screen", _) => {
            Both("请重新打开屏幕页面，或开启屏幕。", "Open the screen's page again, or switch the screen on.")
        }
        ("voice", "no_sound_device") => {
            Both("请接好音箱并开机。", "Plug in or switch on the loudspeaker; calls stay on the screens.")
        }
        ("voice", "clips_missing") => Both(
            "请运行 lobby voice build，或补录所缺语音。",
            "Run `lobby voice build`, or record the clips that are missing.",
        ),
        ("voice", "other_sound_device") => Both(
            "请接好指定的音箱，系统会自动切回。",
            "Plug the named loudspeaker in again; the lobby goes back to it by itself.",
        ),
        ("voice", "no_sound_screen") => {
            Both("请打开带音响的屏幕页面。", "Open the page of a screen that has a loudspeaker.")
        }
        ("voice", "no_voice_pack") => Both("请运行 lobby voice build。", "Run `lobby voice build`."),
        ("voice", _) => {
            Both("请查看日志；叫号仍显示在屏幕上。", "Look into the log for the voice; calls stay on the screens.")
        }
        _ => return None,
    })
}

/// What a person in the hall can do about it; nothing when all is well.
fn remedy_of(kind: &str, state: &str) -> Option<Both> {
    if let Some(remedy) = remedy_of_machine(state).or_else(|| remedy_of_sound(kind, state)) {
        return Some(remedy);
    }
    Some(match (kind, state) {
        (_, "ok" | "starting") => return None,
        (_, "in_use") => Both("请在空闲时重新自检。", "Test again when nobody is there."),
        (_, "unheard" | "look") => Both("请到现场查看后勾选。", "Go and look, then tick it."),
        (_, "interrupted") => Both("请重新自检。", "Start the test again."),
        ("printer", "paper_low") => Both("请备好新纸卷。", "Have a new roll ready."),
        ("printer", "paper_out") => Both("请装入新纸卷并合上机盖。", "Put in a new roll and close the cover."),
        ("printer", "cover_open") => Both("请合上打印机机盖。", "Close the printer's cover until it clicks."),
        ("printer", "cutter") => {
            Both("请关机清理切刀后重新开机。", "Switch the printer off, clear the cutter, switch it on.")
        }
        ("printer", "error") => Both(
            "请重启打印机；仍有故障请报修。",
            "Switch the printer off and on; if it comes back, call the engineer.",
        ),
        ("printer", "silent") => Both(
            "打印机接收数据但不应答，请查看是否出纸。",
            "The printer takes data and does not answer; look whether paper comes out.",
        ),
        ("printer", "paper_change") => Both("换好纸后请结束换纸。", "When the new roll is in, end the paper change."),
        ("printer", "no_font") => {
            Both("请在主机上安装 fonts-noto-cjk。", "Run `apt install fonts-noto-cjk` on the controller.")
        }
        ("printer", "wrong_profile") => Both(
            "请在网点配置中改正打印机型号（profile）。",
            "Write the right profile of the printer in the branch's file.",
        ),
        ("printer", _) => Both("请检查打印机电源和数据线。", "Check the printer's power and its cable."),
        ("desk", "key_stuck") => {
            Both("请松开卡住的按键；松不开请报修。", "Free the key; if it sticks again, call the engineer.")
        }
        ("desk", "out_of_step") => Both("请将终端断电后重新上电。", "Switch the desk unit off and on."),
        ("desk" | "display", "display_fault") => {
            Both("请报修号码显示；叫号仍在屏幕上。", "Have the number display repaired; calls stay on the screens.")
        }
        ("desk", _) => Both(
            "请检查终端插头，可先用窗口网页叫号。",
            "Check the plug of the desk unit; clerks can use the counter page.",
        ),
        ("line", "baud_mismatch") => Both(
            "请核对线路的波特率和校验位。",
            "Set baud and parity of the line in the branch's file as on its devices.",
        ),
        ("line", _) => Both("请检查控制器到窗口的线缆。", "Check the cable from the controller to the counters."),
        ("display", "baud_mismatch") => Both(
            "请核对显示屏的波特率和校验位。",
            "Set baud and parity of the display in the branch's file as on the display.",
        ),
        ("display", _) => {
            Both("请检查显示屏电源和线缆。", "Check power and cable of the display; calls stay on the screens.")
        }
        _ => Both("请查看日志。", "Look into the log."),
    })
}

/// Causes as devices report them, and in Chinese.
const CAUSES: &[(&str, &str)] = &[
    // Ports, whoever uses them.
    (
        "port {} is not there: is the cable plugged in, and is the device switched on?",
        "端口 {} 不存在：线缆插好了吗？设备开机了吗？",
    ),
    (
        "port {} may not be used: add the user of the lobby to the group that owns it (dialout, lp)",
        "无权使用端口 {}：请将运行用户加入其所属组（dialout、lp）",
    ),
    ("port {} is in use by another program: stop that program", "端口 {} 被其他程序占用：请关闭该程序"),
    (
        "{} is no device: write the path of one, such as /dev/serial/by-id/… or /dev/usb/lp0",
        "{} 不是设备：请填写设备路径，例如 /dev/serial/by-id/… 或 /dev/usb/lp0",
    ),
    (
        "`{}` is no port: write a path, tcp://host:port or udp://host:port",
        "`{}` 不是端口：请填写路径、tcp://主机:端口 或 udp://主机:端口",
    ),
    ("no connection to {}: {}", "无法连接 {}：{}"),
    ("port {} cannot be opened: {}", "端口 {} 无法打开：{}"),
    ("the port closed: is the cable plugged in?", "端口已断开：线缆插好了吗？"),
    ("the port takes no more bytes: is its device switched on?", "端口不再接收数据：设备开机了吗？"),
    ("the port failed ({}): is the cable plugged in?", "端口出错（{}）：线缆插好了吗？"),
    // Lines, desk units, displays.
    ("line {} is not connected", "线路 {} 未连接"),
    ("all replies are garbage: check baud and parity", "收到的全是乱码：请核对波特率和校验位"),
    ("it does not answer", "没有应答"),
    ("its replies arrive damaged", "应答数据损坏"),
    ("it refuses what the lobby asks (Modbus exception {})", "拒绝请求（Modbus 异常 {}）"),
    ("it speaks version {} of the register map, this lobby speaks version 1", "其寄存器表为第 {} 版，本系统为第 1 版"),
    ("the port of its line is not open", "所在线路的端口未打开"),
    ("it cannot answer: whether it shows the number can only be seen", "该设备不会应答：是否显示号码只能现场查看"),
    ("nothing was heard of it yet: it speaks when a key is pressed", "尚未收到其数据：按键时才会应答"),
    ("its number display reports a fault", "号码显示报告故障"),
    ("one of its keys is stuck", "有按键卡住"),
    (
        "its press counter went backwards: its keys do nothing until it is switched off and on",
        "按键计数倒退：断电重启之前按键无效",
    ),
    ("its agent {} has not called since the lobby started", "系统启动后其代理程序 {} 尚未连接"),
    ("its agent {} is not connected", "其代理程序 {} 未连接"),
    // Printers.
    ("the roll is nearly used up", "纸卷即将用尽"),
    ("this model does not report its state; nobody is told when it stops", "该型号不报告状态：停止工作时不会有提示"),
    ("no paper", "没有纸"),
    ("the cover is open", "机盖没有合上"),
    ("the cutter is stuck", "切刀卡住了"),
    ("the printer reports an error", "打印机报告错误"),
    ("the printer does not answer or is switched offline", "打印机没有应答或处于脱机状态"),
    ("the printer's port is gone", "打印机端口已断开"),
    ("the printer's port is gone ({})", "打印机端口已断开（{}）"),
    // The self-test.
    ("a customer stands there: its digits were left alone", "该窗口有顾客，未改动其号码显示"),
    ("it did not answer during the test", "测试期间没有应答"),
    ("its queue is full of tickets: the slip was left out", "打印队列已满，未打印测试票"),
    ("a slip was sent: look whether it came out", "测试票已发送，请查看是否打印出来"),
    ("the slip did not come out in time", "测试票没有按时打印出来"),
    ("too many calls wait to be spoken: the chime was left out", "等待播报的叫号太多，未播放提示音"),
    ("the chime was not played in time", "提示音没有按时播放"),
    ("the lobby was stopped during the test", "测试期间系统被停止"),
    ("the lobby does not know this device", "系统中没有此设备"),
    ("the start of the test is not in the journal", "日志中没有测试开始的记录"),
    ("the clock of the machine shows a year long past", "主机时钟显示的年份早已过去"),
    ("the clock of the machine stands behind the last row of the journal", "主机时钟落后于日志的最后一行"),
    ("{} MiB are free", "剩余空间 {} MiB"),
    ("the disk cannot be asked: {}", "无法查询磁盘：{}"),
    ("staff are changing the paper; tickets wait and are printed afterwards", "员工正在换纸：号票等待，换好后打印"),
    (
        "staff are changing the paper ({}); tickets wait and are printed afterwards",
        "员工正在换纸（{}）：号票等待，换好后打印",
    ),
    (
        "it answers DLE EOT {} and not {}, like {}; write profile = \"{}\"",
        "应答 DLE EOT {}，不应答 {}，与 {} 相同；请写 profile = \"{}\"",
    ),
    (
        "it speaks, which its profile says it never does, like {}; write profile = \"{}\"",
        "有应答，而其型号文件称不会应答，与 {} 相同；请写 profile = \"{}\"",
    ),
    (
        "it reports changes by itself, which its profile says it never does, like {}; write profile = \"{}\"",
        "会主动报告变化，而其型号文件称不会，与 {} 相同；请写 profile = \"{}\"",
    ),
    // Screens and the voice.
    ("its page has not been opened since the lobby started", "系统启动后尚未打开其页面"),
    ("its page was closed, or its network is gone", "页面已关闭，或网络已断开"),
    ("the sound system does not answer; restart it or the machine", "声音系统没有应答：请重启声音系统或主机"),
    ("this machine has no sound card, and no sound server runs", "本机没有声卡，也没有运行声音服务器"),
    ("this machine has no sound device", "本机没有声音设备"),
    ("PulseAudio runs and knows no sound card", "PulseAudio 已运行，但没有找到声卡"),
    ("there is no sound device \"{}\", nor any other", "没有声音设备“{}”，也没有其他声音设备"),
    ("there is no sound device \"{}\"; there are: {}", "没有声音设备“{}”；现有：{}"),
    ("the sound device {} cannot be opened: {}", "声音设备 {} 无法打开：{}"),
    ("the sound device was lost: {}", "声音设备已断开：{}"),
    ("the sound device stopped taking sound", "声音设备停止接收声音"),
    ("the sound device is stuck", "声音设备没有响应"),
    ("these clips cannot be used: {}", "以下语音文件不能使用：{}"),
    // Why a notice was not heard.
    ("it waited too long for the calls", "叫号太多，等待时间过长"),
    ("it is a quiet hour", "安静时段，只显示文字"),
    ("too many were waiting", "等待播放的太多"),
    ("the voice is off", "语音已关闭"),
    ("it was no longer needed", "已不再需要"),
    ("the lobby was stopped", "系统被停止"),
    ("no screen with sound is connected", "没有连接带音响的屏幕"),
    ("the browser does not let the page play sound before somebody taps it", "浏览器要求先点按页面才能播放声音"),
    ("the page cannot play the sound", "页面无法播放声音"),
    ("there are no voice clips in {}: run \"lobby voice build\"", "{} 中没有语音文件：请运行 lobby voice build"),
    (
        "{} of the voice clips in {} cannot be used: {}; run \"lobby voice build\"",
        "有 {} 个语音文件（{}）不能使用：{}；请运行 lobby voice build",
    ),
];

/// A cause in Chinese; as it is where the table does not have it.
fn in_chinese(cause: &str) -> String {
    let found = CAUSES.iter().find_map(|(english, chinese)| Some((chinese, parts(english, cause)?)));
    let Some((chinese, parts)) = found else { return cause.to_owned() };
    parts.iter().fold((*chinese).to_owned(), |text, part| text.replacen("{}", part, 1))
}

/// What stands in the places of a pattern, if the text is one of its.
fn parts<'a>(pattern: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let mut fixed = pattern.split("{}");
    let mut rest = text.strip_prefix(fixed.next()?)?;
    let mut fixed: Vec<&str> = fixed.collect();
    let Some(last) = fixed.pop() else { return rest.is_empty().then(Vec::new) };
    let mut found = Vec::new();
    for between in fixed {
        let (part, after) = rest.split_once(between)?;
        found.push(part);
        rest = after;
    }
    found.push(rest.strip_suffix(last)?);
    Some(found)
}

#[cfg(test)]
#[path = "words_tests.rs"]
mod tests;
