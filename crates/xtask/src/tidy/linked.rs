//! What we link: under licences that go with ours, without what was found wanting, no older than the last known fault.

use super::Finding;
use super::metadata::Package;

/// Licences that ask for no more than a notice.
const LICENCES: [&str; 14] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "PostgreSQL",
    "Unicode-3.0",
    "Zlib",
];

/// Crates that must not be linked, and why.
const BANNED: [(&str, &str); 3] = [
    ("openssl-sys", "the binary needs no system library"),
    ("native-tls", "the binary needs no system library"),
    (
        "rsa",
        "RUSTSEC-2023-0071 has no mend; signatures are verified by aws-lc",
    ),
];

/// The least version, and what was wrong before it.
const LEAST: [(&str, &str, &str); 5] = [
    ("actix-http", "3.12.1", "request smuggling"),
    ("diesel", "2.3.10", "RUSTSEC-2026-0111"),
    (
        "h2",
        "0.4.4",
        "floods of frames, RUSTSEC-2024-0332; that of actix-web is older: leave its feature `http2` off",
    ),
    ("jsonwebtoken", "10.3.0", "CVE-2026-25537"),
    ("tracing-subscriber", "0.3.20", "RUSTSEC-2025-0055"),
];

/// Licences, bans and versions.
pub fn findings(packages: &[Package]) -> Vec<Finding> {
    let others = packages.iter().filter(|package| !package.is_ours);
    others
        .flat_map(|package| [licence(package), banned(package), outdated(package)])
        .flatten()
        .collect()
}

fn licence(package: &Package) -> Option<Finding> {
    let licence = package.license.as_deref().unwrap_or("none");
    (!is_allowed(licence)).then(|| {
        let advice = format!(
            "its licence `{licence}` is not on the list; use another crate, or say why it may be"
        );
        Finding::of(&package.name, advice)
    })
}

/// Of `A OR B` one is enough, of `A AND B` both are needed; `A/B` is an old way to write OR.
fn is_allowed(licence: &str) -> bool {
    let licence = licence.replace('/', " OR ").replace(['(', ')'], "");
    let mut parts = licence.split(" AND ");
    parts.all(|part| part.split(" OR ").any(|one| LICENCES.contains(&one.trim())))
}

fn banned(package: &Package) -> Option<Finding> {
    let (_, reason) = BANNED.iter().find(|(name, _)| *name == package.name)?;
    Some(Finding::of(
        &package.name,
        format!("it must not be linked: {reason}"),
    ))
}

fn outdated(package: &Package) -> Option<Finding> {
    let (_, least, fault) = LEAST.iter().find(|(name, _, _)| *name == package.name)?;
    (numbers(&package.version) < numbers(least)).then(|| {
        let advice = format!(
            "version {} has a known fault ({fault}); {least} is the least",
            package.version
        );
        Finding::of(&package.name, advice)
    })
}

fn numbers(version: &str) -> Vec<u64> {
    let core = version.split(['-', '+']).next().unwrap_or_default();
    core.split('.')
        .map(|number| number.parse().unwrap_or(0))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, version: &str, license: &str) -> Package {
        Package {
            name: name.to_owned(),
            version: version.to_owned(),
            license: Some(license.to_owned()),
            is_ours: false,
            normal: Vec::new(),
            dev: Vec::new(),
        }
    }

    #[test]
    fn licences_are_read_with_their_and_and_or() {
        for allowed in [
            "MIT",
            "MIT/Apache-2.0",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "GPL-3.0 OR MIT",
        ] {
            assert!(is_allowed(allowed), "{allowed}");
        }
        for refused in ["GPL-3.0", "MIT AND GPL-3.0", "none", ""] {
            assert!(!is_allowed(refused), "{refused}");
        }
    }

    #[test]
    fn a_banned_and_an_old_crate_are_found() {
        let found = findings(&[
            package("h2", "0.3.0", "MIT"),
            package("actix-http", "3.9.12", "MIT"),
            package("diesel", "2.10.0", "MIT"),
        ]);
        let places: Vec<_> = found.iter().map(|finding| finding.place.as_str()).collect();
        assert_eq!(places, ["h2", "actix-http"]);
    }
}
