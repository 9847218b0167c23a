use super::says;
use expect_test::expect;

#[test]
fn rules_and_lookup() {
    let cards = "[cards]\n\n[[cards.rules]]\nprefix = \"6228-48\"\nlane = \"vpi\"\n\n[[cards.rules]]\nprefix = \"6228481\"\n\
                 length = 6\nlane = \"vip\"\n\n[cards.lookup]\nurl = \"https://cards.example/lane\"\n\n[voice]";
    says(
        &[("[voice]", cards)],
        &expect![[r#"
        branch.toml:61: no card's number begins with "6228-48". Write digits and capital letters, such as "622848".
        branch.toml:62: "vpi" is none of the [[lanes]]. Write "vip", or add [[lanes]] with id = "vpi".
        branch.toml:65: "6228481" is longer than the number that it begins. Write the length of the whole number, such as length = 19.
        branch.toml:70: cards cannot be looked up at "https://cards.example/lane". Write an address of the branch's own network, such as "http://127.0.0.1:9000/lane"; for one beyond it let a relay on this machine speak TLS."#]],
    );
}

#[test]
fn the_same_beginning_twice() {
    let rule = "[[cards.rules]]\nprefix = \"622848\"\nlane = \"vip\"\n\n";
    says(
        &[("[voice]", &format!("{rule}{rule}[voice]"))],
        &expect![[
            r#"branch.toml:63: prefix "622848" is also in line 59. Keep one of the rules, or give each a length of its own."#
        ]],
    );
}
