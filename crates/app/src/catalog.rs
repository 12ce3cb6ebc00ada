//! The catalog: everything that is served now, immutable, behind an atomic pointer.

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use specd_domain::Spec;
use specd_domain::name::SpecNumber;

pub mod compiled;
pub mod turns;

use compiled::CompiledSpec;

/// One served spec, with what was made ready for its requests.
#[derive(Clone, Debug)]
pub struct ServedSpec {
    /// The spec.
    pub spec: Arc<Spec>,
    /// The number of its revision.
    pub revision: u32,
    /// The number and the revision, as every answer names them: `0001; rev=3`.
    pub label: Arc<str>,
    /// What a request needs of it, once per revision.
    pub compiled: Arc<CompiledSpec>,
}

impl ServedSpec {
    /// The revision of a spec, made ready.
    pub fn new(spec: Arc<Spec>, revision: u32) -> Self {
        let compiled = Arc::new(CompiledSpec::new(&spec));
        Self {
            label: format!("{}; rev={revision}", spec.number).into(),
            spec,
            revision,
            compiled,
        }
    }
}

/// What was made ready follows from the spec and is not compared.
impl PartialEq for ServedSpec {
    fn eq(&self, other: &Self) -> bool {
        self.revision == other.revision && self.spec == other.spec
    }
}

/// What is served. Building one is the only way to change it.
#[derive(Debug, Default)]
pub struct Catalog {
    specs: Vec<Arc<ServedSpec>>,
    by_collection: HashMap<String, Vec<(u32, Arc<ServedSpec>)>>,
}

impl Catalog {
    /// The catalog of these specs, in the order of their numbers.
    pub fn new<S: Into<Arc<ServedSpec>>>(served: impl IntoIterator<Item = S>) -> Self {
        let mut specs: Vec<Arc<ServedSpec>> = served.into_iter().map(Into::into).collect();
        specs.sort_by_key(|served| served.spec.number);
        let mut by_collection: HashMap<String, Vec<_>> = HashMap::new();
        for served in &specs {
            by_collection
                .entry(served.spec.collection.as_str().to_owned())
                .or_default()
                .push((served.spec.version, Arc::clone(served)));
        }
        Self {
            specs,
            by_collection,
        }
    }

    /// Every served spec, in the order of their numbers.
    pub fn specs(&self) -> &[Arc<ServedSpec>] {
        &self.specs
    }

    /// The spec at `/api/v<version>/<collection>`.
    pub fn at(&self, version: u32, collection: &str) -> Option<&Arc<ServedSpec>> {
        self.by_collection
            .get(collection)?
            .iter()
            .find(|(served_version, _)| *served_version == version)
            .map(|(_, served)| served)
    }

    /// A revision of a spec as this catalog has it ready; made ready where it does not have it.
    pub fn ready(&self, spec: &Arc<Spec>, revision: u32) -> Arc<ServedSpec> {
        match self.of(spec.number) {
            Some(served) if served.revision == revision && Arc::ptr_eq(&served.spec, spec) => {
                Arc::clone(served)
            }
            _ => Arc::new(ServedSpec::new(Arc::clone(spec), revision)),
        }
    }

    /// The spec of this number.
    pub fn of(&self, number: SpecNumber) -> Option<&Arc<ServedSpec>> {
        let at = self
            .specs
            .binary_search_by_key(&number, |served| served.spec.number);
        self.specs.get(at.ok()?)
    }
}

/// The catalog of the moment. Readers take no lock; a swap never fails a request that is under way.
#[derive(Debug, Default)]
pub struct CurrentCatalog(ArcSwap<Catalog>);

impl CurrentCatalog {
    /// The catalog now.
    pub fn load(&self) -> Arc<Catalog> {
        self.0.load_full()
    }

    /// The spec at `/api/v<version>/<collection>` now.
    pub fn at(&self, version: u32, collection: &str) -> Option<Arc<ServedSpec>> {
        self.0.load().at(version, collection).map(Arc::clone)
    }

    /// Puts another in its place.
    pub fn swap(&self, catalog: Catalog) {
        self.0.store(Arc::new(catalog));
    }
}
