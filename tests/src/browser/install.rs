//! Getting the browser and its driver where they are missing and the machine allows it.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Context as _;
use specd_testkit::postgres::install::is_root;

/// Where the two programs are.
pub(super) struct Programs {
    pub(super) browser: PathBuf,
    pub(super) driver: PathBuf,
}

const BROWSERS: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];
const DRIVERS: [&str; 2] = ["chromedriver", "chromium.chromedriver"];

/// What each package manager is told.
const MANAGERS: [(&str, &[&[&str]]); 5] = [
    (
        "apt-get",
        &[
            &["apt-get", "update", "--quiet"],
            &[
                "apt-get",
                "install",
                "--yes",
                "--quiet",
                "--no-install-recommends",
                "chromium",
                "chromium-driver",
            ],
        ],
    ),
    (
        "dnf",
        &[&["dnf", "install", "--assumeyes", "chromium", "chromedriver"]],
    ),
    (
        "zypper",
        &[&[
            "zypper",
            "--non-interactive",
            "install",
            "chromium",
            "chromedriver",
        ]],
    ),
    (
        "pacman",
        &[&["pacman", "--sync", "--noconfirm", "chromium"]],
    ),
    (
        "apk",
        &[&["apk", "add", "chromium", "chromium-chromedriver"]],
    ),
];

/// The programs; installed first, where they are not there and this process may.
///
/// # Errors
/// They are not there and cannot be installed; the error says what to type.
pub(super) fn ensure() -> anyhow::Result<Programs> {
    if let Some(programs) = found() {
        return Ok(programs);
    }
    let manager = MANAGERS
        .iter()
        .find(|(program, _)| on_path(program).is_some());
    let (_, commands) = manager
        .context("the tests of pages need Chromium and `chromedriver` on the PATH: install both")?;
    let lines: Vec<String> = commands.iter().map(|words| words.join(" ")).collect();
    anyhow::ensure!(
        is_root(),
        "the tests of pages need Chromium and its driver: `sudo sh -c '{}'`",
        lines.join(" && ")
    );
    for words in *commands {
        let Some((program, arguments)) = words.split_first() else {
            continue;
        };
        eprintln!("Chromium is not installed, so: {}", words.join(" "));
        let output = Command::new(program)
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        anyhow::ensure!(output.status.success(), "`{program}` fails: {said}");
    }
    found().context("Chromium was installed, and is not on the PATH")
}

fn found() -> Option<Programs> {
    Some(Programs {
        browser: BROWSERS.iter().find_map(|name| on_path(name))?,
        driver: DRIVERS.iter().find_map(|name| on_path(name))?,
    })
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|place| place.join(program))
        .find(|place| place.is_file())
}
