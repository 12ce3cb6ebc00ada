//! Puts an excerpt of a page into the base document: a section in the place of the section of the same heading, a label in the
//! place of the first label of the same name.

/// `base` with each part of `excerpt` in the place of its own.
pub fn splice(base: &str, excerpt: &str) -> Result<String, String> {
    let mut document: Vec<Part> = parts(base);
    for part in parts(excerpt) {
        if part.key == Key::Preamble && part.text.trim().is_empty() {
            continue;
        }
        let place = document
            .iter()
            .position(|old| old.key == part.key)
            .ok_or_else(|| format!("the base document has no place for {:?}", part.key))?;
        if let Key::Section(_) = part.key {
            let end = end_of_section(&document, place);
            document.drain(place + 1..end);
        }
        document[place] = part;
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
}

struct Part {
    key: Key,
    text: String,
}

fn end_of_section(document: &[Part], start: usize) -> usize {
    document
        .iter()
        .enumerate()
        .skip(start + 1)
        .find(|(_, part)| matches!(part.key, Key::Section(_)))
        .map_or(document.len(), |(at, _)| at)
}

fn parts(text: &str) -> Vec<Part> {
    let mut parts = vec![Part {
        key: Key::Preamble,
        text: String::new(),
    }];
    let mut is_fenced = false;
    for line in text.split_inclusive('\n') {
        let is_fence = line.trim_start().starts_with("```");
        let key = if is_fenced || is_fence { None } else { key(line) };
        match key {
            Some(key) => parts.push(Part {
                key,
                text: line.to_owned(),
            }),
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
    let (label, _) = item.strip_prefix("**")?.split_once("**:")?;
    Some(Key::Label(label.to_lowercase()))
}
