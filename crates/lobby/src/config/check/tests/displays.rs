//! Bad files about displays and about profiles of lines.

use super::{GOOD, says, told};
use expect_test::expect;

/// The good branch with these blocks at its end.
fn with(blocks: &str) -> String {
    told(&format!("{GOOD}\n{blocks}"))
}

#[test]
fn displays_at_a_port_or_on_a_line_are_left_in_peace() {
    let own = "[[displays]]\nid = \"window-1\"\nport = \"leds\"\ncounter = \"1\"\n";
    let on_line = "[[displays]]\nid = \"window-2\"\nline = \"desks\"\ncounter = \"2\"\nunit = 12\n";
    let alone = "[[lines]]\nid = \"leds\"\nport = \"usb2\"\n\
                 [[displays]]\nid = \"window-3\"\nline = \"leds\"\ncounter = \"2\"\nprofile = \"led-digits-ascii\"\n";
    let slow = GOOD.replace("port = \"desks\"", "port = \"desks\"\nbaud = 9600");
    assert_eq!(told(&format!("{slow}\n{own}{on_line}{alone}")), "");
    expect!["branch.toml:61: warning: displays of this profile run at 9600 baud, this line at 115200. Set the line to the display's speed, or the display to the line's and say so in a copy of its profile."].assert_eq(&with(on_line));
}

#[test]
fn displays_that_hang_nowhere_or_twice() {
    let told = with(
        "[[displays]]\nid = \"a\"\ncounter = \"1\"\n\
         [[displays]]\nid = \"a\"\ncounter = \"7\"\nport = \"x\"\nline = \"desk\"\n\
         [[displays]]\nid = \"c\"\ncounter = \"1\"\nport = \"kiosk-1\"\n\
         [[displays]]\nid = \"d\"\ncounter = \"1\"\nline = \"desks\"\nunit = 2\nbaud = 9600\n\
         [[displays]]\nid = \"e\"\ncounter = \"1\"\nline = \"desks\"\n\
         [[lines]]\nid = \"empty\"\nport = \"y\"\n",
    );
    expect![[r#"
        branch.toml:61: this display hangs on nothing. Write port = "…" for a port of its own, or line = "…" with the id of a [[lines]] block.
        branch.toml:65: display "a" is also in line 62. Give each display an id of its own.
        branch.toml:66: "7" is none of the [[counters]]. Write "1", or add [[counters]] with id = "7".
        branch.toml:68: "desk" is none of the [[lines]]. Write "desks", or add [[lines]] with id = "desk".
        branch.toml:68: this display has a port and a line. Take out `port` when it hangs on the line, or `line` when it has a port to itself.
        branch.toml:72: port "kiosk-1" is also in line 48. Write line = "…" here with the id of the [[lines]] block that has the port; make one for displays alone.
        branch.toml:73: warning: displays of this profile run at 9600 baud, this line at 115200. Set the line to the display's speed, or the display to the line's and say so in a copy of its profile.
        branch.toml:77: address 2 is already on line "desks", in line 43. Set another address on one of the two and write it as unit = ….
        branch.toml:78: a display on a line has the line's `baud`. Take it out here and write it in the [[lines]] block.
        branch.toml:79: warning: displays of this profile run at 9600 baud, this line at 115200. Set the line to the display's speed, or the display to the line's and say so in a copy of its profile.
        branch.toml:79: address 1 is already on line "desks", in line 42. Set another address on one of the two and write it as unit = ….
        branch.toml:83: this line carries nobody. Write units = [{ unit = 1, counter = "1" }], or a [[displays]] block that names this line."#]].assert_eq(&told);
}

#[test]
fn profiles_of_another_kind_or_of_nowhere() {
    let told = with(
        "[[displays]]\nid = \"a\"\ncounter = \"1\"\nport = \"x\"\nprofile = \"led-digit-modbus\"\n\
         [[displays]]\nid = \"b\"\ncounter = \"1\"\nport = \"y\"\nprofile = \"callbox-ff68\"\n\
         [[displays]]\nid = \"c\"\ncounter = \"1\"\nport = \"z\"\nprofile = \"mine.toml\"\n\
         [[displays]]\nid = \"d\"\ncounter = \"1\"\nline = \"desks\"\nunit = 9\nprofile = \"led-digits-ascii\"\n",
    );
    expect![[r#"
        branch.toml:65: no display profile is called "led-digit-modbus". Write "led-digits-modbus".
        branch.toml:70: this profile is one of units with keys, not of a display. Write "led-digits-modbus" or the path of a file like it, or use [[lines]].
        branch.toml:75: there is no file mine.toml. Write "alpha-board", "led-digits-ascii", "led-digits-modbus", "led-text-gb" or "led-text-modbus" or the path of a file like those in config/devices.
        branch.toml:81: warning: displays of this profile run at 9600 baud, this line at 115200. Set the line to the display's speed, or the display to the line's and say so in a copy of its profile.
        branch.toml:81: warning: this display speaks another language than the Modbus units of its line. Give it a port of its own, or a line without units."#]].assert_eq(&told);
    says(
        &[("port = \"desks\"", "port = \"desks\"\nprofile = \"led-digits-modbus\"")],
        &expect![[
            r#"branch.toml:41: this profile is one of displays, which have no keys. Leave `profile` out here and write it in [[displays]], with the id of this line as line = "…"."#
        ]],
    );
    says(
        &[("port = \"desks\"", "port = \"desks\"\nprofile = \"callbox-ff86\"")],
        &expect![[r#"branch.toml:41: no line profile is called "callbox-ff86". Write "callbox-ff68"."#]],
    );
}

#[test]
fn lines_of_call_boxes_that_are_too_long() {
    let boxes = |count: u32| {
        let each = |word: fn(u32) -> String| (3..=count).map(word).collect::<Vec<_>>().concat();
        let counters = each(|id| format!("[[counters]]\nid = \"{id}\"\nserves = [\"*\"]\n\n"));
        let units = each(|id| format!("    {{ unit = {id}, counter = \"{id}\" }},\n"));
        let text = GOOD.replace("port = \"desks\"", "port = \"desks\"\nprofile = \"callbox-ff68\"");
        let text = text.replace("[[lines]]", &format!("{counters}[[lines]]"));
        told(&text.replace("counter = \"2\" },\n", &format!("counter = \"2\" }},\n{units}")))
    };
    assert_eq!(boxes(20), "");
    expect!["branch.toml:154: warning: 30 call boxes at 9600 baud: the last one shows a change 1271 ms late. Put at most 23 boxes on this line."].assert_eq(&boxes(30));
}

#[test]
fn a_board_shows_the_calls_and_a_display_one_counter() {
    let board = "[[displays]]\nid = \"a\"\nport = \"x\"\nprofile = \"alpha-board\"\nshows = \"calls\"\n";
    assert_eq!(with(board), "");
    let told = with(
        "[[displays]]\nid = \"a\"\nport = \"x\"\n\
         [[displays]]\nid = \"b\"\nport = \"y\"\ncounter = \"1\"\nshows = \"calls\"\n",
    );
    expect![[r#"
        branch.toml:61: this display has no counter. Write counter = "…" with the one that it stands at, or shows = "calls" for a board of calls.
        branch.toml:67: a board shows the calls of all counters. Take out `counter`, or `shows` for the number of one counter.
        branch.toml:68: profile "led-digits-modbus" has no [calls]: it shows one number. Write profile = "alpha-board", or the path of a file that says how calls are written."#]].assert_eq(&told);
}
