//! What can be reported: discovery, the list of services, and what each asks.

use db::Tx;
use shared::AppError;

use super::{
    answer::{Format, Refused},
    store,
    value::{Document, Value},
};
use crate::{
    model::{AnswerKind, Attribute, Category, open311::Trouble},
    server::store as matters,
};

/// When the document was last changed by the house itself; categories that a deployment changes come later.
const CHANGED: &str = "2026-11-30T00:00:00Z";
const SPECIFICATION: &str = "http://wiki.open311.org/GeoReport_v2";
/// The categories that the study is about, and all others.
const FIRST: &str = "社区治理重点";
const REST: &str = "其他事项";

/// Where the endpoint is, for programs that look for it. `origin` is the public address; a demonstration is for tests.
///
/// # Errors
/// What the database answers.
pub async fn discovery(tx: &mut Tx, origin: &str, demo: bool) -> Result<Document, AppError> {
    let changed = store::categories_changed(tx).await?;
    let changed = changed.map_or_else(|| CHANGED.to_owned(), |at| at.rfc3339().max(CHANGED.to_owned()));
    let formats = Format::ALL.iter().map(|format| format.media_type().into());
    let endpoint = Value::Record(vec![
        ("specification", SPECIFICATION.into()),
        ("url", format!("{origin}/open311/v2").into()),
        ("changeset", changed.as_str().into()),
        ("type", if demo { "test" } else { "production" }.into()),
        ("formats", Value::List("format", formats.collect())),
    ]);
    Ok(Document {
        root: "discovery",
        value: Value::Record(vec![
            ("changeset", changed.as_str().into()),
            (
                "contact",
                format!("邻里社区治理平台。各级单位的电话和地址见 {origin}/orgs 。").into(),
            ),
            (
                "key_service",
                "接口密钥（api_key）由区县或者市的管理员发给应用的运营单位，请联系他们申请。".into(),
            ),
            ("endpoints", Value::List("endpoint", vec![endpoint])),
        ]),
    })
}

/// The categories that are offered.
///
/// # Errors
/// What the database answers.
pub async fn list(tx: &mut Tx) -> Result<Document, AppError> {
    let mut categories = matters::categories(tx).await?;
    categories.retain(|category| category.offered);
    Ok(Document {
        root: "services",
        value: Value::List("service", categories.iter().map(service).collect()),
    })
}

fn service(category: &Category) -> Value {
    let description = if category.aliases.is_empty() {
        category.label.clone()
    } else {
        format!("{}：例如{}", category.label, category.aliases.join("、"))
    };
    Value::Record(vec![
        ("service_code", category.code.as_str().into()),
        ("service_name", category.label.as_str().into()),
        ("description", description.into()),
        ("metadata", Value::Yes(!category.questions.is_empty())),
        ("type", "realtime".into()),
        ("keywords", category.aliases.join(",").into()),
        ("group", if category.first_class { FIRST } else { REST }.into()),
    ])
}

/// The category that is offered under a code.
///
/// # Errors
/// What the specification says of a code that is missing or none.
pub async fn offered(tx: &mut Tx, code: &str) -> Result<Category, Refused> {
    if code.is_empty() {
        return Err(Trouble::wrong("service_code：没有给出，请从 services 里选一个。").into());
    }
    let categories = matters::categories(tx).await?;
    let found = categories
        .into_iter()
        .find(|category| category.code == code && category.offered);
    found.ok_or_else(|| {
        Trouble::missing(format!(
            "service_code：没有“{code}”，或者已经停用，请从 services 里选。"
        ))
        .into()
    })
}

/// What a category asks.
///
/// # Errors
/// As [`offered`].
pub async fn definition(tx: &mut Tx, code: &str) -> Result<Document, Refused> {
    let category = offered(tx, code).await?;
    let attributes = (1..).zip(&category.questions).map(attribute).collect();
    Ok(Document {
        root: "service_definition",
        value: Value::Record(vec![
            ("service_code", category.code.into()),
            ("attributes", Value::List("attribute", attributes)),
        ]),
    })
}

fn choice(key: &str, name: &str) -> Value {
    Value::Record(vec![("key", key.into()), ("name", name.into())])
}

fn attribute((order, question): (i64, &Attribute)) -> Value {
    let (datatype, hint, values) = match question.answer {
        AnswerKind::Text => ("string", "一行文字，最多 200 个字", Vec::new()),
        AnswerKind::Number => ("number", "不小于 0 的整数", Vec::new()),
        AnswerKind::OneOf => (
            "singlevaluelist",
            "选一项",
            question
                .choices
                .iter()
                .map(|words| choice(words, words))
                .collect(),
        ),
        AnswerKind::YesNo => (
            "singlevaluelist",
            "选一项",
            vec![choice("yes", "是"), choice("no", "否")],
        ),
    };
    let mut fields = vec![
        ("variable", Value::Yes(true)),
        ("code", question.code.as_str().into()),
        ("datatype", datatype.into()),
        ("required", Value::Yes(question.required)),
        ("datatype_description", hint.into()),
        ("order", Value::Whole(order)),
        ("description", question.label.as_str().into()),
    ];
    if !values.is_empty() {
        fields.push(("values", Value::List("value", values)));
    }
    Value::Record(fields)
}
