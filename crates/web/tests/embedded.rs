//! What a server gets from the embedded pages.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::case_sensitive_file_extension_comparisons)] // the build writes them so

/// Addresses of everything that `html` loads.
fn loaded_by(html: &str) -> Vec<String> {
    html.split('"').filter(|part| part.contains("/assets/")).map(str::to_owned).collect()
}

fn plain_text(asset: &web::Asset) -> String {
    String::from_utf8(asset.bytes.to_vec()).unwrap()
}

#[test]
fn every_page_is_there_and_so_is_everything_it_loads() {
    for name in web::PAGES {
        let page = web::page(name, "").unwrap_or_else(|| panic!("{name} is missing"));
        assert_eq!(page.mime, "text/html; charset=utf-8");
        assert!(!page.immutable, "{name} must be asked for anew each time");
        let addresses = loaded_by(&plain_text(&page));
        assert!(addresses.iter().any(|address| address.ends_with(".js")), "{name} loads no script");
        for address in addresses {
            let asset = web::find(&address, "").unwrap_or_else(|| panic!("{name} loads {address}, which is missing"));
            assert!(asset.immutable && !asset.bytes.is_empty(), "{address}");
        }
    }
}

/// The listener for phones serves nothing outside `/t/`.
#[test]
fn the_phone_page_loads_only_from_its_own_folder() {
    let page = plain_text(&web::page("track", "").unwrap());
    assert!(loaded_by(&page).iter().all(|address| address.starts_with("/t/assets/")), "{page}");
}

/// The pages' policy is `default-src 'self'`.
#[test]
fn no_page_carries_script_or_style_in_itself() {
    for name in web::PAGES {
        let html = plain_text(&web::page(name, "").unwrap());
        for forbidden in ["<style", "style=", "<script>", "javascript:", "data:", "http://", "https://"] {
            assert!(!html.contains(forbidden), "{name} has {forbidden}");
        }
        let handler = html.split_whitespace().find(|word| word.starts_with("on") && word.contains('='));
        assert_eq!(handler, None, "{name}");
    }
}

#[test]
fn each_encoding_has_its_own_tag_and_the_smallest_wins() {
    let page = plain_text(&web::page("kiosk", "").unwrap());
    let script = loaded_by(&page).into_iter().find(|address| address.ends_with(".js")).unwrap();
    let plain = web::find(&script, "").unwrap();
    let gzip = web::find(&script, "gzip").unwrap();
    let brotli = web::find(&script, "gzip, br").unwrap();

    assert_eq!((plain.encoding, gzip.encoding, brotli.encoding), (None, Some("gzip"), Some("br")));
    assert!(brotli.bytes.len() < gzip.bytes.len() && gzip.bytes.len() < plain.bytes.len());
    assert!(plain.etag != gzip.etag && gzip.etag != brotli.etag && plain.etag != brotli.etag);
    assert_eq!(brotli.mime, plain.mime, "the type is the file's, not its packing's");
    assert!(plain.etag.starts_with('"') && plain.etag.ends_with('"'));
}

#[test]
fn nothing_else_is_served() {
    for path in [
        "/kiosk.html",
        "/assets/",
        "/assets/../kiosk.html",
        "/assets/..\\kiosk.html",
        "/assets/../../Cargo.toml",
        "/.complete",
        "/assets/missing.js",
        "assets",
        "",
        "/t/t/assets/x",
    ] {
        assert_eq!(web::find(path, ""), None, "{path}");
    }
    for name in ["", "kiosk.html", "../Cargo.toml", "cashier"] {
        assert_eq!(web::page(name, ""), None, "{name}");
    }
}
