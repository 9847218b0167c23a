//! The keys of a branch's file. What each is for stands in `model.rs` and in `config/README.md`.

use super::shape::{
    Key, Shape,
    Shape::{Choice, Flag, List, Map, OneOf, Table, Text, Whole},
};

/// Speeds at which serial devices of this trade run.
pub(super) const BAUDS: Shape = OneOf(&[2_400, 4_800, 9_600, 19_200, 38_400, 57_600, 115_200]);
/// A day in minutes, the longest span that a minute key takes.
const DAY_MIN: i64 = 1_440;
/// Last number of a series: a larger quota would never be reached.
const LAST_NUMBER: i64 = 9_999;
/// Points that a lane may be given.
const POINTS: Shape = Whole(0, 10_000);

/// Percent of the clips' own level.
const VOLUME: Shape = Whole(0, 150);
const SPEED: Shape = Whole(70, 130);
const VOLUME_BY_HOUR: &str = "volume_by_hour = [{ from = \"12:00\", until = \"14:00\", volume = 60 }]";
const SPEED_BY_HOUR: &str = "speed_by_hour = [{ from = \"09:00\", until = \"11:00\", speed = 85 }]";

const fn need(name: &'static str, shape: Shape, example: &'static str) -> Key {
    Key { name, needed: true, shape, example }
}

const fn may(name: &'static str, shape: Shape, example: &'static str) -> Key {
    Key { name, needed: false, shape, example }
}

/// A whole file.
pub(super) const BRANCH_FILE: &[Key] = &[
    may("demo", Flag, "demo = true"),
    need("branch", Table(BRANCH), "[branch] with id, name and time_zone"),
    may("day", Table(DAY), "[day] with open = \"at_start\""),
    may("rules", Table(RULES), "[rules] with min_call_gap_s = 2"),
    need("services", List(&Table(SERVICE)), "[[services]] with id, series, name and mean_min"),
    need("lanes", List(&Table(LANE)), "[[lanes]] with id, name and target_min"),
    need("counters", List(&Table(COUNTER)), "[[counters]] with id = \"1\" and serves = [\"*\"]"),
    may("lines", List(&Table(LINE)), "[[lines]] with id, port and units"),
    may("printers", List(&Table(PRINTER)), "[[printers]] with id and port"),
    may("kiosks", List(&Table(KIOSK)), "[[kiosks]] with id = \"k1\""),
    may("screens", List(&Table(SCREEN)), "[[screens]] with id = \"lobby\""),
    may("voice", Table(VOICE), "[voice] with output = \"device\""),
    may("displays", List(&Table(DISPLAY)), "[[displays]] with id, counter and port or line"),
    may("agents", List(&Table(AGENT)), "[[agents]] with id = \"pc-7\" and counter = \"7\""),
    may("health", Table(HEALTH), "[health] with alert_after_s = 10"),
    may("selftest", Table(SELFTEST), "[selftest] with at = \"before_open\""),
    may("alerts", Table(ALERTS), "[alerts] with vip_wait_s = 180"),
    may("accounts", Table(ACCOUNTS), "[accounts] with idle_min = 60"),
    may("tls", Table(TLS), "[tls] with cert and key"),
    may("limits", Table(LIMITS), "[limits] with tickets_per_min = 120"),
    may("storage", Table(STORAGE), "[storage] with alarm_mib = 512"),
    may("backup", Table(BACKUP), "[backup] with dir = \"/mnt/backup\""),
    may("groups", List(&Table(GROUP)), "[[groups]] with id and name"),
    may("cards", Table(CARDS), "[cards], with [[cards.rules]] and [cards.lookup] where they are wanted"),
];

const NAME: &str = "name = { zh-CN = \"现金业务\", en = \"Cash\" }";
const PORT: &str = "port = \"/dev/serial/by-id/usb-1\"";
const BAUD: &str = "baud = 115200";

