//! Traces: what the command line and the variables of OpenTelemetry ask for.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use specd_adapter_telemetry::traces::{
    Endpoint, Protocol, Resource, Sampling, TraceSettings, Tracing,
};
use specd_app::ports::entropy::Entropy as _;

use crate::cli::TraceArguments;
use crate::system::{SystemEntropy, host_name};

/// Starts what takes traces; `None` where no collector is named.
pub(super) fn start(arguments: &TraceArguments) -> Result<Option<Arc<Tracing>>> {
    let Some(endpoint) = endpoint(arguments)? else {
        return Ok(None);
    };
    let settings = TraceSettings {
        endpoint,
        sampling: sampling(arguments)?,
        resource: resource(arguments)?,
    };
    Ok(Some(Tracing::start(settings)?))
}

/// An empty variable is one that is not set.
fn said(value: Option<&String>) -> Option<&str> {
    value
        .map(|value| value.trim())
        .filter(|value| !value.is_empty())
}

/// What is said for traces goes before what is said for all signals.
fn of_traces<'a>(traces: Option<&'a String>, all: Option<&'a String>) -> Option<&'a str> {
    said(traces).or_else(|| said(all))
}

fn endpoint(arguments: &TraceArguments) -> Result<Option<Endpoint>> {
    let standard = &arguments.standard;
    let is_disabled = said(standard.otel_sdk_disabled.as_ref())
        .is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let is_for_nobody = said(standard.otel_traces_exporter.as_ref()) == Some("none");
    if is_disabled || is_for_nobody {
        return Ok(None);
    }
    let protocol = of_traces(
        standard.otlp_traces_protocol.as_ref(),
        arguments.otlp_protocol.as_ref(),
    );
    let protocol = protocol.map_or(Ok(Protocol::default()), str::parse)?;
    let exact = said(standard.otlp_traces_endpoint.as_ref());
    let exact = exact.map(|url| Endpoint::exact(url, protocol));
    let base = || said(arguments.otlp_endpoint.as_ref()).map(|url| Endpoint::base(url, protocol));
    let Some(mut endpoint) = exact.or_else(base).transpose()? else {
        return Ok(None);
    };
    if let Some(headers) = of_traces(
        standard.otlp_traces_headers.as_ref(),
        standard.otlp_headers.as_ref(),
    ) {
        endpoint = endpoint.with_headers(headers)?;
    }
    if let Some(timeout) = of_traces(
        standard.otlp_traces_timeout.as_ref(),
        standard.otlp_timeout.as_ref(),
    ) {
        let timeout = timeout.parse().context(
            "`OTEL_EXPORTER_OTLP_TIMEOUT` (or that of traces) is no number of milliseconds",
        )?;
        endpoint = endpoint.within(Duration::from_millis(timeout));
    }
    Ok(Some(endpoint))
}

fn sampling(arguments: &TraceArguments) -> Result<Sampling> {
    let standard = &arguments.standard;
    let sampling = match (
        said(arguments.trace_ratio.as_ref()),
        said(standard.otel_traces_sampler.as_ref()),
    ) {
        (Some(share), _) => Sampling::share(share),
        (None, Some(sampler)) => {
            let argument = said(standard.otel_traces_sampler_arg.as_ref());
            Sampling::named(sampler, argument)
        }
        (None, None) => Sampling::share(Sampling::DEFAULT_SHARE),
    };
    Ok(sampling?)
}

fn resource(arguments: &TraceArguments) -> Result<Resource> {
    let instance = u128::from_be_bytes(SystemEntropy.random_128());
    let mut resource = Resource::default()
        .with("service.name", "specd")
        .with("service.version", env!("CARGO_PKG_VERSION"))
        .with("service.instance.id", format!("{instance:032x}"))
        .with("process.pid", std::process::id().to_string())
        .with("process.executable.name", "specd")
        .with("os.type", std::env::consts::OS)
        .with("host.arch", host_arch());
    if let Some(name) = host_name() {
        resource = resource.with("host.name", name);
    }
    let standard = &arguments.standard;
    if let Some(attributes) = said(standard.otel_resource_attributes.as_ref()) {
        resource = resource.with_all(attributes)?;
    }
    if let Some(name) = said(standard.otel_service_name.as_ref()) {
        resource = resource.with("service.name", name);
    }
    Ok(resource)
}

/// As the semantic conventions name it.
fn host_arch() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}
