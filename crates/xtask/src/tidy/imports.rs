//! Who may import whom: the table of the architecture as data, compared with the manifests.
//!
//! `docs/architecture/adr/0001-third-parties.md` says why a crate names what it names.

use super::Finding;
use super::metadata::Package;

/// A room of the house.
pub struct Room {
    /// The crate, without `specd-`.
    pub name: &'static str,
    /// The crates of ours that it may use.
    pub ours: &'static [&'static str],
    /// The third parties that it may name.
    pub others: &'static [&'static str],
    /// What its tests may use beyond that, `testkit` and [`TEST_TOOLS`].
    pub dev: &'static [&'static str],
}

/// What the tests of every crate may use.
pub const TEST_TOOLS: [&str; 5] = ["insta", "proptest", "serde_json", "tempfile", "tokio"];

/// The table. Dependencies point inward, and no adapter knows another.
pub const ROOMS: &[Room] = &[
    Room {
        name: "domain",
        ours: &[],
        others: &[
            "base64",
            "bigdecimal",
            "chrono",
            "jiter",
            "regex",
            "serde",
            "strsim",
            "thiserror",
            "uuid",
            "validator",
        ],
        dev: &[],
    },
    Room {
        name: "app",
        ours: &["domain"],
        others: &[
            "arc-swap",
            "chacha20poly1305",
            "chrono",
            "crc32fast",
            "sha2",
            "subtle",
            "thiserror",
            "tokio",
            "tracing",
            "uuid",
        ],
        dev: &[],
    },
    Room {
        name: "adapter-http",
        ours: &["app", "domain"],
        others: &[
            "actix-http",
            "actix-server",
            "actix-service",
            "actix-web",
            "base64",
            "httparse",
            "maud",
            "serde",
            "serde_json",
            "thiserror",
            "tokio",
            "tokio-rustls",
            "tracing",
            "uuid",
        ],
        dev: &["rcgen"],
    },
    Room {
        name: "adapter-identity",
        ours: &["app", "domain"],
        others: &[
            "base64",
            "chrono",
            "jsonwebtoken",
            "rustls",
            "serde",
            "serde_json",
            "sha2",
            "thiserror",
            "tokio",
            "tracing",
            "ureq",
        ],
        dev: &[],
    },
    Room {
        name: "adapter-markdown",
        ours: &["app", "domain"],
        others: &[
            "annotate-snippets",
            "bigdecimal",
            "chrono",
            "jiter",
            "notify",
            "pulldown-cmark",
            "serde_json",
            "sqlparser",
            "strsim",
        ],
        dev: &[],
    },
    Room {
        name: "adapter-redis",
        ours: &["app", "domain"],
        others: &["chrono", "redis", "sha2", "thiserror", "tokio", "tracing"],
        dev: &[],
    },
    Room {
        name: "adapter-telemetry",
        ours: &["app", "domain"],
        others: &[
            "bigdecimal",
            "opentelemetry",
            "opentelemetry-proto",
            "opentelemetry_sdk",
            "prost",
            "rustls",
            "serde_json",
            "thiserror",
            "tokio",
            "tonic",
            "tracing",
            "tracing-opentelemetry",
            "tracing-subscriber",
            "ureq",
        ],
        dev: &[],
    },
    Room {
        name: "sql-support",
        ours: &["app", "domain"],
        others: &[
            "bigdecimal",
            "chrono",
            "diesel",
            "serde_json",
            "sha2",
            "thiserror",
            "tokio",
            "tracing",
            "uuid",
        ],
        dev: &[],
    },
    Room {
        name: "adapter-postgres",
        ours: &["app", "domain", "sql-support"],
        others: &[
            "bigdecimal",
            "chrono",
            "diesel",
            "diesel_migrations",
            "pq-sys",
            "serde_json",
            "thiserror",
            "tracing",
            "uuid",
        ],
        dev: &[],
    },
    Room {
        name: "adapter-sqlite",
        ours: &["app", "domain", "sql-support"],
        others: &[
            "bigdecimal",
            "chrono",
            "diesel",
            "diesel_migrations",
            "libsqlite3-sys",
            "serde_json",
            "tracing",
            "uuid",
        ],
        dev: &[],
    },
    Room {
        name: "server",
        ours: &[
            "adapter-http",
            "adapter-identity",
            "adapter-markdown",
            "adapter-postgres",
            "adapter-redis",
            "adapter-sqlite",
            "adapter-telemetry",
            "app",
            "domain",
            "sql-support",
        ],
        others: &[
            "actix-web",
            "anyhow",
            "chrono",
            "clap",
            "getrandom",
            "include_dir",
            "rlimit",
            "serde_json",
            "thiserror",
            "tokio",
            "tracing",
        ],
        dev: &[],
    },
    Room {
        name: "testkit",
        ours: &["app", "domain"],
        others: &[
            "aws-lc-rs",
            "base64",
            "bigdecimal",
            "chrono",
            "futures-executor",
            "futures-util",
            "proptest",
            "rcgen",
            "rustls",
            "serde_json",
            "tempfile",
            "thiserror",
            "uuid",
        ],
        dev: &[],
    },
    Room {
        name: "xtask",
        ours: &["testkit"],
        others: &["anyhow", "serde_json"],
        dev: &[],
    },
    Room {
        name: "e2e",
        ours: &["testkit"],
        others: &[
            "anyhow",
            "base64",
            "opentelemetry-proto",
            "prost",
            "serde_json",
            "tempfile",
            "tokio",
            "tonic",
            "ureq",
        ],
        dev: &[
            "adapter-markdown",
            "app",
            "domain",
            "jsonschema",
            "rcgen",
            "rlimit",
            "rustls",
            "xtask",
        ],
    },
];

