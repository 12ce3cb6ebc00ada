//! The command line. Every flag has an environment variable; a flag wins over its variable.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};
use specd_domain::name::SpecNumber;

use crate::database::DatabaseUrl;

mod concealed;
mod serve;
mod traces;

pub(crate) use concealed::concealed;
pub(crate) use serve::{Batching, ServeArguments};
pub(crate) use traces::TraceArguments;

/// The spec is the service: serves what SPEC documents say.
#[derive(Debug, Parser)]
#[command(
    name = "specd",
    version,
    args_conflicts_with_subcommands = true,
    after_help = "Without a command, specd is `specd serve`.\n\n\
                  Examples:\n  \
                  specd                                      serve the documents here, from SQLite\n  \
                  specd --database postgres://user@host/db   serve them from PostgreSQL\n  \
                  specd new \"Library Loans\"                  begin a document\n  \
                  specd check                                find every mistake in the documents"
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) serve: ServeArguments,
}

/// What specd can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the documents over HTTP; the default.
    Serve(Box<ServeArguments>),
    /// Find every mistake in documents. Exit code 0: clean, 1: errors, 2: could not read.
    Check(CheckArguments),
    /// Begin a document: the next number, today's date, the template ready to fill.
    New(NewArguments),
    /// Explain a diagnostic code, with an example that is wrong and one that is right.
    Explain(ExplainArguments),
    /// Create, list and revoke API keys.
    Keys(KeysArguments),
    /// Show how far documents are rolled out to their callers, and move them.
    Rollout(RolloutArguments),
    /// Write what follows from a document to standard output.
    Generate(GenerateArguments),
    /// Show how far documents are and whether they keep their objectives. Exit code 0: kept, 1: not, 2: could not ask.
    ///
    /// Each line under Metrics has an error budget: `p95 < 50ms` lets 5% of the requests be slower. Shown are the requests, how many of them failed in the sense of
    /// the line, what is left of its budget, and how many times as fast as it may it is spent; with Prometheus also whether an alert fires. Phases are told by their ticks.
    Status(StatusArguments),
}

/// How diagnostics are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// One JSON object.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
}

/// What to check.
#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    /// Files and directories [default: docs/architecture/specs].
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// How to write what was found.
    #[arg(long, value_enum, env = "SPECD_FORMAT", hide_env_values = true, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Compare the flow diagrams with the requests in this file of traces: OTLP as JSON, or what Jaeger's page downloads.
    #[arg(
        long,
        value_name = "FILE",
        env = "SPECD_AGAINST_TRACE",
        hide_env_values = true
    )]
    pub(crate) against_trace: Option<PathBuf>,
}

/// What to begin.
#[derive(Debug, Args)]
pub(crate) struct NewArguments {
    /// The title, such as "Library Loans".
    pub(crate) title: String,
    /// Where to put the document.
    #[arg(
        long,
        value_name = "DIR",
        env = "SPECD_DIR",
        hide_env_values = true,
        default_value = "docs/architecture/specs"
    )]
    pub(crate) dir: PathBuf,
}

/// What to explain.
#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// The code, such as SD0301.
    pub(crate) code: String,
}

/// How a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people.
    Text,
    /// A JSON array, for scripts.
    Json,
}

/// Which objectives are shown, and who is asked.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit code 0: all are kept, 1: one is broken or burns, 2: could not ask.\n\n\
                  Examples:\n  \
                  specd status                                        one server, since it began to count\n  \
                  specd status --prometheus http://prometheus:9090    all servers, the last 30 days\n  \
                  specd status --format json | jq '.[].objectives[] | select(.state == \"broken\")'"
)]
pub(crate) struct StatusArguments {
    /// Files and directories [default: docs/architecture/specs].
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// A server to ask, at the address of its `--metrics-listen`.
    #[arg(
        long,
        value_name = "URL",
        env = "SPECD_METRICS",
        hide_env_values = true,
        default_value = "http://127.0.0.1:9464"
    )]
    pub(crate) metrics: String,
    /// A Prometheus to ask instead, which scrapes all servers and remembers those that were restarted.
    #[arg(
        long,
        value_name = "URL",
        env = "SPECD_PROMETHEUS",
        hide_env_values = true
    )]
    pub(crate) prometheus: Option<String>,
    /// How to write them.
    #[arg(long, value_enum, env = "SPECD_FORMAT", hide_env_values = true, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

