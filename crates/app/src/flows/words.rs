//! The words of a diagram, and what they speak of.

use super::observed::{Step, Verb};

/// The words in lower case, `OrderService` and `order-service` as two; of a plural the singular.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut was_lower = false;
    for c in text.chars() {
        let is_next = was_lower && c.is_uppercase();
        if !c.is_alphanumeric() || is_next {
            words.extend(ended(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase();
    }
    words.extend(ended(&mut word));
    words
}

fn ended(word: &mut String) -> Option<String> {
    let ended = std::mem::take(word);
    if ended.is_empty() {
        return None;
    }
    let is_plural = ended.len() > 3 && ended.ends_with('s') && !ended.ends_with("ss");
    let singular = is_plural.then(|| ended.strip_suffix('s').map(str::to_owned));
    Some(singular.flatten().unwrap_or(ended))
}

/// Whether one of the words is one of these.
pub(super) fn has(words: &[String], known: &[&str]) -> bool {
    words.iter().any(|word| known.contains(&word.as_str()))
}

fn begins(words: &[String], stems: &[&str]) -> bool {
    let begins = |word: &String| stems.iter().any(|stem| word.starts_with(stem));
    words.iter().any(begins)
}

/// The step that words speak of, whoever does it. Statements are none of these: without a database in it, a word such as
/// "insert" says little.
pub(super) fn step(words: &[String]) -> Option<Step> {
    let checks = has(words, &["check", "verify", "judge"]);
    let rules: [(Step, bool); 10] = [
        (Step::Idempotency, begins(words, &["idempoten"])),
        (
            Step::Limits,
            begins(words, &["throttl"]) || has(words, &["limit", "quota"]),
        ),
        (
            Step::Authentication,
            begins(words, &["authenticat"])
                || has(words, &["authn", "jwt", "credential"])
                || (checks && has(words, &["key", "token"])),
        ),
        (
            Step::Authorization,
            begins(words, &["authoris", "authoriz"])
                || has(words, &["authz", "permission", "scope"]),
        ),
        (
            Step::Exposure,
            has(words, &["flag", "rollout", "exposure", "exposed"]),
        ),
        (
            Step::Validation,
            begins(words, &["validat"])
                || (checks
                    && has(
                        words,
                        &["body", "field", "input", "payload", "rule", "request"],
                    )),
        ),
        (
            Step::Body,
            has(words, &["body", "payload"]) && has(words, &["read", "receive", "buffer"]),
        ),
        (Step::Capacity, has(words, &["capacity"])),
        (
            Step::Queue,
            begins(words, &["enqueue", "batch"]) || has(words, &["queue"]),
        ),
        (Step::Commit, begins(words, &["commit"])),
    ];
    rules
        .into_iter()
        .find_map(|(step, speaks)| speaks.then_some(step))
}

/// The statements that words may mean, by the first of them that names one; any where none does.
pub(super) fn verbs(words: &[String]) -> &'static [Verb] {
    let named = words.iter().find_map(|word| {
        let verbs: &[Verb] = match word.as_str() {
            "insert" | "create" | "add" => &[Verb::Insert],
            "update" | "updated" | "modify" | "change" | "patch" | "replace" | "merge" => {
                &[Verb::Update]
            }
            "delete" | "remove" | "erase" | "purge" => &[Verb::Delete],
            "select" | "read" | "find" | "load" | "fetch" | "get" | "query" | "list" | "look"
            | "lookup" | "search" | "check" | "exist" | "count" => &[Verb::Select],
            "upsert" => &[Verb::Insert, Verb::Update],
            "save" | "store" | "persist" | "write" | "put" => {
                &[Verb::Insert, Verb::Update, Verb::Delete]
            }
            _ => return None,
        };
        Some(verbs)
    });
    named.unwrap_or(&[Verb::Insert, Verb::Select, Verb::Update, Verb::Delete])
}

/// Whether words speak of a transaction or a connection: of no statement of its own.
pub(super) fn is_bracket(words: &[String]) -> bool {
    has(
        words,
        &[
            "begin",
            "transaction",
            "rollback",
            "connect",
            "connection",
            "lock",
            "savepoint",
        ],
    )
}

/// The status that a text names: at its beginning, or behind a word that announces it.
pub(super) fn status(text: &str) -> Option<u16> {
    const ANNOUNCING: [&str; 9] = [
        "http", "1", "status", "code", "with", "return", "returns", "answer", "answers",
    ];
    let mut before = String::from("http");
    let numbers = text.split(|c: char| !c.is_ascii_alphanumeric());
    for word in numbers.filter(|word| !word.is_empty()) {
        let is_number = word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit());
        let found = word.parse().ok().filter(|code| (200..600).contains(code));
        if is_number && found.is_some() && ANNOUNCING.contains(&before.as_str()) {
            return found;
        }
        before = word.to_ascii_lowercase();
    }
    None
}
