//! The flags of `specd serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{Args, ValueEnum};
use specd_adapter_http::settings::AddressRange;
use specd_adapter_identity::IssuerSettings;

use super::TraceArguments;
use crate::database::DatabaseUrl;
use crate::limits::{CountedIn, Limit};

/// Where the documents are, where the records go, where to listen.
#[derive(Clone, Debug, Args)]
pub(crate) struct ServeArguments {
    /// The directory of the documents [default: docs/architecture/specs, or the built-in SPEC 0001].
    #[arg(long, value_name = "DIR", env = "SPECD_SPECS", hide_env_values = true)]
    pub(crate) specs: Option<PathBuf>,
    /// The database: `sqlite:FILE` or `postgres://USER:PASSWORD@HOST/NAME`.
    #[arg(
        long,
        value_name = "URL",
        env = "SPECD_DATABASE",
        default_value = DatabaseUrl::DEFAULT,
        hide_env_values = true
    )]
    pub(crate) database: DatabaseUrl,
    /// Whether requests that come at the same time share a statement and its commit; each is still answered after its own
    /// commit. `off` is for comparison.
    #[arg(
        long,
        value_name = "WHEN",
        env = "SPECD_BATCHING",
        hide_env_values = true,
        value_enum,
        default_value = "on"
    )]
    pub(crate) batching: Batching,
    /// The address and port to listen on; port 0 takes any free one.
    #[arg(
        long,
        value_name = "ADDR",
        env = "SPECD_LISTEN",
        hide_env_values = true,
        default_value = "127.0.0.1:8080"
    )]
    pub(crate) listen: SocketAddr,
    /// The certificate (PEM, with its chain) for TLS; read again when it changes.
    #[arg(
        long,
        value_name = "FILE",
        env = "SPECD_TLS_CERT",
        hide_env_values = true,
        requires = "tls_key"
    )]
    pub(crate) tls_cert: Option<PathBuf>,
    /// The private key of the certificate (PEM).
    #[arg(
        long,
        value_name = "FILE",
        env = "SPECD_TLS_KEY",
        hide_env_values = true,
        requires = "tls_cert"
    )]
    pub(crate) tls_key: Option<PathBuf>,
    /// The memory that the server should not exceed, such as `512MiB`; it sheds load before it does [default: that of
    /// its container, where there is one].
    #[arg(
        long,
        value_name = "BYTES",
        env = "SPECD_MEMORY",
        hide_env_values = true
    )]
    pub(crate) memory: Option<String>,
    /// Where rate limits are counted: `memory`, each server for itself, or `redis://HOST[:PORT][/DB]`, all together.
    #[arg(
        long,
        value_name = "URL",
        env = "SPECD_LIMITS",
        hide_env_values = true,
        default_value = "memory"
    )]
    pub(crate) limits: CountedIn,
    /// The limit of a caller on documents that declare none: `N/s`, `N/min`, `N/hour` or `none`.
    #[arg(
        long,
        value_name = "LIMIT",
        env = "SPECD_DEFAULT_LIMIT",
        hide_env_values = true,
        default_value = "1000/s"
    )]
    pub(crate) default_limit: Limit,
    /// The coarse limit of a peer address, whoever calls: `N/s`, `N/min`, `N/hour` or `none`.
    #[arg(
        long,
        value_name = "LIMIT",
        env = "SPECD_PEER_LIMIT",
        hide_env_values = true,
        default_value = "10000/s"
    )]
    pub(crate) peer_limit: Limit,
    /// A proxy whose `X-Forwarded-For` is believed, as an address or a network such as `10.0.0.0/8`; may be repeated.
    #[arg(
        long,
        value_name = "CIDR",
        env = "SPECD_TRUSTED_PROXY",
        hide_env_values = true,
        value_delimiter = ','
    )]
    pub(crate) trusted_proxy: Vec<AddressRange>,
    /// The keys that sign an issuer's tokens: `ISSUER=FILE` or `ISSUER=https://…/jwks.json`; may be repeated. Without
    /// it, they are discovered from the issuer (OpenID Connect Discovery).
    #[arg(
        long,
        value_name = "ISSUER=JWKS",
        env = "SPECD_JWKS",
        hide_env_values = true,
        value_delimiter = ',',
        value_parser = IssuerSettings::jwks
    )]
    pub(crate) jwks: Vec<IssuerSettings>,
    /// The authorities (PEM) that vouch for the hosts of issuers, in the place of the public ones.
    #[arg(
        long,
        value_name = "FILE",
        env = "SPECD_JWKS_CA",
        hide_env_values = true
    )]
    pub(crate) jwks_ca: Option<PathBuf>,
    /// The file of the secret that an issuer signs tokens with by HS256: `ISSUER=FILE`; may be repeated.
    #[arg(
        long,
        value_name = "ISSUER=FILE",
        env = "SPECD_JWT_SECRET",
        hide_env_values = true,
        value_delimiter = ',',
        value_parser = IssuerSettings::secret
    )]
    pub(crate) jwt_secret: Vec<IssuerSettings>,
    /// The address and port of `/metrics`, such as `127.0.0.1:9464`; without it, nothing is measured. Whoever reaches it
    /// reads it: keep it from the public.
    #[arg(
        long,
        value_name = "ADDR",
        env = "SPECD_METRICS_LISTEN",
        hide_env_values = true
    )]
    pub(crate) metrics_listen: Option<SocketAddr>,
    /// Serve drafts and documents in review too; their answers say so.
    #[arg(long, env = "SPECD_PREVIEW", hide_env_values = true, value_parser = BoolishValueParser::new())]
    pub(crate) preview: bool,
    #[command(flatten)]
    pub(crate) traces: TraceArguments,
    /// Which events to log: `error`, `warn`, `info`, `debug`, or a list of `target=level`.
    #[arg(
        long,
        value_name = "FILTER",
        env = "SPECD_LOG",
        hide_env_values = true,
        default_value = "info,actix_server=warn"
    )]
    pub(crate) log: String,
}

/// Whether requests share statements and commits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Batching {
    /// Those that come at the same time do.
    On,
    /// Each has its own.
    Off,
}
