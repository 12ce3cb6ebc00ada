//! Puts an excerpt of a page into the base document, part by part.
//!
//! | part of the excerpt | takes the place of |
//! |---|---|
//! | a heading and what stands below it | the section of the same heading |
//! | the title alone | the title; the lines below it stay |
//! | an endpoint alone | the line of the endpoint of the same method and path, else of the same method, else of the first that is alike |
//! | an endpoint with its labels | that endpoint with its labels |
//! | another label | the first label of the same name |
//! | a heading with a slip in it | the section of the heading that was meant |
//! | a label again, or one that the base does not have | nothing: it is put behind the part before it |
//! | a foreign heading at the start | nothing: it is put before the part behind it |

/// The labels that belong to the endpoint above them.
const OF_ENDPOINTS: [&str; 3] = ["request", "response", "status codes"];

/// `base` with each part of `excerpt` in the place of its own.
pub(crate) fn splice(base: &str, excerpt: &str) -> Result<String, String> {
    let mut document = parts(base);
    let mut last: Option<usize> = None;
    // The part of the excerpt that is given with all that belongs to it.
    let mut owner: Option<Key> = None;
    let is_said = |part: &Part| part.key != Key::Preamble || !part.text.trim().is_empty();
    let mut rest = parts(excerpt).into_iter().filter(is_said).peekable();
    let mut before = String::new();
    while let Some(mut part) = rest.next() {
        if last.is_none() && part.key.is_section() && place(&document, &part.key).is_none() {
            before.push_str(&part.text);
            continue;
        }
        part.text.insert_str(0, &std::mem::take(&mut before));
        if let Some(last) = last.as_mut()
            && is_addition(&document, owner.as_ref(), &part.key)
        {
            *last += 1;
            document.insert(*last, part.placed());
            continue;
        }
        let place = place(&document, &part.key)
            .ok_or_else(|| format!("the base document has no place for {:?}", part.key))?;
        let is_alone = rest.peek().is_none_or(|next| !next.key.is_below(&part.key));
        owner = (!is_alone || part.key.is_section()).then(|| part.key.clone());
        if is_alone && part.key.may_stand_alone() {
            owner = None;
        } else {
            let end = end_of(&document, place);
            document.drain(place + 1..end);
        }
        document[place] = part.placed();
        last = Some(place);
    }
    Ok(document.into_iter().map(|part| part.text).collect())
}

/// What a part begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Key {
    /// What stands before the first heading.
    Preamble,
    /// A heading, and the lines below it up to the next part.
    Section(String),
    /// A label at the start of a line or of an item, and the lines below it up to the next part.
    Label(String),
    /// The label of an endpoint: its method, and whether it is of one record.
    Endpoint(String, bool),
}

impl Key {
    const fn is_section(&self) -> bool {
        matches!(self, Self::Section(_))
    }

    /// Whether a part of this key, somewhere behind one of that key, belongs to it.
    fn is_below(&self, owner: &Self) -> bool {
        match (owner, self) {
            (Self::Section(_), _) => !self.is_section(),
            (Self::Endpoint(..), Self::Label(label)) => OF_ENDPOINTS.contains(&label.as_str()),
            _ => false,
        }
    }

    /// Whether what belongs to it stays where the excerpt shows none of that.
    fn may_stand_alone(&self) -> bool {
        match self {
            Self::Section(heading) => heading == "#",
            _ => true,
        }
    }

    fn is_endpoint_of(&self, other: &Self) -> bool {
        matches!((self, other), (Self::Endpoint(own, _), Self::Endpoint(method, _)) if own == method)
    }

    fn is_endpoint_like(&self, other: &Self) -> bool {
        matches!((self, other), (Self::Endpoint(_, own), Self::Endpoint(_, has_id)) if own == has_id)
    }

    fn is_slip_of(&self, other: &Self) -> bool {
        matches!((self, other), (Self::Section(own), Self::Section(heading))
            if strsim::osa_distance(own, heading) <= 2)
    }
}

struct Part {
    key: Key,
    text: String,
    /// Whether it is of the excerpt.
    is_placed: bool,
}

impl Part {
    const fn new(key: Key, text: String) -> Self {
        Self {
            key,
            text,
            is_placed: false,
        }
    }

    fn placed(self) -> Self {
        Self {
            is_placed: true,
            ..self
        }
    }
}

/// Whether a part stands behind the one before it and in the place of nothing.
fn is_addition(document: &[Part], owner: Option<&Key>, key: &Key) -> bool {
    if key.is_section() {
        return false;
    }
    owner.is_some_and(|owner| key.is_below(owner))
        || document
            .iter()
            .any(|part| part.is_placed && part.key == *key)
        || place(document, key).is_none()
}

fn place(document: &[Part], key: &Key) -> Option<usize> {
    let first = |is_meant: fn(&Key, &Key) -> bool| {
        document
            .iter()
            .position(|part| !part.is_placed && is_meant(&part.key, key))
    };
    first(|own, key| own == key)
        .or_else(|| first(Key::is_endpoint_of))
        .or_else(|| first(Key::is_endpoint_like))
        .or_else(|| first(Key::is_slip_of))
}

/// Where the next part stands that does not belong to the one at `start`.
fn end_of(document: &[Part], start: usize) -> usize {
    let owner = &document[start].key;
    document
        .iter()
        .enumerate()
        .skip(start + 1)
        .find(|(_, part)| !part.key.is_below(owner))
        .map_or(document.len(), |(at, _)| at)
}

fn parts(text: &str) -> Vec<Part> {
    let mut parts = vec![Part::new(Key::Preamble, String::new())];
    let mut is_fenced = false;
    for line in text.split_inclusive('\n') {
        let is_fence = line.trim_start().starts_with("```");
        let key = if is_fenced || is_fence {
            None
        } else {
            key(line)
        };
        match key {
            Some(key) => parts.push(Part::new(key, line.to_owned())),
            None => parts.last_mut().unwrap().text.push_str(line),
        }
        is_fenced ^= is_fence;
    }
    parts
}

fn key(line: &str) -> Option<Key> {
    if line.starts_with("# ") {
        return Some(Key::Section("#".to_owned()));
    }
    if line.starts_with('#') {
        return Some(Key::Section(line.trim().to_lowercase()));
    }
    let item = line.strip_prefix("- ").unwrap_or(line);
    let (label, value) = item.strip_prefix("**")?.split_once("**:")?;
    let label = label.to_lowercase();
    if label == "endpoint" {
        let method = value.trim().trim_matches('`').split(' ').next()?;
        return Some(Key::Endpoint(method.to_owned(), value.contains("/{")));
    }
    Some(Key::Label(label))
}
