//! Bad files about wires.

use super::{GOOD, says, told};
use expect_test::expect;

#[test]
fn units_that_get_in_each_others_way() {
    says(
        &[("unit = 2,", "unit = 1,")],
        &expect![
            "branch.toml:43: unit 1 is already on this line, in line 42. Set another address on one of the two units and write it here."
        ],
    );
    says(
        &[("counter = \"2\" }", "counter = \"1\" }")],
        &expect![[r#"branch.toml:43: counter "1" already has the unit of line 42. Write one unit for each counter."#]],
    );
    says(
        &[("counter = \"2\" }", "counter = \"7\" }")],
        &expect![[r#"branch.toml:43: "7" is none of the [[counters]]. Write "1", or add [[counters]] with id = "7"."#]],
    );
}

#[test]
fn ports_that_are_shared_or_wrong() {
    says(
        &[("port = \"kiosk-1\"", "port = \"desks\"")],
        &expect![[
            r#"branch.toml:48: port "desks" is also in line 40. Give each device a port of its own: two cannot share one."#
        ]],
    );
    says(
        &[("port = \"kiosk-1\"", "port = \"tcp://printer\"")],
        &expect![[
            r#"branch.toml:48: port "tcp://printer" cannot be reached. Write tcp://, host and port, such as "tcp://192.168.1.20:9100"."#
        ]],
    );
}

#[test]
fn profiles_that_do_not_exist() {
    says(
        &[("port = \"kiosk-1\"", "port = \"kiosk-1\"\nprofile = \"escpos-90\"")],
        &expect![[
            r#"branch.toml:49: there is no printer profile `escpos-90`: it is neither built in (escpos-58, escpos-80, escpos-80-silent, escpos-58-silent, escpos-80-half, escpos-58-half, escpos-80-raster, escpos-58-raster, escpos-80-presenter) nor the file escpos-90: No such file or directory (os error 2). Write "escpos-80", "escpos-58" or the path of a file like those in config/devices."#
        ]],
    );
    says(
        &[("port = \"desks\"", "port = \"desks\"\nprofile = \"desk-mudbus\"")],
        &expect![[r#"branch.toml:41: no line profile is called "desk-mudbus". Write "desk-modbus"."#]],
    );
}

#[test]
fn pictures_on_a_slow_wire() {
    let raster = |baud: &str| format!("port = \"kiosk-1\"\nprofile = \"escpos-80-raster\"{baud}");
    says(&[("port = \"kiosk-1\"", &raster(""))], &expect![""]);
    says(
        &[("port = \"kiosk-1\"", &raster("\nbaud = 9600"))],
        &expect![
            "branch.toml:50: warning: this printer gets its tickets as pictures, which take up to 46 s at 9600 baud. Set the printer to 115200 baud and write baud = 115200, or connect it by network."
        ],
    );
}

#[test]
fn references_to_nothing() {
    says(
        &[("printer = \"kiosk-1\"", "printer = \"kiosk-2\""), ("counter = \"2\"\n", "counter = \"12\"\n")],
        &expect![[r#"
        branch.toml:52: "kiosk-2" is none of the [[printers]]. Write "kiosk-1", or add [[printers]] with id = "kiosk-2".
        branch.toml:56: "12" is none of the [[counters]]. Write "1", or add [[counters]] with id = "12"."#]],
    );
    says(
        &[("printer = \"kiosk-1\"\n", "")],
        &expect![[
            r#"branch.toml:50: warning: this kiosk has no printer: customers must note their number. Write printer = "…" with the id of a [[printers]] block."#
        ]],
    );
}

#[test]
fn lines_that_carry_too_much() {
    let units = |count: u32| {
        let each = |word: fn(u32) -> String| (3..=count).map(word).collect::<Vec<_>>().concat();
        let counters = each(|id| format!("[[counters]]\nid = \"{id}\"\nserves = [\"*\"]\n\n"));
        let units = each(|id| format!("    {{ unit = {id}, counter = \"{id}\" }},\n"));
        let text = GOOD.replace("port = \"desks\"", "port = \"desks\"\nbaud = 9600");
        let text = text.replace("[[lines]]", &format!("{counters}[[lines]]"));
        told(&text.replace("counter = \"2\" },\n", &format!("counter = \"2\" }},\n{units}")))
    };
    assert_eq!(units(3), "");
    expect!["branch.toml:50: warning: 4 units at 9600 baud are asked only every 113 ms, and keys feel slow: answered after 174 ms on average. Put at most 3 units on this line, or raise its baud."].assert_eq(&units(4));
}

#[test]
fn agents_at_counters_that_have_a_unit_already() {
    let agent = |id: &str, counter: &str| format!("[[agents]]\nid = \"{id}\"\ncounter = \"{counter}\"\n\n[[printers]]");
    says(
        &[("[[printers]]", &agent("pc-1", "1"))],
        &expect![[r#"branch.toml:48: counter "1" already has the unit of line 42. Write one unit for each counter."#]],
    );
    says(
        &[("[[printers]]", &agent("pc 1", "9"))],
        &expect![[r#"
            branch.toml:47: "pc 1" cannot be an id. Write small letters, digits and hyphens, such as "window-3".
            branch.toml:48: "9" is none of the [[counters]]. Write "1", or add [[counters]] with id = "9"."#]],
    );
}
