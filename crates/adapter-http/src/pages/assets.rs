//! What pages are drawn and moved with. It is in the binary, and each file's address holds a digest of its bytes: it never
//! changes, and may be kept for ever.

use std::sync::LazyLock;

use super::made::digest;
use actix_web::web::Bytes;

use crate::answer::Answer;

/// A file of the pages.
pub(crate) struct Asset {
    /// Where it is served.
    pub(crate) path: String,
    content_type: &'static str,
    bytes: &'static [u8],
}

static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    let bytes = include_bytes!("../../assets/specd.css");
    Asset::new("specd", "css", "text/css; charset=utf-8", bytes)
});
static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    let bytes = include_bytes!("../../assets/reference.js");
    Asset::new("reference", "js", "text/javascript; charset=utf-8", bytes)
});
static ICON: LazyLock<Asset> = LazyLock::new(|| {
    let bytes = include_bytes!("../../assets/icon.svg");
    Asset::new("icon", "svg", "image/svg+xml", bytes)
});

impl Asset {
    fn new(name: &str, extension: &str, content_type: &'static str, bytes: &'static [u8]) -> Self {
        Self {
            path: format!("/docs/{name}.{}.{extension}", digest(bytes)),
            content_type,
            bytes,
        }
    }

    /// The file.
    pub(crate) fn answer(&self) -> Answer {
        let mut answer = Answer::with_body(200, self.content_type, Bytes::from_static(self.bytes));
        answer.set("cache-control", "public, max-age=31536000, immutable");
        // An image that is opened by itself is a page.
        answer.set("content-security-policy", "default-src 'none'");
        answer
    }
}

/// The look of every page.
pub(crate) fn style() -> &'static str {
    &STYLE.path
}

/// What lets the reference be tried.
pub(crate) fn script() -> &'static str {
    &SCRIPT.path
}

/// The sign in the browser's tab.
pub(crate) fn icon() -> &'static str {
    &ICON.path
}

/// The file at a path.
pub(crate) fn at(path: &str) -> Option<&'static Asset> {
    let assets: [&'static Asset; 3] = [&STYLE, &SCRIPT, &ICON];
    assets.into_iter().find(|asset| asset.path == path)
}
