//! What all requests share: the ports, the settings, and what is counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use specd_app::catalog::CurrentCatalog;
use specd_app::idempotency::Claims;
use specd_app::keys::cached::CachedKeys;
use specd_app::limits::{LocalLimiter, Policies, Usage};
use specd_app::ports::answers::AnswerRepository;
use specd_app::ports::clock::Clock;
use specd_app::ports::entropy::Entropy;
use specd_app::ports::keys::KeyRepository;
use specd_app::ports::limits::RateLimiter;
use specd_app::ports::records::RecordRepository;
use specd_app::ports::rollouts::RolloutRepository;
use specd_app::ports::secrets::SecretRepository;
use specd_app::ports::store::{StoreError, StoreHealth};
use specd_app::ports::telemetry::Telemetry;
use specd_app::ports::tokens::TokenVerifier;
use specd_app::ports::traces::Traces;
use specd_app::records::CursorSealer;
use specd_app::rollouts::KnownStages;
use specd_domain::Spec;
use tokio::sync::watch;

use crate::overload::Overload;
use crate::pages::cache::PageCache;
use crate::pages::ready::Readiness;
use crate::settings::HttpSettings;

/// The world as HTTP needs it.
#[derive(Clone)]
pub struct HttpPorts {
    /// What is served.
    pub catalog: Arc<CurrentCatalog>,
    /// The records.
    pub records: Arc<dyn RecordRepository>,
    /// The keys of callers.
    pub keys: Arc<dyn KeyRepository>,
    /// The answers kept for idempotency keys.
    pub answers: Arc<dyn AnswerRepository>,
    /// The secret that signs cursors.
    pub secrets: Arc<dyn SecretRepository>,
    /// The stages of the rollouts.
    pub rollouts: Arc<dyn RolloutRepository>,
    /// The judge of tokens.
    pub tokens: Arc<dyn TokenVerifier>,
    /// The counts of the rate limits.
    pub limiter: Arc<dyn RateLimiter>,
    /// The counts of requests.
    pub telemetry: Arc<dyn Telemetry>,
    /// The state of the database.
    pub health: Arc<dyn StoreHealth>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Who takes traces; where nobody does, none are made.
    pub traces: Option<Arc<dyn Traces>>,
}

/// What all requests share.
pub struct HttpState {
    pub(crate) ports: HttpPorts,
    pub(crate) keys: Arc<CachedKeys>,
    pub(crate) stages: KnownStages,
    pub(crate) cursors: CursorSealer,
    pub(crate) settings: HttpSettings,
    pub(crate) pages: PageCache,
    pub(crate) claims: Arc<Claims>,
    pub(crate) overload: Overload,
    /// The counts of peer addresses, which are this server's alone.
    pub(crate) peers: LocalLimiter,
    /// The limit of a caller where the document has none.
    pub(crate) default_limits: Policies,
    pub(crate) readiness: Readiness,
    draining: watch::Sender<bool>,
    unlisted_answers: AtomicU64,
}

impl HttpState {
    pub(crate) fn new(settings: HttpSettings, ports: HttpPorts) -> Self {
        Self {
            keys: Arc::new(CachedKeys::new(
                Arc::clone(&ports.keys),
                Arc::clone(&ports.clock),
            )),
            cursors: CursorSealer::new(Arc::clone(&ports.secrets), Arc::clone(&ports.entropy)),
            stages: KnownStages::new(Arc::clone(&ports.rollouts), Arc::clone(&ports.clock)),
            overload: Overload::new(&settings),
            peers: LocalLimiter::default(),
            default_limits: Policies::single(settings.default_quota),
            ports,
            pages: PageCache::default(),
            settings,
            claims: Arc::new(Claims::default()),
            readiness: Readiness::default(),
            draining: watch::Sender::new(false),
            unlisted_answers: AtomicU64::new(0),
        }
    }

    /// How many answers had a status that is neither in the document's list nor one of the protocol's. Must stay 0.
    pub fn unlisted_answers(&self) -> u64 {
        self.unlisted_answers.load(Ordering::Relaxed)
    }

    pub(crate) fn count_unlisted(&self) {
        self.unlisted_answers.fetch_add(1, Ordering::Relaxed);
    }

    /// The keys of callers, and when each was used, which is for the server to have stored.
    pub fn keys(&self) -> Arc<CachedKeys> {
        Arc::clone(&self.keys)
    }

    /// The idempotency keys that are in use.
    pub fn claims(&self) -> Arc<Claims> {
        Arc::clone(&self.claims)
    }

    /// Whether the server is about to stop, so that no new work should be sent to it.
    pub fn is_draining(&self) -> bool {
        *self.draining.borrow()
    }

    pub(crate) fn begin_draining(&self) {
        self.draining.send_replace(true);
    }

    /// Waits until the server is about to stop.
    pub(crate) async fn drained(&self) {
        let mut draining = self.draining.subscribe();
        // The sender lives as long as this state does.
        let _ = draining.wait_for(|is_draining| *is_draining).await;
    }

    /// What the counts of peer addresses take.
    pub fn peer_usage(&self) -> Usage {
        self.peers.usage()
    }

    /// What the counts of callers take of this process; `None` where they are elsewhere.
    pub fn limiter_usage(&self) -> Option<Usage> {
        self.ports.limiter.usage()
    }

    /// The share of callers that a document lets in, as it was last seen; `None` before it ever was.
    pub fn rollout_percent(&self, spec: &Spec) -> Option<u8> {
        self.stages.percent(spec)
    }

    /// Looks at the stages of the rollouts again, where nobody has within the last second.
    ///
    /// # Errors
    /// The database is away. What was seen before stays.
    pub async fn refresh_rollouts(&self) -> Result<(), StoreError> {
        self.stages.refresh().await
    }

    /// So many bytes of memory are resident: what is past the budget is not taken in.
    pub fn note_resident_bytes(&self, bytes: u64) {
        self.overload.memory.note(bytes);
    }
}
