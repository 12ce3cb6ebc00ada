//! Pointers below fields of personal data: what a document does not declare there is the caller's own, and is not repeated
//! (http-contract, section 2).

use specd_app::catalog::ServedSpec;
use specd_domain::field::{Field, Shape};
use specd_domain::violation::Pointer;

/// The pointer, as far as it may be shown.
pub(super) fn shown(pointer: &Pointer, served: Option<&ServedSpec>) -> Pointer {
    let own = served.and_then(|served| field_of_personal_data(pointer, served));
    let Some(field) = own else {
        return pointer.clone();
    };
    let tokens = pointer.tokens();
    let below = tokens.get(1..).unwrap_or_default();
    let declared = 1 + declared(&field.shape, below);
    Pointer::from_tokens(tokens.iter().take(declared).cloned().collect())
}

/// The field that a pointer is about, where it holds personal or health data, or is encrypted.
fn field_of_personal_data<'a>(pointer: &Pointer, served: &'a ServedSpec) -> Option<&'a Field> {
    let name = pointer.tokens().first()?;
    let compliance = &served.spec.compliance;
    let columns = compliance.pii.iter().chain(&compliance.phi);
    let mut columns = columns.chain(&compliance.encrypted);
    columns.find(|column| column.value.as_str() == name)?;
    let mut fields = served
        .spec
        .endpoints
        .iter()
        .flat_map(|endpoint| &endpoint.request);
    fields.find(|field| field.name.as_str() == name)
}

/// How many of these tokens are names that the document declares, or places in an array.
fn declared(mut shape: &Shape, tokens: &[String]) -> usize {
    for (count, token) in tokens.iter().enumerate() {
        let below = match shape {
            Shape::Object(fields) => {
                let mut fields = fields.iter();
                fields
                    .find(|field| field.name.as_str() == token)
                    .map(|field| &field.shape)
            }
            Shape::Array(element) => Some(&**element),
            Shape::Scalar(_) | Shape::AnyObject | Shape::AnyArray | Shape::Any => None,
        };
        let Some(below) = below else {
            return count;
        };
        shape = below;
    }
    tokens.len()
}