const BRANCH: &[Key] = &[
    need("id", Text, "id = \"jiefang-road\""),
    need("name", Map(&Text), NAME),
    need("time_zone", Text, "time_zone = \"Asia/Shanghai\""),
    may("languages", List(&Text), "languages = [\"zh-CN\", \"en\"]"),
    may("listen", Text, "listen = \"127.0.0.1:8700\""),
    may("public_listen", Text, "public_listen = \"0.0.0.0:8780\""),
    may("public_url", Text, "public_url = \"https://tickets.example\""),
    may("hotline", Text, "hotline = \"95500\""),
    may("wifi", Text, "wifi = \"Hall-Guest / 88886666\""),
];

const ACCOUNTS: &[Key] = &[
    may("idle_min", Whole(1, DAY_MIN), "idle_min = 60"),
    may("longest_h", Whole(1, 24), "longest_h = 12"),
    may("lock_after", Whole(5, 10), "lock_after = 5"),
];

const DAY: &[Key] = &[
    may("open", Choice(&["at_start", "by_manager", "by_schedule"]), "open = \"at_start\""),
    may("rolls_at", Text, "rolls_at = \"04:00\""),
    may(
        "sessions",
        List(&Table(SESSION)),
        "sessions = [{ from = \"08:30\", last_ticket = \"16:45\", until = \"17:00\" }]",
    ),
    may("holidays", List(&Text), "holidays = [\"2026-10-01\"]"),
    may("workdays", List(&Text), "workdays = [\"2026-10-10\"]"),
];

const FROM: &str = "from = \"08:30\"";
const UNTIL: &str = "until = \"17:00\"";
const DAYS: &str = "days = \"mon-fri\"";

const SESSION: &[Key] = &[
    need("from", Text, FROM),
    may("last_ticket", Text, "last_ticket = \"16:45\""),
    need("until", Text, UNTIL),
    may("days", Text, DAYS),
];

const ISSUE_WINDOW: &[Key] = &[need("from", Text, FROM), need("until", Text, UNTIL), may("days", Text, DAYS)];

const RULES: &[Key] = &[
    may("preset", Choice(&["fifo", "strict", "targets", "shares"]), "preset = \"targets\""),
    may("min_call_gap_s", Whole(0, 60), "min_call_gap_s = 2"),
    may("no_show", Choice(&["void", "once", "tail"]), "no_show = \"once\""),
    may("return_penalty_min", Whole(0, DAY_MIN), "return_penalty_min = 5"),
    may("pin_min", Whole(0, DAY_MIN), "pin_min = 15"),
    // Acts of people.
    may("no_show_after_calls", Whole(1, 10), "no_show_after_calls = 2"),
    may("no_show_gap_s", Whole(0, 600), "no_show_gap_s = 20"),
    may("recall_limit", Whole(0, 100), "recall_limit = 3"),
    may("urgent_lane", Text, "urgent_lane = \"priority\""),
    may("manual_call", Choice(&["clerk", "manager"]), "manual_call = \"manager\""),
    may("sham_under_s", Whole(0, 3_600), "sham_under_s = 20"),
    may("sham_next_s", Whole(0, 3_600), "sham_next_s = 15"),
    // Appointments.
    may("appointment_grace_min", Whole(0, DAY_MIN), "appointment_grace_min = 10"),
    may("appointment_lane", Text, "appointment_lane = \"appointment\""),
    may("late_lane", Text, "late_lane = \"regular\""),
    // Ratings.
    may("rating_s", Whole(0, 3_600), "rating_s = 180"),
    // Notes.
    may("identity_live", Whole(0, 100), "identity_live = 3"),
    may("identity_day", Whole(0, 1_000), "identity_day = 9"),
    may("note_days", Whole(0, 365), "note_days = 0"),
];

