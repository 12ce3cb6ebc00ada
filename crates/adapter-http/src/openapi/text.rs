//! The text of an object that is written member by member, as [`Json::pretty`] writes a whole one: what has been written
//! need not stay in memory as values.

use specd_domain::value::write_json_text;

use super::json::Json;

/// An object on its way into a text.
pub(super) struct ObjectText {
    text: String,
    /// How deep its members are.
    depth: usize,
}

impl ObjectText {
    /// An object whose members are so many levels deep.
    pub(super) fn new(depth: usize) -> Self {
        let text = "{".to_owned();
        Self { text, depth }
    }

    /// Adds a member.
    pub(super) fn add(&mut self, name: &str, value: &Json) {
        self.name(name);
        value.write_pretty(&mut self.text, self.depth);
    }

    /// Adds a member that is an object, whose own members are one level deeper.
    pub(super) fn add_object(&mut self, name: &str, object: Self) {
        self.name(name);
        self.text.push_str(&object.end());
    }

    /// The text of the object.
    pub(super) fn end(mut self) -> String {
        if self.text.len() > 1 {
            self.break_line(self.depth.saturating_sub(1));
        }
        self.text.push('}');
        self.text
    }

    fn name(&mut self, name: &str) {
        if self.text.len() > 1 {
            self.text.push(',');
        }
        self.break_line(self.depth);
        write_json_text(&mut self.text, name);
        self.text.push_str(": ");
    }

    fn break_line(&mut self, depth: usize) {
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n("  ", depth));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_member_by_member_is_the_object_at_once() {
        let check = |text: &str| {
            let json = Json::read(text).unwrap();
            let mut object = ObjectText::new(1);
            let Json::Object(members) = &json else {
                panic!("{text}");
            };
            for (name, value) in members {
                match value {
                    Json::Object(members) => {
                        let mut inner = ObjectText::new(2);
                        for (name, value) in members {
                            inner.add(name, value);
                        }
                        object.add_object(name, inner);
                    }
                    other => object.add(name, other),
                }
            }
            assert_eq!(object.end(), json.pretty());
        };
        check("{}");
        check(r#"{"a":{},"b":[{"c":[]},1],"\"":{"d":{"e":"f"},"g":[1,2]}}"#);
    }
}
