//! `specd serve`: connects the adapters, serves, follows changes on disk, drains on a signal.

mod announce;
mod documents;
mod edge;
mod findings;
mod first_key;
mod follow;
mod identity;
mod limits;
mod memory;
mod metrics;
mod progress;
mod signals;
mod sweep;
mod told;
mod traces;
mod uses;
mod wait;

use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use specd_adapter_http::{HttpPorts, HttpSettings, RunningServer, start};
use specd_adapter_telemetry::logs::{self, LogFormat};
use specd_adapter_telemetry::traces::Tracing;
use specd_app::catalog::{Catalog, CurrentCatalog};
use specd_app::ports::traces::Traces;
use specd_app::specs::Loaded;

use self::documents::Documents;
use self::follow::Loader;
use self::metrics::Measured;
use self::told::Told;
use crate::cli::ServeArguments;
use crate::runtime;
use crate::stores::Stores;
use crate::system::{SystemClock, SystemEntropy};

pub(crate) use documents::{DEFAULT_DIRECTORY, documents, reader};

/// Serves until a signal says to stop.
pub(crate) fn run(arguments: &ServeArguments) -> Result<ExitCode> {
    let tracing = traces::start(&arguments.traces)?;
    let _logs = logs::start(log_format(), &arguments.log, tracing.as_deref())?;
    let outcome = runtime::block_on(serve(arguments, tracing.clone()));
    if let Some(tracing) = tracing {
        tracing.finish();
    }
    outcome
}

fn log_format() -> LogFormat {
    if std::io::stderr().is_terminal() {
        LogFormat::Text { colour: true }
    } else {
        LogFormat::Json
    }
}

async fn serve(arguments: &ServeArguments, tracing: Option<Arc<Tracing>>) -> Result<ExitCode> {
    let documents = documents(arguments.specs.as_deref());
    documents.source.documents()?;
    let stores = Stores::open(&arguments.database, arguments.batching)?;
    let catalog = Arc::new(CurrentCatalog::default());
    let measured = Measured::start(arguments, &catalog, &stores)?;
    measured.compare(tracing.as_deref());
    let traces = tracing.map(|tracing| tracing as Arc<dyn Traces>);
    let server = listen(arguments, &stores, &catalog, (&measured, traces))?;
    measured.watch(&server.state(), &catalog);
    let measuring = measured.follow(server.state(), Arc::clone(&catalog));
    let base = edge::base(arguments, server.address());
    let stopper = server.stopper();
    let sweeping = sweep::start(server.state().claims(), Arc::clone(&stores.answers));
    let keys = server.state().keys();
    let using = uses::start(Arc::clone(&keys));
    let watching = memory::watch(server.state());
    let running = actix_web::rt::spawn(server.run());
    let told = Told::start().context("could not start the thread that tells what is served")?;
    measured.tell(&told);
    let outcome = tokio::select! {
        ended = bring_up(arguments, documents, &stores, &catalog, (&base, &told)) => ended,
        () = signals::stop() => Ok(()),
    };
    if outcome.is_ok() {
        told.line("stopping; requests under way are finished first".to_owned());
    }
    stopper.stop().await;
    running.await.context("the server broke")??;
    measuring.abort();
    watching.abort();
    sweeping.abort();
    using.abort();
    uses::finish(&keys).await;
    outcome.map(|()| ExitCode::SUCCESS)
}

fn listen(
    arguments: &ServeArguments,
    stores: &Stores,
    catalog: &Arc<CurrentCatalog>,
    (measured, traces): (&Measured, Option<Arc<dyn Traces>>),
) -> Result<RunningServer> {
    let ports = HttpPorts {
        answers: Arc::clone(&stores.answers),
        secrets: Arc::clone(&stores.secrets),
        rollouts: Arc::clone(&stores.rollouts),
        tokens: identity::tokens(arguments)?,
        limiter: limits::limiter(arguments)?,
        catalog: Arc::clone(catalog),
        records: Arc::clone(&stores.records),
        keys: Arc::clone(&stores.keys),
        telemetry: measured.telemetry(),
        health: Arc::clone(&stores.health),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        traces,
    };
    let mut settings = HttpSettings::new(arguments.listen);
    edge::configure(arguments, &mut settings)?;
    limits::configure(arguments, &mut settings);
    start(settings, ports).map_err(edge::explain)
}

/// Waits for the database, loads, announces, and then follows the documents for ever.
async fn bring_up(
    arguments: &ServeArguments,
    documents: Documents,
    stores: &Stores,
    catalog: &CurrentCatalog,
    (base, told): (&str, &Told),
) -> Result<()> {
    wait::for_database(stores, &arguments.database).await?;
    let Documents { source, directory } = documents;
    let loader = Loader::new(source, stores, arguments.preview);
    let changes = follow::changes(directory.as_deref())?;
    let first = loader.load_when_possible().await?;
    catalog.swap(Catalog::new(first.served(&catalog.load())));
    greet(&first, stores, catalog, (base, told)).await?;
    follow::follow(&loader, first, catalog, changes, told).await
}

async fn greet(
    loaded: &Loaded,
    stores: &Stores,
    catalog: &CurrentCatalog,
    (base, told): (&str, &Told),
) -> Result<()> {
    findings::show(&loaded.files);
    told.tell(announce::announce(loaded));
    let key = first_key::first_key(stores, &catalog.load(), base).await?;
    told.line(format!("listening on {base}"));
    if let Some(shown) = key {
        told.line(format!("\n{shown}"));
    }
    Ok(())
}
