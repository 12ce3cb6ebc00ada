//! Row 7: the limits of the document, counted per caller; where it has none for the method, the server's own (ruling H04).

use actix_web::http::header::HeaderName;
use specd_app::catalog::ServedSpec;
use specd_app::limits::{Policies, Policy};
use specd_app::ports::limits::{Meter, Verdict};
use specd_app::ports::telemetry::Rejection;
use specd_domain::endpoint::Operation;

use crate::exchange::{Exchange, Trail};
use crate::problem::{Kind, Problem, of_record};

const RATELIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATELIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Counts the request of a caller, and notes on the trail what is left.
pub(crate) async fn check(
    exchange: &Exchange<'_>,
    served: &ServedSpec,
    who: &str,
    operation: Operation,
    trail: &mut Trail,
) -> Result<(), Problem> {
    let own = served.compiled.endpoint(operation);
    let own = own.map(|endpoint| &endpoint.limits);
    let own = own.filter(|limits| !limits.is_empty());
    let policies = own.unwrap_or(&exchange.state.default_limits);
    if policies.is_empty() {
        return Ok(());
    }
    let meters = meters(served, who, policies);
    let verdict = count(exchange, &meters).await?;
    let announcement = policies.announcement().to_owned();
    let standing = policies.standing(&verdict.remaining);
    trail.headers.push((RATELIMIT_POLICY, announcement));
    trail.headers.push((RATELIMIT, standing));
    if verdict.refused.is_some() {
        trail.rejection = Some(Rejection::RateLimit);
    }
    match (verdict.refused, own) {
        (None, _) => Ok(()),
        (Some((_, seconds)), Some(_)) => Err(refusal(seconds).heading("Security")),
        (Some((_, seconds)), None) => Err(refusal(seconds)),
    }
}

/// 429, and in how many seconds the same request may be admitted.
pub(super) fn refusal(seconds: u32) -> Problem {
    Problem::new(Kind::RateLimited).header("retry-after", seconds.to_string())
}

/// One count for each limit.
fn meters(served: &ServedSpec, who: &str, policies: &Policies) -> Vec<Meter> {
    let number = served.compiled.number.as_str();
    let meter = |policy: &Policy| Meter {
        key: [number, " ", policy.name, " ", who].concat(),
        quota: policy.quota,
    };
    policies.iter().map(meter).collect()
}

/// A limiter that cannot count lets nobody pass: it has counts of its own to fall back on, so this is a fault.
async fn count(exchange: &Exchange<'_>, meters: &[Meter]) -> Result<Verdict, Problem> {
    let ports = &exchange.state.ports;
    let counted = ports.limiter.admit(meters, ports.clock.now()).await;
    counted.map_err(|failure| {
        of_record::unavailable()
            .detail("the counts of the rate limits cannot be reached")
            .cause(failure)
    })
}
