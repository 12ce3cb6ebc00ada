//! Merge patches from body to stored value: read, merged, judged as a whole.

use specd_domain::body::{self, Completeness};
use specd_domain::column_type::ScalarType;
use specd_domain::field::Shape;
use specd_domain::value::{Value, merge_patch};

use crate::fixture::{field, one_json, read};

#[test]
fn what_a_patch_leaves_is_a_valid_value() {
    let text = Shape::Scalar(ScalarType::Text);
    let inner = Shape::Object(vec![field("a", text.clone()), field("b", text)]);
    let model = one_json(Shape::Object(vec![field("inner", inner)]));
    let reading = read(
        &model,
        r#"{"v":{"inner":{"b":"new"}}}"#,
        Completeness::Partial,
    );
    assert_eq!(reading.violations, []);
    let Some(Value::Json(patch)) = &reading.submission.columns[0] else {
        unreachable!("a JSON column holds a JSON text");
    };
    let merged = merge_patch(r#"{"inner":{"a":"old","b":"old"}}"#, patch).unwrap();
    assert_eq!(merged, r#"{"inner":{"a":"old","b":"new"}}"#);
    assert_eq!(body::read_value(&merged, &model.1[0]).unwrap(), []);
    // Where nothing is stored yet, the patch alone is not whole.
    let merged = merge_patch("null", patch).unwrap();
    let violations = body::read_value(&merged, &model.1[0]).unwrap();
    assert_eq!(violations[0].pointer.to_fragment(), "#/v/inner/a");
}
