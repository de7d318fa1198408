//! How matters stand: of many, of one, and which one a token stands for.

use db::Tx;
use shared::{AppError, RecordId};

use super::{
    answer::Refused,
    store::{self, Told},
    value::{Document, Value},
};
use crate::{
    model::{
        Category,
        open311::{Asked, Trouble},
    },
    server::{opendata, store as matters},
};

/// Who asks, as far as it changes what is told.
#[derive(Clone, Copy, Debug)]
pub struct Visitor {
    /// The program whose own matters are told too.
    pub client: Option<RecordId>,
    /// Whether everybody may see where units are.
    pub reviewed: bool,
}

/// A page of what is asked for, and whether there is another.
///
/// # Errors
/// A category that there is not, or what the database answers.
pub async fn list(
    tx: &mut Tx,
    path: &str,
    asked: &Asked,
    visitor: Visitor,
) -> Result<(Document, bool), Refused> {
    let categories = matters::categories(tx).await?;
    let unknown: Vec<Trouble> = asked
        .services
        .iter()
        .filter(|code| categories.iter().all(|category| category.code != **code))
        .map(|code| Trouble::missing(format!("service_code：没有“{code}”。")))
        .collect();
    if !unknown.is_empty() {
        return Err(unknown.into());
    }
    let mut found = if asked.ids.is_empty() {
        store::listed(tx, path, asked, visitor.reviewed).await?
    } else {
        store::of_codes(tx, path, &asked.ids, visitor.client, visitor.reviewed).await?
    };
    let size = usize::try_from(asked.size).unwrap_or(usize::MAX);
    let more = found.len() > size;
    found.truncate(size);
    Ok((document(&found, &categories), more))
}

/// One matter, as a list of one.
///
/// # Errors
/// What the specification says of an id that is missing or none.
pub async fn one(tx: &mut Tx, path: &str, code: &str, visitor: Visitor) -> Result<Document, Refused> {
    let found = find(tx, path, "service_request_id", code, visitor).await?;
    let categories = matters::categories(tx).await?;
    Ok(document(&[found], &categories))
}

/// The matter of a token. Reports get their number at once, so that a token is what it stands for.
///
/// # Errors
/// As [`one`].
pub async fn token(tx: &mut Tx, path: &str, token: &str, visitor: Visitor) -> Result<Document, Refused> {
    let found = find(tx, path, "token", token, visitor).await?;
    Ok(Document {
        root: "service_requests",
        value: Value::List(
            "request",
            vec![Value::Record(vec![
                ("service_request_id", found.code.into()),
                ("token", token.into()),
            ])],
        ),
    })
}

async fn find(tx: &mut Tx, path: &str, name: &str, code: &str, visitor: Visitor) -> Result<Told, Refused> {
    if code.is_empty() {
        return Err(Trouble::wrong(format!("{name}：没有给出。")).into());
    }
    let found = store::of_codes(tx, path, &[code.to_owned()], visitor.client, visitor.reviewed).await?;
    let found = found.into_iter().next();
    found.ok_or_else(|| Trouble::missing(format!("{name}：没有“{code}”，或者没有公开。")).into())
}

fn document(found: &[Told], categories: &[Category]) -> Document {
    Document {
        root: "service_requests",
        value: Value::List(
            "request",
            found.iter().map(|told| request(told, categories)).collect(),
        ),
    }
}

/// What everybody is told of a matter: the words that were made for it, the unit in which it is, no one's name.
fn request(told: &Told, categories: &[Category]) -> Value {
    let category = categories.iter().find(|one| one.code == told.category);
    let name = category.map_or(told.category.as_str(), |one| one.label.as_str());
    let address = if told.node_name == told.community {
        told.node_name.clone()
    } else {
        format!("{}，{}", told.node_name, told.community)
    };
    let public = told.public_text.is_some();
    let place = opendata::degrees(told.lon, told.lat).filter(|_| public);
    let changed = told.ended_at.unwrap_or(told.changed_at);
    let due = told.due_at.filter(|_| told.state.counts());
    Value::Record(vec![
        ("service_request_id", told.code.as_str().into()),
        (
            "status",
            if told.ended_at.is_some() { "closed" } else { "open" }.into(),
        ),
        ("status_notes", told.state.said(told.petition).into()),
        ("service_name", name.into()),
        ("service_code", told.category.as_str().into()),
        ("description", told.public_text.clone().into()),
        ("agency_responsible", told.unit_name.as_str().into()),
        ("service_notice", Value::Null),
        ("requested_datetime", told.created_at.rfc3339().into()),
        ("updated_datetime", changed.rfc3339().into()),
        ("expected_datetime", due.map(|at| at.rfc3339()).into()),
        ("address", address.into()),
        ("address_id", told.node_code.as_str().into()),
        ("zipcode", Value::Null),
        ("lat", place.map_or(Value::Null, |(_, lat)| Value::Degrees(lat))),
        ("long", place.map_or(Value::Null, |(lon, _)| Value::Degrees(lon))),
        ("media_url", Value::Null),
    ])
}

/// The path of the unit that a jurisdiction is, by its official code; the whole deployment without one.
///
/// # Errors
/// What the specification says of one that there is not.
pub async fn jurisdiction(tx: &mut Tx, id: &str) -> Result<String, Refused> {
    if id.is_empty() {
        return Ok(String::new());
    }
    let missing = || Trouble::missing(format!("jurisdiction_id：没有“{id}”，应为区划代码，也可以不填。"));
    let code = id.parse().map_err(|_| missing())?;
    let node = orgs::server::store::by_code(tx, &code)
        .await
        .map_err(AppError::from)?;
    Ok(node.ok_or_else(missing)?.path)
}