/// Keys of which database.
#[derive(Debug, Args)]
pub(crate) struct KeysArguments {
    #[command(subcommand)]
    pub(crate) command: KeysCommand,
    /// The database: `sqlite:FILE` or `postgres://USER:PASSWORD@HOST/NAME`.
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "SPECD_DATABASE",
        default_value = DatabaseUrl::DEFAULT,
        hide_env_values = true
    )]
    pub(crate) database: DatabaseUrl,
}

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Create a key. It is shown once, on standard output, and cannot be shown again.
    Create {
        /// What to call it.
        #[arg(long, env = "SPECD_NAME", hide_env_values = true)]
        name: String,
        /// What it may do, such as `orders:write`; give one or more.
        #[arg(long = "scope", value_name = "SCOPE", num_args = 1.., required = true, env = "SPECD_SCOPE", hide_env_values = true, value_delimiter = ',')]
        scopes: Vec<String>,
        /// The first day (UTC) on which it is refused.
        #[arg(
            long,
            value_name = "YYYY-MM-DD",
            env = "SPECD_EXPIRES",
            hide_env_values = true
        )]
        expires: Option<NaiveDate>,
    },
    /// List the keys, oldest first, and when each was used last; never their secrets.
    List {
        /// How to write them.
        #[arg(long, value_enum, env = "SPECD_FORMAT", hide_env_values = true, default_value_t = ListFormat::Text)]
        format: ListFormat,
    },
    /// Refuse a key from now on.
    Revoke {
        /// The id, as `specd keys list` shows it.
        id: String,
    },
}

/// Rollouts of which documents, in which database.
#[derive(Debug, Args)]
pub(crate) struct RolloutArguments {
    #[command(subcommand)]
    pub(crate) command: Option<RolloutCommand>,
    /// The directory of the documents [default: docs/architecture/specs, or the built-in SPEC 0001].
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "SPECD_SPECS",
        hide_env_values = true
    )]
    pub(crate) specs: Option<PathBuf>,
    /// The database: `sqlite:FILE` or `postgres://USER:PASSWORD@HOST/NAME`.
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "SPECD_DATABASE",
        default_value = DatabaseUrl::DEFAULT,
        hide_env_values = true
    )]
    pub(crate) database: DatabaseUrl,
}

/// What to do with rollouts.
#[derive(Debug, Subcommand)]
pub(crate) enum RolloutCommand {
    /// Show the share of callers that each document lets in; the default.
    Status,
    /// Go to the next stage of a document.
    Advance {
        /// The number of the document, such as 0001.
        #[arg(value_parser = spec_number)]
        number: SpecNumber,
    },
    /// Go back to the stage before.
    Back {
        /// The number of the document, such as 0001.
        #[arg(value_parser = spec_number)]
        number: SpecNumber,
    },
    /// Let in this share of the callers, whatever the stages are; 0 takes everybody out.
    Set {
        /// The number of the document, such as 0001.
        #[arg(value_parser = spec_number)]
        number: SpecNumber,
        /// 0 to 100.
        #[arg(value_parser = percent)]
        percent: u8,
    },
}

/// A number with or without the zeros in front.
fn spec_number(text: &str) -> Result<SpecNumber, String> {
    let is_number = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let number = text.parse().ok().filter(|_| is_number).map(SpecNumber);
    number.ok_or_else(|| "a document has a number such as `0001`".to_owned())
}

/// With or without its sign.
fn percent(text: &str) -> Result<u8, String> {
    let number = text.strip_suffix('%').unwrap_or(text);
    let percent = number.parse().ok().filter(|percent| *percent <= 100);
    percent.ok_or_else(|| "choose a whole number from 0 to 100".to_owned())
}

/// What to generate.
#[derive(Debug, Args)]
pub(crate) struct GenerateArguments {
    #[command(subcommand)]
    pub(crate) command: GenerateCommand,
}