const SERVICE: &[Key] = &[
    need("id", Text, "id = \"cash\""),
    need("series", Text, "series = \"A\""),
    need("name", Map(&Text), NAME),
    need("mean_min", Whole(1, DAY_MIN), "mean_min = 4"),
    may("papers", List(&Map(&Text)), "papers = [{ zh-CN = \"身份证原件\", en = \"Identity card\" }]"),
    may("quota", Whole(1, LAST_NUMBER), "quota = 40"),
    may("issue_windows", List(&Table(ISSUE_WINDOW)), "issue_windows = [{ from = \"09:00\", until = \"11:00\" }]"),
    may("identity", Choice(&["required", "optional", "none"]), "identity = \"required\""),
    may("overrun_min", Whole(0, DAY_MIN), "overrun_min = 30"),
    may("group", Text, "group = \"personal\""),
];

const ALERTS: &[Key] = &[
    may("vip_lane", Text, "vip_lane = \"vip\""),
    may("vip_wait_s", Whole(0, 86_400), "vip_wait_s = 180"),
    may("lane_targets", Flag, "lane_targets = true"),
    may("idle_s", Whole(0, 86_400), "idle_s = 30"),
    may("overrun_min", Whole(0, DAY_MIN), "overrun_min = 30"),
    may("again_min", Whole(1, DAY_MIN), "again_min = 10"),
];

const LANE: &[Key] = &[
    need("id", Text, "id = \"regular\""),
    may("name", Map(&Text), "name = { zh-CN = \"普通\", en = \"Regular\" }"),
    need("target_min", Whole(1, DAY_MIN), "target_min = 15"),
    may("guarantee_after_min", Whole(0, DAY_MIN), "guarantee_after_min = 45"),
    may("guarantee_share", Whole(0, 100), "guarantee_share = 25"),
    may("head_start", POINTS, "head_start = 10"),
    may("self_service", Flag, "self_service = true"),
];

const COUNTER: &[Key] = &[
    need("id", Text, "id = \"1\""),
    may("serves", List(&Text), "serves = [\"cash\", \"*/vip\"]"),
    may("overflow", List(&Table(OVERFLOW)), "overflow = [{ serves = \"*\", after_min = 8 }]"),
    may("prefers", Map(&POINTS), "prefers = { vip = 30 }"),
    may("auto_next", Flag, "auto_next = true"),
];

const OVERFLOW: &[Key] =
    &[need("serves", Text, "serves = \"*\""), need("after_min", Whole(0, DAY_MIN), "after_min = 8")];

const LINE: &[Key] = &[
    need("id", Text, "id = \"desks\""),
    need("port", Text, PORT),
    may("profile", Text, "profile = \"desk-modbus\""),
    may("baud", BAUDS, BAUD),
    may("even_parity", Flag, "even_parity = true"),
    may("units", List(&Table(UNIT)), "units = [{ unit = 1, counter = \"1\" }]"),
];

// Addresses of Modbus units: Modbus over Serial Line V1.02, 2.2.
const UNIT: &[Key] = &[need("unit", Whole(1, 247), "unit = 1"), need("counter", Text, "counter = \"1\"")];

const DISPLAY: &[Key] = &[
    need("id", Text, "id = \"window-3\""),
    may("port", Text, PORT),
    may("line", Text, "line = \"desks\""),
    may("profile", Text, "profile = \"led-digits-modbus\""),
    may("counter", Text, "counter = \"3\""),
    may("shows", Choice(&["number", "calls"]), "shows = \"calls\""),
    may("unit", Whole(1, 247), "unit = 11"),
    may("baud", BAUDS, "baud = 9600"),
    may("even_parity", Flag, "even_parity = true"),
];

const AGENT: &[Key] = &[need("id", Text, "id = \"pc-7\""), need("counter", Text, "counter = \"7\"")];

const PRINTER: &[Key] = &[
    need("id", Text, "id = \"kiosk-1\""),
    need("port", Text, PORT),
    may("profile", Text, "profile = \"escpos-80\""),
    may("baud", BAUDS, BAUD),
];

const KIOSK: &[Key] = &[
    need("id", Text, "id = \"k1\""),
    may("printer", Text, "printer = \"kiosk-1\""),
    may("name", Map(&Text), "name = { zh-CN = \"东门取号机\", en = \"Kiosk at the east door\" }"),
];

