//! The database of this process, behind the ports: the only file that names both stores.

use std::sync::Arc;

use anyhow::Context as _;
use specd_adapter_postgres::{PostgresSettings, PostgresStore};
use specd_adapter_sqlite::{SqliteSettings, SqliteStore};
use specd_adapter_telemetry::contract;
use specd_adapter_telemetry::metrics::{Kind, Metrics, Reading, Source};
use specd_app::ports::answers::AnswerRepository;
use specd_app::ports::keys::KeyRepository;
use specd_app::ports::records::RecordRepository;
use specd_app::ports::revisions::RevisionRepository;
use specd_app::ports::rollouts::RolloutRepository;
use specd_app::ports::secrets::SecretRepository;
use specd_app::ports::store::StoreHealth;
use specd_sql_support::prepare::PrepareError;

use crate::cli::Batching;
use crate::database::DatabaseUrl;

/// One database, seen through each port.
#[derive(Clone)]
pub(crate) struct Stores {
    pub(crate) records: Arc<dyn RecordRepository>,
    pub(crate) revisions: Arc<dyn RevisionRepository>,
    pub(crate) keys: Arc<dyn KeyRepository>,
    pub(crate) answers: Arc<dyn AnswerRepository>,
    pub(crate) secrets: Arc<dyn SecretRepository>,
    pub(crate) rollouts: Arc<dyn RolloutRepository>,
    pub(crate) health: Arc<dyn StoreHealth>,
    /// The store that has yet to connect; SQLite is ready once it is open.
    postgres: Option<Arc<PostgresStore>>,
    sqlite: Option<Arc<SqliteStore>>,
}

impl Stores {
    /// The stores on this database. A PostgreSQL server is not asked yet: [`Self::prepare`] does that.
    ///
    /// # Errors
    /// The address cannot be used, or the file cannot be opened.
    pub(crate) fn open(database: &DatabaseUrl, batching: Batching) -> Result<Self, PrepareError> {
        let is_batching = batching == Batching::On;
        match database {
            DatabaseUrl::Sqlite(path) => {
                let settings = SqliteSettings {
                    is_batching,
                    ..SqliteSettings::default()
                };
                let store = Arc::new(SqliteStore::open(path, settings)?);
                Ok(Self::of(Arc::clone(&store), None, Some(store)))
            }
            DatabaseUrl::Postgres(url) => {
                let settings = PostgresSettings {
                    is_batching,
                    ..PostgresSettings::default()
                };
                let store = Arc::new(PostgresStore::connect(url, settings)?);
                Ok(Self::of(Arc::clone(&store), Some(store), None))
            }
        }
    }

    /// The stores on this database, connected, for a command that does not wait for one that is away.
    ///
    /// # Errors
    /// The database cannot be used.
    pub(crate) async fn opened(database: &DatabaseUrl) -> anyhow::Result<Self> {
        let stores = Self::open(database, Batching::On)?;
        stores
            .prepare()
            .await
            .with_context(|| format!("could not open the database `{database}`"))?;
        Ok(stores)
    }

    fn of<S>(
        store: Arc<S>,
        postgres: Option<Arc<PostgresStore>>,
        sqlite: Option<Arc<SqliteStore>>,
    ) -> Self
    where
        S: RecordRepository
            + RevisionRepository
            + KeyRepository
            + AnswerRepository
            + SecretRepository
            + RolloutRepository
            + StoreHealth
            + 'static,
    {
        Self {
            records: store.clone(),
            revisions: store.clone(),
            keys: store.clone(),
            answers: store.clone(),
            secrets: store.clone(),
            rollouts: store.clone(),
            health: store,
            postgres,
            sqlite,
        }
    }

    /// Has the queues watched, and the connections read.
    pub(crate) fn measure(&self, metrics: &Metrics) {
        if let Some(store) = &self.sqlite {
            store.measure(metrics);
        }
        if let Some(store) = &self.postgres {
            store.measure(metrics);
            let (now, most) = connections(store);
            metrics.watch(now);
            metrics.watch(most);
        }
    }

    /// Connects, and brings specd's own tables up to date.
    ///
    /// # Errors
    /// [`PrepareError::Unavailable`] while the database is away: asking again may help. Anything else needs somebody.
    pub(crate) async fn prepare(&self) -> Result<(), PrepareError> {
        match &self.postgres {
            Some(store) => store.prepare().await,
            None => Ok(()),
        }
    }
}

fn connections(store: &Arc<PostgresStore>) -> (Source, Source) {
    let (of_now, of_most) = (Arc::clone(store), Arc::clone(store));
    let now = move || {
        let links = of_now.links();
        let with = |state, count: u32| Reading::with(contract::STATE, state, count.into());
        vec![with("used", links.used), with("idle", links.idle)]
    };
    (
        Source {
            name: contract::CONNECTIONS,
            kind: Kind::Gauge,
            help: "Connections to the database.",
            read: Box::new(now),
        },
        Source {
            name: contract::MOST_CONNECTIONS,
            kind: Kind::Gauge,
            help: "As many connections to the database as there may be.",
            read: Box::new(move || vec![Reading::plain(of_most.links().most.into())]),
        },
    )
}