/// What can be generated.
#[derive(Debug, Subcommand)]
pub(crate) enum GenerateCommand {
    /// The compiled spec as JSON, for services that link `specd-domain`.
    Model {
        /// The document.
        path: PathBuf,
    },
    /// The description of the API in OpenAPI 3.1, as `/openapi.json` serves it.
    Openapi {
        /// Files and directories [default: docs/architecture/specs].
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
    /// Recording and alerting rules for Prometheus, of what the documents promise.
    ///
    /// Each objective has an error budget of 30 days; alerts fire when it burns 14.4, 6, 3 or 1 times as fast as it may. The document's own `Alert if` lines, and
    /// silence where metrics should be, alert too. Documents that are not approved have no rules, since they are not served.
    #[command(after_help = "Examples:\n  \
        specd generate prometheus > specd.rules.yml && promtool check rules specd.rules.yml\n  \
        specd generate prometheus --link-base https://git.example.org/shop/blob/main")]
    Prometheus {
        /// Files and directories [default: docs/architecture/specs].
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Where this folder is published: makes an address of a relative link to a runbook.
        #[arg(
            long,
            value_name = "URL",
            env = "SPECD_LINK_BASE",
            hide_env_values = true
        )]
        link_base: Option<String>,
    },
    /// A dashboard for Grafana: objectives with their thresholds, error budgets, latency, requests, errors, waiting.
    ///
    /// It asks for what the rules of `specd generate prometheus` record. Import the JSON, or provision it.
    #[command(after_help = "Example:\n  specd generate grafana > specd.dashboard.json")]
    Grafana {
        /// Files and directories [default: docs/architecture/specs].
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
    /// A runbook for a document, in Markdown: each alert, what it means, where to look, how to go back.
    #[command(
        after_help = "Example:\n  specd generate runbook docs/architecture/specs/0001-order.md > runbook-order.md"
    )]
    Runbook {
        /// The document.
        path: PathBuf,
    },
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn without_a_command_the_flags_are_those_of_serve() {
        let cli = Cli::try_parse_from(["specd", "--listen", "127.0.0.1:0", "--preview"]).unwrap();
        assert!(cli.command.is_none());
        assert!(cli.serve.preview);
        assert_eq!(cli.serve.listen.port(), 0);
    }

    #[test]
    fn scopes_may_be_repeated_or_listed() {
        let cli = Cli::try_parse_from([
            "specd", "keys", "create", "--name", "n", "--scope", "a:read", "b:write", "--scope",
            "c:read",
        ])
        .unwrap();
        let Some(Command::Keys(KeysArguments {
            command: KeysCommand::Create { scopes, .. },
            ..
        })) = cli.command
        else {
            panic!("another command");
        };
        assert_eq!(scopes, ["a:read", "b:write", "c:read"]);
    }

    #[test]
    fn a_rollout_is_moved_by_number_and_percentage() {
        let set = |number: &str, percent: &str| {
            let cli = Cli::try_parse_from(["specd", "rollout", "set", number, percent]).ok()?;
            match cli.command {
                Some(Command::Rollout(RolloutArguments {
                    command: Some(RolloutCommand::Set { number, percent }),
                    ..
                })) => Some((number.0, percent)),
                _ => None,
            }
        };
        assert_eq!(set("1", "25"), Some((1, 25)));
        assert_eq!(set("0001", "100%"), Some((1, 100)));
        for (number, percent) in [
            ("1", "101"),
            ("1", "-1"),
            ("x", "5"),
            ("", "5"),
            ("+1", "5"),
            ("00001", "5"),
        ] {
            assert_eq!(set(number, percent), None, "{number} {percent}");
        }
    }

    #[test]
    fn the_help_teaches() {
        let mut command = Cli::command().term_width(100);
        command.build();
        let mut help = command.render_help().to_string();
        for name in [
            "serve", "check", "new", "explain", "keys", "rollout", "generate", "status",
        ] {
            let about = command.find_subcommand_mut(name).unwrap();
            let shown = about.clone().term_width(100).render_help();
            write!(
                help,
                "
---- {name}
{shown}"
            )
            .unwrap();
        }
        for (group, name) in [
            ("keys", "create"),
            ("generate", "prometheus"),
            ("generate", "grafana"),
            ("generate", "runbook"),
        ] {
            let group_command = command.find_subcommand_mut(group).unwrap();
            let about = group_command.find_subcommand_mut(name).unwrap();
            let shown = about.clone().term_width(100).render_long_help();
            write!(
                help,
                "
---- {group} {name}
{shown}"
            )
            .unwrap();
        }
        insta::assert_snapshot!(help);
    }

    #[test]
    fn every_flag_has_an_environment_variable_of_its_own_name() {
        fn walk(command: &clap::Command) {
            for argument in command.get_arguments() {
                let Some(long) = argument.get_long() else {
                    continue;
                };
                if matches!(long, "help" | "version") {
                    continue;
                }
                let name = argument.get_env().and_then(|name| name.to_str());
                // Those of a standard have its names.
                if name.is_some_and(|name| name.starts_with("OTEL_")) {
                    continue;
                }
                let expected = format!("SPECD_{}", long.to_uppercase().replace('-', "_"));
                assert_eq!(
                    name,
                    Some(expected.as_str()),
                    "--{long} of {}",
                    command.get_name()
                );
            }
            command.get_subcommands().for_each(walk);
        }
        walk(&Cli::command());
    }
}