const SCREEN: &[Key] = &[
    need("id", Text, "id = \"lobby\""),
    may("name", Map(&Text), "name = { zh-CN = \"东厅\", en = \"East hall\" }"),
    may("counter", Text, "counter = \"3\""),
    may("services", List(&Text), "services = [\"cash\"]"),
    may("counters", List(&Text), "counters = [\"1\", \"2\"]"),
    may("layout", Choice(&["hall", "calls", "counters", "waiting"]), "layout = \"hall\""),
    may("languages", List(&Text), "languages = [\"zh-CN\", \"en\"]"),
    may("theme", Choice(&["light", "dark", "auto"]), "theme = \"light\""),
    may("sound", Flag, "sound = true"),
    may(
        "notices",
        List(&Map(&Text)),
        "notices = [{ zh-CN = \"请保管好随身物品\", en = \"Please keep your things with you\" }]",
    ),
];

const VOICE: &[Key] = &[
    may("output", Text, "output = \"device\""),
    may("repeats", Whole(1, 5), "repeats = 2"),
    may("yao", Flag, "yao = true"),
    may("pack", Text, "pack = \"/var/lib/lobby/voice\""),
    may("zones", List(&Table(ZONE)), "[[voice.zones]] with id and output"),
    may("volume", VOLUME, "volume = 100"),
    may("volume_by_hour", List(&Table(VOLUME_SPAN)), VOLUME_BY_HOUR),
    may("speed", SPEED, "speed = 100"),
    may("speed_by_hour", List(&Table(SPEED_SPAN)), SPEED_BY_HOUR),
    may("quiet", List(&Table(QUIET_SPAN)), "quiet = [{ from = \"22:00\", until = \"07:00\" }]"),
    may("gap_ms", Whole(200, 5_000), "gap_ms = 600"),
    may("greet", Flag, "greet = true"),
    may("apology_after_min", Whole(0, DAY_MIN), "apology_after_min = 30"),
    may("quiet_lanes", List(&Text), "quiet_lanes = [\"vip\"]"),
    may("banned_words", List(&Text), "banned_words = [\"急什么\"]"),
    may("programme", List(&Table(PROGRAMME)), "[[voice.programme]] with id, text and at"),
];

const ZONE: &[Key] = &[
    need("id", Text, "id = \"east\""),
    need("output", Text, "output = \"device:east\""),
    may("services", List(&Text), "services = [\"cash\"]"),
    may("counters", List(&Text), "counters = [\"1\", \"2\"]"),
    may("volume", VOLUME, "volume = 80"),
    may("volume_by_hour", List(&Table(VOLUME_SPAN)), VOLUME_BY_HOUR),
    may("speed", SPEED, "speed = 90"),
    may("speed_by_hour", List(&Table(SPEED_SPAN)), SPEED_BY_HOUR),
];

const VOLUME_SPAN: &[Key] =
    &[need("from", Text, FROM), need("until", Text, UNTIL), need("volume", VOLUME, "volume = 60")];

const SPEED_SPAN: &[Key] = &[need("from", Text, FROM), need("until", Text, UNTIL), need("speed", SPEED, "speed = 90")];

const QUIET_SPAN: &[Key] = &[need("from", Text, FROM), need("until", Text, UNTIL)];

const PROGRAMME: &[Key] = &[
    need("id", Text, "id = \"closing\""),
    need("text", Map(&Text), "text = { zh-CN = \"本厅将在15分钟后停止取号。\" }"),
    may("at", List(&Text), "at = [\"09:00\"]"),
    may("every_min", Whole(1, DAY_MIN), "every_min = 30"),
    may("from", Text, FROM),
    may("until", Text, UNTIL),
    may("before_close_min", Whole(0, DAY_MIN), "before_close_min = 15"),
    may("days", Text, DAYS),
    may("zones", List(&Text), "zones = [\"east\"]"),
    may("repeats", Whole(1, 5), "repeats = 1"),
];

const HEALTH: &[Key] = &[may("alert_after_s", Whole(0, 3_600), "alert_after_s = 10")];

