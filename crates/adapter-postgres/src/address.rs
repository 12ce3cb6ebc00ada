//! The address of the database: checked, completed with the timeouts that a server needs, and never shown whole.

use std::fmt;

use specd_sql_support::prepare::PrepareError;

/// An address that libpq takes.
#[derive(Clone)]
pub(crate) struct Address {
    url: String,
    /// The password as it stands in the address, and decoded.
    secrets: Vec<String>,
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// It is none, or it asks for TLS.
    pub(crate) fn parse(url: &str) -> Result<Self, PrepareError> {
        let is_known = ["postgres://", "postgresql://"]
            .iter()
            .any(|scheme| url.starts_with(scheme));
        if !is_known || url.contains('\0') {
            return Err(PrepareError::Address(
                "an address of PostgreSQL looks like `postgres://user:password@host:5432/database`"
                    .to_owned(),
            ));
        }
        let (base, parameters) = url.split_once('?').unwrap_or((url, ""));
        for parameter in parameters.split('&') {
            refuse_tls(parameter)?;
        }
        let defaults = DEFAULTS.join("&");
        let url = if parameters.is_empty() {
            format!("{base}?{defaults}")
        } else {
            // Of two values of one parameter libpq takes the last: the user's.
            format!("{base}?{defaults}&{parameters}")
        };
        Ok(Self {
            url,
            secrets: secrets(base, parameters),
        })
    }

    /// The address with its password; for libpq alone.
    pub(crate) fn as_libpq(&self) -> &str {
        &self.url
    }

    /// A message of libpq without the password, whatever it repeats.
    pub(crate) fn redacted(&self, message: &str) -> String {
        let mut message = message.trim().to_owned();
        for secret in &self.secrets {
            message = message.replace(secret, "***");
        }
        message
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(***)")
    }
}

/// A dead peer is noticed while it is silent (keepalives) and while it does not acknowledge (`tcp_user_timeout`).
const DEFAULTS: [&str; 7] = [
    "connect_timeout=2",
    "keepalives=1",
    "keepalives_idle=5",
    "keepalives_interval=2",
    "keepalives_count=3",
    "tcp_user_timeout=5000",
    "application_name=specd",
];

fn refuse_tls(parameter: &str) -> Result<(), PrepareError> {
    let Some((name, value)) = parameter.split_once('=') else {
        return Ok(());
    };
    let asks_for_tls =
        name == "sslmode" && matches!(value, "require" | "verify-ca" | "verify-full");
    let is_about_tls = asks_for_tls || matches!(name, "sslrootcert" | "sslcert" | "sslkey");
    if is_about_tls {
        return Err(PrepareError::Address(format!(
            "`{name}={value}` asks for TLS, which this build of specd does not have: reach the database over a Unix \
             socket, a private network or a TLS proxy beside it, and leave `{name}` out"
        )));
    }
    Ok(())
}

fn secrets(base: &str, parameters: &str) -> Vec<String> {
    let authority = base.split_once("://").map_or(base, |(_, rest)| rest);
    let in_authority = authority
        .rsplit_once('@')
        .and_then(|(user, _)| user.split_once(':'))
        .map(|(_, password)| password);
    let in_parameters = parameters
        .split('&')
        .filter_map(|parameter| parameter.strip_prefix("password="));
    let mut secrets: Vec<String> = in_authority
        .into_iter()
        .chain(in_parameters)
        .filter(|secret| !secret.is_empty())
        .flat_map(|secret| [secret.to_owned(), decoded(secret)])
        .collect();
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    secrets.dedup();
    secrets
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let escaped = match (first, tail) {
            (b'%', [high, low, ..]) => std::str::from_utf8(&[*high, *low])
                .ok()
                .and_then(|digits| u8::from_str_radix(digits, 16).ok()),
            _ => None,
        };
        bytes.push(escaped.unwrap_or(first));
        rest = match escaped {
            Some(_) => tail.get(2..).unwrap_or_default(),
            None => tail,
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_user_says_comes_behind_the_defaults() {
        let address = Address::parse("postgres://u@h/d?connect_timeout=9").unwrap();
        let url = address.as_libpq();
        assert!(
            url.starts_with("postgres://u@h/d?connect_timeout=2&"),
            "{url}"
        );
        assert!(url.ends_with("&connect_timeout=9"), "{url}");
    }

    #[test]
    fn the_password_is_never_shown() {
        let address = Address::parse("postgres://u:p%40ss@h/d").unwrap();
        assert_eq!(address.redacted("bad p%40ss or p@ss"), "bad *** or ***");
        assert_eq!(format!("{address:?}"), "Address(***)");
        let address = Address::parse("postgres:///d?password=geheim").unwrap();
        assert_eq!(address.redacted("geheim"), "***");
    }

    #[test]
    fn tls_is_refused_with_a_way_out() {
        let error = Address::parse("postgres://u@h/d?sslmode=verify-full").unwrap_err();
        assert!(error.to_string().contains("does not have"), "{error}");
        assert!(Address::parse("postgres://u@h/d?sslmode=disable").is_ok());
    }

    #[test]
    fn another_scheme_is_refused() {
        assert!(Address::parse("mysql://h/d").is_err());
    }
}
