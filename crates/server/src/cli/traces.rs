//! The flags of traces, and the variables that OpenTelemetry has for them.

use clap::Args;

/// Where traces go, and which requests make one.
#[derive(Clone, Debug, Args)]
pub(crate) struct TraceArguments {
    /// The collector of OpenTelemetry that traces are sent to, such as `http://localhost:4318` [default: none are made].
    #[arg(
        long,
        value_name = "URL",
        env = "OTEL_EXPORTER_OTLP_ENDPOINT",
        hide_env_values = true
    )]
    pub(crate) otlp_endpoint: Option<String>,
    /// The share of requests that are traced, from 0 to 1. Whoever calls with a trace decides for it, within bounds
    /// [default: 0.01].
    #[arg(
        long,
        value_name = "SHARE",
        env = "SPECD_TRACE_RATIO",
        hide_env_values = true
    )]
    pub(crate) trace_ratio: Option<String>,
    /// What the collector is spoken to in: `http/protobuf`, which collectors take on port 4318, or `grpc`, on port 4317
    /// [default: `http/protobuf`].
    #[arg(
        long,
        value_name = "PROTOCOL",
        env = "OTEL_EXPORTER_OTLP_PROTOCOL",
        hide_env_values = true
    )]
    pub(crate) otlp_protocol: Option<String>,
    #[command(flatten)]
    pub(crate) standard: StandardVariables,
}

/// The other variables of the standard; each is a flag that no help shows.
#[derive(Clone, Debug, Args)]
pub(crate) struct StandardVariables {
    #[arg(long, env = "OTEL_SDK_DISABLED", hide = true, hide_env_values = true)]
    pub(crate) otel_sdk_disabled: Option<String>,
    #[arg(
        long,
        env = "OTEL_TRACES_EXPORTER",
        hide = true,
        hide_env_values = true
    )]
    pub(crate) otel_traces_exporter: Option<String>,
    #[arg(
        long,
        env = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        hide = true,
        hide_env_values = true
    )]
    pub(crate) otlp_traces_endpoint: Option<String>,
    #[arg(
        long,
        env = "OTEL_EXPORTER_OTLP_HEADERS",
        hide = true,
        hide_env_values = true
    )]
    pub(crate) otlp_headers: Option<String>,
    #[arg(
        long,
        env = "OTEL_EXPORTER_OTLP_TIMEOUT",
        hide = true,
        hide_env_values = true
    )]
    pub(crate) otlp_timeout: Option<String>,
    #[arg(
        long,
        env = "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
        hide = true,
        hide_env_values = true
    )]
    pub(crate) otlp_traces_protocol: Option<String>,
    #[arg(
        long,
        env = "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
        hide = true,
        hide_env_values = true
    )]
    pub(crate) otlp_traces_headers: Option<String>,
    #[arg(
        long,
        env = "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
        hide = true,
        hide_env_values = true
    )]
    pub(crate) otlp_traces_timeout: Option<String>,
    #[arg(long, env = "OTEL_SERVICE_NAME", hide = true, hide_env_values = true)]
    pub(crate) otel_service_name: Option<String>,
    #[arg(
        long,
        env = "OTEL_RESOURCE_ATTRIBUTES",
        hide = true,
        hide_env_values = true
    )]
    pub(crate) otel_resource_attributes: Option<String>,
    #[arg(long, env = "OTEL_TRACES_SAMPLER", hide = true, hide_env_values = true)]
    pub(crate) otel_traces_sampler: Option<String>,
    #[arg(
        long,
        env = "OTEL_TRACES_SAMPLER_ARG",
        hide = true,
        hide_env_values = true
    )]
    pub(crate) otel_traces_sampler_arg: Option<String>,
}
