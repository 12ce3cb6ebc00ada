//! Where the runbook of a document is.

use specd_domain::Spec;

/// The address of the runbook that Related Documentation links to.
///
/// An address is taken as it stands. A relative link is resolved against the document's path and put below `base`; without
/// a base, or where it leads out of the folder that the paths begin in, it stays as the document has it.
pub fn runbook_url(spec: &Spec, base: Option<&str>) -> Option<String> {
    let link = spec.runbook.as_deref()?;
    let is_address = link.contains("://");
    let below = base.filter(|_| !is_address).and_then(|base| {
        let path = resolved(&spec.path, link)?;
        Some(format!("{}/{path}", base.trim_end_matches('/')))
    });
    Some(below.unwrap_or_else(|| link.to_owned()))
}

/// `a/b.md` and `../c.md` are `c.md`.
fn resolved(document: &str, link: &str) -> Option<String> {
    let folder = document.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut steps: Vec<&str> = Vec::new();
    for step in folder.split('/').chain(link.split('/')) {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop()?;
            }
            step => steps.push(step),
        }
    }
    Some(steps.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use specd_testkit::sample;

    #[track_caller]
    fn check(link: &str, base: Option<&str>, expected: &str) {
        let mut spec = sample::spec(1, sample::table("orders", Vec::new()));
        spec.path = "./docs/architecture/specs/0001-orders.md".to_owned();
        spec.runbook = Some(link.to_owned());
        assert_eq!(runbook_url(&spec, base).as_deref(), Some(expected));
    }

    #[test]
    fn a_relative_link_becomes_an_address_below_the_base() {
        let base = Some("https://wiki.example/blob/main/");
        check(
            "../../operations/runbook.md#errors",
            base,
            "https://wiki.example/blob/main/docs/operations/runbook.md#errors",
        );
        check("https://a.example/x", base, "https://a.example/x");
        check("../../a.md", None, "../../a.md");
        check("../../../../a.md", base, "../../../../a.md");
    }
}
