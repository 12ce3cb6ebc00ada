//! What `deploy/` says, held against what it says it of: its Prometheus is started as it is there.

#![expect(
    clippy::disallowed_methods,
    reason = "what is deployed is files of the project"
)]

use std::fs;
use std::path::{Path, PathBuf};

use specd_e2e::{Documents, Server, Storage, binary};
use specd_testkit::prometheus::Prometheus;

fn deploy() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy")
}

fn read(file: &str) -> anyhow::Result<String> {
    Ok(fs::read_to_string(deploy().join(file))?)
}

#[test]
fn the_prometheus_of_the_compose_file_scrapes_and_evaluates_the_rules_of_the_documents()
-> anyhow::Result<()> {
    let (documents, storage) = (Documents::template()?, Storage::sqlite()?);
    let listening = ["--metrics-listen", "127.0.0.1:0"];
    let server = Server::start_with(&documents, &storage, &listening)?;
    let rules = binary::command()?
        .args(["generate", "prometheus"])
        .arg(documents.path())
        .output()?;
    anyhow::ensure!(rules.status.success(), "{rules:?}");
    let rules = String::from_utf8(rules.stdout)?;
    let settings = read("prometheus/prometheus.yml")?;
    let here = settings.replace("specd:9464", &server.metrics_address()?.to_string());
    anyhow::ensure!(here != settings, "it scrapes another address");
    // Where the compose file puts them.
    let prometheus = Prometheus::start_as(&here, ("generated/specd.rules.yml", &rules))?;
    let up = prometheus.something("up{job=\"specd\"} == 1")?;
    anyhow::ensure!(up.len() == 1, "{up:?}");
    prometheus.something("specd_spec_info{spec=\"0001\"}")?;
    let recorded = rules.lines().filter_map(|line| {
        let name = line
            .trim_start_matches([' ', '-'])
            .strip_prefix("record: ")?;
        Some(name.trim_matches('\''))
    });
    let recorded: Vec<_> = recorded.collect();
    anyhow::ensure!(!recorded.is_empty(), "{rules}");
    // A file of rules that is not found is none to Prometheus.
    let any = recorded.join("|");
    prometheus.something(&format!("count({{__name__=~\"{any}\"}})"))?;
    Ok(())
}

#[test]
fn what_the_compose_file_mounts_is_there_and_what_is_asked_for_is_a_service() -> anyhow::Result<()>
{
    let compose = read("compose.yaml")?;
    let mounted = compose.lines().filter_map(|line| {
        let path = line.trim().strip_prefix("- .")?.split(':').next()?;
        Some(format!(".{path}"))
    });
    let mounted: Vec<String> = mounted.collect();
    anyhow::ensure!(mounted.len() >= 4, "{mounted:?}");
    for path in mounted {
        anyhow::ensure!(deploy().join(&path).exists(), "{path}");
    }
    let provisioned = [
        compose.clone(),
        read("prometheus/prometheus.yml")?,
        read("grafana/datasources/specd.yaml")?,
    ];
    for host in ["postgres", "jaeger", "prometheus", "specd"] {
        let is_service = compose.contains(&format!("\n  {host}:\n"));
        anyhow::ensure!(is_service, "{host} is no service");
        let is_asked = provisioned.iter().any(|text| {
            text.contains(&format!("//{host}:"))
                || text.contains(&format!("@{host}/"))
                || text.contains(&format!("\"{host}:"))
        });
        anyhow::ensure!(is_asked, "nobody asks {host}");
    }
    // What Prometheus scrapes is what the server listens on.
    anyhow::ensure!(
        compose.contains("SPECD_METRICS_LISTEN: 0.0.0.0:9464"),
        "{compose}"
    );
    Ok(())
}
