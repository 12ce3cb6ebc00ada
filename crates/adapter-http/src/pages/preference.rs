//! Whether a caller would rather have a page or JSON (RFC 9110, 12.5.1).

use actix_web::http::header::{ACCEPT, HeaderMap};

/// Whether HTML is wanted more than JSON. Who takes both alike, or says nothing, is a program.
pub(super) fn prefers_html(headers: &HeaderMap) -> bool {
    weight(headers, "text", "html") > weight(headers, "application", "json")
}

/// The weight of a type, in thousandths: that of the most specific range that fits it.
fn weight(headers: &HeaderMap, kind: &str, subtype: &str) -> u32 {
    let exact = format!("{kind}/{subtype}");
    let family = format!("{kind}/*");
    let mut best = (0, 0);
    for line in headers.get_all(ACCEPT) {
        for range in line.to_str().unwrap_or_default().split(',') {
            let mut parts = range.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default().to_ascii_lowercase();
            let specificity = match name {
                _ if name == exact => 3,
                _ if name == family => 2,
                _ if name == "*/*" => 1,
                _ => continue,
            };
            best = best.max((specificity, quality(parts)));
        }
    }
    best.1
}

fn quality<'a>(mut parameters: impl Iterator<Item = &'a str>) -> u32 {
    let weight = parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| value.trim())
    });
    let Some(text) = weight else {
        return 1000;
    };
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let thousandths = format!("{decimals:0<3}");
    match (
        whole,
        thousandths.get(..3).and_then(|digits| digits.parse().ok()),
    ) {
        ("0", Some(thousandths)) => thousandths,
        ("1", _) => 1000,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[track_caller]
    fn check(accept: &'static str, expected: bool) {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        assert_eq!(prefers_html(&headers), expected, "{accept}");
    }

    #[test]
    fn a_browser_is_shown_a_page_and_a_program_gets_json() {
        check(
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            true,
        );
        check("text/html", true);
        check("text/*;q=0.5, application/json;q=0.25", true);
        check("*/*", false);
        check("application/json, text/html;q=0.9", false);
        check("application/json", false);
        check("text/html;q=0, */*", false);
        check("text/html;q=banana", false);
        check("TEXT/HTML", true);
        assert!(!prefers_html(&HeaderMap::new()));
    }
}
