//! What is answered, written once and sent as XML or JSON: the one is the other by the Spark convention, in which a list is always a
//! list, and the name of the root is not told in JSON.

use serde_json::{Map, Number, Value as Json};

use crate::server::markup::escaped;

/// A value in either form.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Yes(bool),
    Whole(i64),
    Degrees(f64),
    Text(String),
    /// Alike elements under one name; that name is told in XML only.
    List(&'static str, Vec<Self>),
    Record(Vec<(&'static str, Self)>),
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl Value {
    fn json(&self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Yes(yes) => Json::Bool(*yes),
            Self::Whole(number) => Json::Number((*number).into()),
            Self::Degrees(degrees) => Number::from_f64(*degrees).map_or(Json::Null, Json::Number),
            Self::Text(text) => Json::String(text.clone()),
            Self::List(_, all) => Json::Array(all.iter().map(Self::json).collect()),
            Self::Record(fields) => {
                let fields = fields
                    .iter()
                    .map(|(name, value)| ((*name).to_owned(), value.json()));
                Json::Object(fields.collect::<Map<_, _>>())
            }
        }
    }

    fn xml(&self, name: &str, out: &mut String) {
        let text = match self {
            Self::Null => String::new(),
            Self::Yes(yes) => yes.to_string(),
            Self::Whole(number) => number.to_string(),
            Self::Degrees(degrees) => degrees.to_string(),
            Self::Text(text) => escaped(text),
            Self::List(each, all) => {
                let mut inner = String::new();
                for one in all {
                    one.xml(each, &mut inner);
                }
                inner
            }
            Self::Record(fields) => {
                let mut inner = String::new();
                for (field, value) in fields {
                    value.xml(field, &mut inner);
                }
                inner
            }
        };
        for part in ["<", name, ">", text.as_str(), "</", name, ">"] {
            out.push_str(part);
        }
    }
}

/// A whole answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    pub root: &'static str,
    pub value: Value,
}

impl Document {
    pub fn to_json(&self) -> String {
        self.value.json().to_string()
    }

    pub fn to_xml(&self) -> String {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        self.value.xml(self.root, &mut out);
        out.push('\n');
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_answer_in_both_forms() {
        let document = Document {
            root: "service_requests",
            value: Value::List(
                "request",
                vec![Value::Record(vec![
                    ("service_request_id", "0123".into()),
                    ("description", "<b>&\u{1}\u{ffff}\"'\r\n".into()),
                    ("address_id", Value::Null),
                    ("lat", Value::Degrees(31.654)),
                    ("metadata", Value::Yes(true)),
                    ("code", Value::Whole(404)),
                    ("keywords", None::<String>.into()),
                ])],
            ),
        };
        let xml = document.to_xml();
        assert!(xml.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<service_requests><request>"));
        assert!(xml.contains("<service_request_id>0123</service_request_id>"));
        assert!(
            xml.contains("<description>&lt;b&gt;&amp;&quot;&#39;\n</description>"),
            "{xml}"
        );
        assert!(xml.contains("<address_id></address_id><lat>31.654</lat><metadata>true</metadata>"));
        let json: Json = serde_json::from_str(&document.to_json()).unwrap();
        assert_eq!(json[0]["service_request_id"], "0123", "an id is text");
        assert_eq!(json[0]["lat"], 31.654);
        assert!(json[0]["address_id"].is_null() && json[0]["keywords"].is_null());
        assert_eq!(json[0]["code"], 404);
    }

    #[test]
    fn a_list_without_elements_is_a_list() {
        let document = Document {
            root: "services",
            value: Value::List("service", Vec::new()),
        };
        assert_eq!(document.to_json(), "[]");
        assert!(document.to_xml().ends_with("<services></services>\n"));
    }
}
