//! An identity provider that a test makes up: whose each token is. How real ones are judged is tested where they are judged.

use std::sync::Mutex;

use specd_app::ports::Answer;
use specd_app::ports::tokens::{TokenRefusal, TokenVerifier};
use specd_domain::access::caller::Caller;
use specd_domain::name::ScopeName;

/// Who each token is. The keys of an issuer that vouches for nobody here were never there.
#[derive(Default)]
pub(crate) struct KnownTokens(Mutex<Vec<Known>>);

struct Known {
    token: String,
    issuer: String,
    audience: String,
    caller: Caller,
}

impl KnownTokens {
    /// Lets `issuer` vouch for a caller of this name.
    pub(crate) fn vouch(&self, token: &str, issuer: &str, audience: &str, scopes: &[&str]) {
        let scopes = scopes.iter().map(|scope| ScopeName::new(*scope).unwrap());
        let caller = Caller::Known {
            subject: format!("the owner of {token}"),
            issuer: Some(issuer.to_owned()),
            scopes: scopes.collect(),
        };
        self.0.lock().unwrap().push(Known {
            token: token.to_owned(),
            issuer: issuer.to_owned(),
            audience: audience.to_owned(),
            caller,
        });
    }

    fn judge(&self, token: &str, issuer: &str, audience: &str) -> Result<Caller, TokenRefusal> {
        let known = self.0.lock().unwrap();
        let mut of_issuer = known.iter().filter(|known| known.issuer == issuer);
        if of_issuer.clone().next().is_none() {
            return Err(TokenRefusal::NoKeys);
        }
        let found = of_issuer.find(|known| known.token == token && known.audience == audience);
        let found = found.map(|known| known.caller.clone());
        found.ok_or(TokenRefusal::Refused {
            reason: "it is not known",
        })
    }
}

impl TokenVerifier for KnownTokens {
    fn verify<'a>(
        &'a self,
        token: &'a str,
        issuer: &'a str,
        audience: &'a str,
    ) -> Answer<'a, Result<Caller, TokenRefusal>> {
        Box::pin(std::future::ready(self.judge(token, issuer, audience)))
    }
}
