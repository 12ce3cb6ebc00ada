//! What a server tells of itself at `/metrics`, read line by line.

use std::collections::BTreeMap;

use anyhow::Context as _;

/// One scrape.
#[derive(Clone, Debug, Default)]
pub struct Scrape {
    samples: Vec<Sample>,
}

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The name, with the suffix of a histogram's part.
    pub name: String,
    /// The labels.
    pub labels: BTreeMap<String, String>,
    /// The number.
    pub value: f64,
}

impl Scrape {
    /// Reads the text format, as strictly as our own server writes it.
    ///
    /// # Errors
    /// A line is none of it, or a metric is not told of before its first number, or a series is there twice.
    pub fn read(text: &str) -> anyhow::Result<Self> {
        let mut scrape = Self::default();
        let mut family = "";
        for line in text.lines() {
            if let Some(comment) = line.strip_prefix("# ") {
                let mut words = comment.split(' ');
                if words.next() == Some("TYPE") {
                    family = words.next().unwrap_or_default();
                }
                continue;
            }
            let sample = sample(line).with_context(|| format!("`{line}` is no sample"))?;
            anyhow::ensure!(sample.name.starts_with(family), "`{line}` is in {family}");
            let is_known =
                |known: &&Sample| (&known.name, &known.labels) == (&sample.name, &sample.labels);
            let twice = scrape.samples.iter().rev().take(64).find(is_known);
            anyhow::ensure!(twice.is_none(), "`{line}` is there twice");
            scrape.samples.push(sample);
        }
        Ok(scrape)
    }

    /// Every line of a name whose labels are at least these.
    pub fn all<'a>(
        &'a self,
        name: &'a str,
        labels: &'a [(&'a str, &'a str)],
    ) -> impl Iterator<Item = &'a Sample> {
        self.samples.iter().filter(move |sample| {
            let mut labels = labels.iter();
            sample.name == name
                && labels.all(|(label, value)| {
                    sample.labels.get(*label).map(String::as_str) == Some(*value)
                })
        })
    }

    /// The sum of those lines; `None` where there is none.
    pub fn sum(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let mut values = self.all(name, labels).map(|sample| sample.value).peekable();
        values.peek()?;
        Some(values.sum())
    }

    /// The names, each once.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<_> = self.samples.iter().map(|one| one.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// No label of ours has a quote in its value.
fn sample(line: &str) -> Option<Sample> {
    let (series, value) = line.rsplit_once(' ')?;
    let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
    let labels = labels.strip_suffix('}')?;
    let pairs = labels.split(',').filter(|pair| !pair.is_empty());
    let labels = pairs.map(|pair| {
        let (label, value) = pair.split_once('=')?;
        let value = value.strip_prefix('"')?.strip_suffix('"')?;
        Some((label.to_owned(), value.to_owned()))
    });
    Some(Sample {
        name: name.to_owned(),
        labels: labels.collect::<Option<_>>()?,
        value: value.parse().ok()?,
    })
}