const SELFTEST: &[Key] = &[
    may("at", Text, "at = \"before_open\""),
    may("pictures", Flag, "pictures = true"),
    may("slips", Flag, "slips = true"),
    may("chime", Flag, "chime = true"),
    may("manual", List(&Table(MANUAL_TEST)), "[[selftest.manual]] with id and name"),
];

const MANUAL_TEST: &[Key] = &[need("id", Text, "id = \"tv\""), need("name", Map(&Text), NAME)];

/// A terabyte, in MiB.
const TIB: i64 = 1 << 20;

const STORAGE: &[Key] =
    &[may("alarm_mib", Whole(0, TIB), "alarm_mib = 512"), may("reserve_mib", Whole(0, 1_024), "reserve_mib = 32")];

const TLS: &[Key] = &[
    need("cert", Text, "cert = \"/etc/lobby/tls/lobby.pem\""),
    need("key", Text, "key = \"/etc/lobby/tls/lobby.key\""),
    may("name", Text, "name = \"lobby.branch.lan\""),
    may("redirect", Text, "redirect = \"0.0.0.0:80\""),
    may("public", Flag, "public = true"),
    may("hsts_days", Whole(0, 730), "hsts_days = 30"),
];

/// Calls in a minute.
const CALLS: Shape = Whole(1, 1_000_000);
/// Seconds that something on the network may take.
const TAKES_S: Shape = Whole(1, 600);

const LIMITS: &[Key] = &[
    may("calls", Flag, "calls = true"),
    may("calls_per_min", Table(CALLS_BY_ROLE), "calls_per_min = { kiosk = 60000 }"),
    may("tickets_per_min", CALLS, "tickets_per_min = 120"),
    may("tickets_per_hour", CALLS, "tickets_per_hour = 400"),
    may("link_calls_per_min", CALLS, "link_calls_per_min = 1200"),
    may("address_calls_per_min", CALLS, "address_calls_per_min = 60000"),
    may("connections", Whole(64, 1_000_000), "connections = 4000"),
    may("connections_per_address", Whole(1, 1_000_000), "connections_per_address = 2000"),
    may("head_s", TAKES_S, "head_s = 60"),
    may("body_s", TAKES_S, "body_s = 20"),
    may("stuck_s", TAKES_S, "stuck_s = 30"),
];

const CALLS_BY_ROLE: &[Key] = &[
    may("kiosk", CALLS, "kiosk = 60000"),
    may("screen", CALLS, "screen = 60000"),
    may("desk", CALLS, "desk = 60000"),
    may("clerk", CALLS, "clerk = 60000"),
    may("greeter", CALLS, "greeter = 60000"),
    may("manager", CALLS, "manager = 60000"),
    may("engineer", CALLS, "engineer = 60000"),
    may("hq", CALLS, "hq = 60000"),
];

const BACKUP: &[Key] = &[
    need("dir", Text, "dir = \"/mnt/backup\""),
    may("at", Text, "at = \"22:30\""),
    may("keep", Whole(1, 10_000), "keep = 14"),
    may("recipient", Text, "recipient = \"age1…\""),
    may("passphrase_file", Text, "passphrase_file = \"/etc/lobby/backup.pass\""),
];

const GROUP: &[Key] = &[need("id", Text, "id = \"personal\""), need("name", Map(&Text), NAME)];

const CARDS: &[Key] = &[
    may("rules", List(&Table(CARD_RULE)), "[[cards.rules]] with prefix and lane"),
    may("lookup", Table(CARD_LOOKUP), "[cards.lookup] with url"),
];

const CARD_RULE: &[Key] = &[
    need("prefix", Text, "prefix = \"622848\""),
    may("length", Whole(6, 32), "length = 19"),
    need("lane", Text, "lane = \"vip\""),
    may("check", Choice(&["luhn", "none"]), "check = \"none\""),
];

const CARD_LOOKUP: &[Key] = &[
    need("url", Text, "url = \"http://cards.branch:9000/lane\""),
    may("timeout_ms", Whole(100, 5_000), "timeout_ms = 1000"),
];