/// What the manifests name and the table does not, and the other way round.
pub fn findings(packages: &[Package]) -> Vec<Finding> {
    let ours: Vec<_> = packages.iter().filter(|package| package.is_ours).collect();
    let mut findings = Vec::new();
    for package in &ours {
        match ROOMS.iter().find(|room| short(&package.name) == room.name) {
            Some(room) => findings.extend(compare(package, room)),
            None => findings.push(Finding::of(
                &package.name,
                "the crate is not in the import table; give it a line in `crates/xtask/src/tidy/imports.rs`",
            )),
        }
    }
    for room in ROOMS {
        if !ours.iter().any(|package| short(&package.name) == room.name) {
            let advice = "the import table names a crate that is not there; take its line out";
            findings.push(Finding::of(room.name, advice));
        }
    }
    findings
}

fn compare(package: &Package, room: &Room) -> Vec<Finding> {
    let allowed = |name: &str| room.ours.contains(&short(name)) || room.others.contains(&name);
    let in_tests = |name: &str| {
        let short = short(name);
        allowed(name)
            || short == "testkit"
            || short == package_short(package)
            || TEST_TOOLS.contains(&short)
            || room.dev.contains(&short)
    };
    let normal = package.normal.iter().filter(|name| !allowed(name));
    let dev = package.dev.iter().filter(|name| !in_tests(name));
    let mut findings: Vec<_> = normal
        .chain(dev)
        .map(|name| {
            Finding::of(
                &package.name,
                format!("it may not use `{name}`: {}", reason(name)),
            )
        })
        .collect();
    // What is ours and not needed yet stays open; what is others' goes when nobody names it any more.
    let unused = room
        .others
        .iter()
        .filter(|name| !package.normal.iter().any(|used| short(used) == **name));
    findings.extend(unused.map(|name| {
        let advice = format!(
            "the import table lets it use `{name}`, which it does not; take it out of the table"
        );
        Finding::of(&package.name, advice)
    }));
    findings
}

fn reason(name: &str) -> &'static str {
    if name.starts_with("specd-adapter-") {
        "no adapter knows another; only `server` connects them"
    } else if name.starts_with("specd-") {
        "dependencies point inward: server, adapters, app, domain"
    } else {
        "put it into `crates/xtask/src/tidy/imports.rs` and say why in `docs/architecture/adr/0001-third-parties.md`"
    }
}

fn short(name: &str) -> &str {
    name.strip_prefix("specd-").unwrap_or(name)
}

fn package_short(package: &Package) -> &str {
    short(&package.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn house(change: impl Fn(&mut Package)) -> Vec<Package> {
        let prefixed = |name: &&str| format!("specd-{name}");
        ROOMS
            .iter()
            .map(|room| {
                let others = room.others.iter().map(|name| (*name).to_owned());
                let mut package = Package {
                    name: prefixed(&room.name),
                    version: String::new(),
                    license: None,
                    is_ours: true,
                    normal: room.ours.iter().map(prefixed).chain(others).collect(),
                    dev: Vec::new(),
                };
                change(&mut package);
                package
            })
            .collect()
    }

    #[track_caller]
    fn check(room: &str, dependency: &str, expected: &str) {
        let name = format!("specd-{room}");
        let packages = house(|package| {
            if package.name == name {
                package.normal.push(dependency.to_owned());
            }
        });
        let found = findings(&packages);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].advice.contains(expected), "{found:?}");
    }

    #[test]
    fn the_table_itself_is_in_order() {
        assert_eq!(findings(&house(|_| {})), []);
        for room in ROOMS {
            assert!(
                room.others.is_sorted() && room.ours.is_sorted(),
                "{}",
                room.name
            );
        }
    }

    #[test]
    fn an_adapter_that_uses_another_is_found() {
        check(
            "adapter-http",
            "specd-adapter-sqlite",
            "no adapter knows another",
        );
    }

    #[test]
    fn the_domain_that_uses_the_app_is_found() {
        check("domain", "specd-app", "point inward");
    }

    #[test]
    fn a_third_party_that_nobody_spoke_of_is_found() {
        check("domain", "rand", "0001-third-parties");
    }
}
