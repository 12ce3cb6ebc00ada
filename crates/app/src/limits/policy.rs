//! What the limits of a document mean for one endpoint, and how they are announced (http-contract, section 5).

use std::fmt::Write as _;

use specd_domain::Spec;
use specd_domain::endpoint::Method;
use specd_domain::limit::RateLimit;

use crate::ports::limits::{Quota, Remaining};

/// The name of a limit that is for all methods.
const DEFAULT: &str = "default";

/// As many bytes as the standing of most limits takes.
const ROOM: usize = 48;

/// One limit, by the name under which it is announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// `default`, or the method in lower case. A document has at most one of each name.
    pub name: &'static str,
    /// The quota.
    pub quota: Quota,
}

/// Every limit that one request must keep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policies {
    policies: Vec<Policy>,
    announcement: String,
}

impl Policies {
    /// Those of the document's limits that are for this method.
    pub fn of(spec: &Spec, method: Method) -> Self {
        let is_for = |limit: &&RateLimit| limit.method.is_none_or(|of| of == method);
        Self::new(spec.limits.iter().filter(is_for).map(policy).collect())
    }

    /// One limit for everything, such as the server's own; none where there is none.
    pub fn single(quota: Option<Quota>) -> Self {
        let policy = |quota| Policy {
            name: DEFAULT,
            quota,
        };
        Self::new(quota.into_iter().map(policy).collect())
    }

    fn new(policies: Vec<Policy>) -> Self {
        Self {
            announcement: announcement(&policies),
            policies,
        }
    }

    /// Whether there is no limit.
    pub const fn is_empty(&self) -> bool {
        self.policies.is_empty()
    }

    /// The limits, in the document's order.
    pub fn iter(&self) -> std::slice::Iter<'_, Policy> {
        self.policies.iter()
    }

    /// The value of `RateLimit-Policy`: `"default";q=100;w=60`, and with a burst `;specd-burst=20`: the draft keeps
    /// other names for itself and asks for a prefix.
    pub fn announcement(&self) -> &str {
        &self.announcement
    }

    /// The value of `RateLimit`: `"default";r=42;t=17`; `remaining` in the order of the limits.
    pub fn standing(&self, remaining: &[Remaining]) -> String {
        let mut text = String::with_capacity(ROOM * self.policies.len());
        for (policy, left) in self.policies.iter().zip(remaining) {
            separate(&mut text);
            let (name, requests, seconds) = (policy.name, left.requests, left.reset_seconds);
            // Writing to a String cannot fail.
            let _ = write!(text, "\"{name}\";r={requests};t={seconds}");
        }
        text
    }
}

impl<'a> IntoIterator for &'a Policies {
    type Item = &'a Policy;
    type IntoIter = std::slice::Iter<'a, Policy>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

fn policy(limit: &RateLimit) -> Policy {
    Policy {
        name: limit.method.map_or(DEFAULT, lower_case),
        quota: Quota {
            requests: limit.requests,
            window_seconds: limit.window_seconds,
            burst: limit.burst,
        },
    }
}

const fn lower_case(method: Method) -> &'static str {
    match method {
        Method::Get => "get",
        Method::Post => "post",
        Method::Put => "put",
        Method::Patch => "patch",
        Method::Delete => "delete",
    }
}

fn announcement(policies: &[Policy]) -> String {
    let mut text = String::new();
    for Policy { name, quota } in policies {
        separate(&mut text);
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "\"{name}\";q={};w={}",
            quota.requests, quota.window_seconds
        );
        if let Some(burst) = quota.burst {
            let _ = write!(text, ";specd-burst={burst}");
        }
    }
    text
}

fn separate(text: &mut String) {
    if !text.is_empty() {
        text.push_str(", ");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_announced_as_structured_fields() {
        let quota = |requests, burst| Quota {
            requests,
            window_seconds: 60,
            burst,
        };
        let policies = Policies::new(vec![
            Policy {
                name: DEFAULT,
                quota: quota(100, None),
            },
            Policy {
                name: lower_case(Method::Post),
                quota: quota(10, Some(3)),
            },
        ]);
        assert_eq!(
            policies.announcement(),
            r#""default";q=100;w=60, "post";q=10;w=60;specd-burst=3"#
        );
        let left = |requests, reset_seconds| Remaining {
            requests,
            reset_seconds,
        };
        assert_eq!(
            policies.standing(&[left(42, 17), left(0, 2)]),
            r#""default";r=42;t=17, "post";r=0;t=2"#
        );
        assert!(Policies::single(None).is_empty());
    }
}
