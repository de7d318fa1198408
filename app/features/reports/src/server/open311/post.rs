//! Taking in a report that a program sends for somebody.

use std::time::Duration;

use db::{Cx, Tx, throttle};
use grid::server::Settings;
use orgs::{
    model::{Code, NodeKind},
    server::store as units,
};
use shared::{AppError, FieldError};

use super::{
    answer::Refused,
    requests, services,
    value::{Document, Value},
};
use crate::{
    model::{
        Reporter, Sent,
        open311::{Arguments, Posted, Trouble, argument},
    },
    server::{
        client::{self, Client},
        located, report,
    },
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A unit that a report may be of.
struct At {
    code: Code,
    path: String,
}

/// Takes a report in, and tells its number. Sent twice under one `once`, or on one day with the same content, it is one report.
///
/// # Errors
/// What the specification says of what is missing or none; the limit of the program.
pub async fn take(
    cx: &Cx,
    settings: &Settings,
    client: &Client,
    arguments: &Arguments,
    once: Option<&str>,
) -> Result<Document, Refused> {
    let posted = Posted::read(arguments)?;
    let pinned = pinned(cx, settings, &posted).await?;
    let (form, key) = {
        let mut tx = cx.read().await?;
        let within = requests::jurisdiction(&mut tx, argument(arguments, "jurisdiction_id")).await?;
        let category = services::offered(&mut tx, &posted.service).await?;
        let at = place(&mut tx, client, &posted, pinned.as_ref()).await?;
        let covered = |path: &str| at.path.starts_with(path);
        if !(covered(&client.path) && covered(&within)) {
            return Err(Trouble::wrong(
                "lat, long, address_id：这个位置不在密钥或者 jurisdiction_id 的范围内。",
            )
            .into());
        }
        (
            posted.report(&category, &at.code),
            key(cx, client, arguments, once),
        )
    };
    throttle::take(cx, &format!("open311.post/{}", client.id), client.per_day, DAY).await?;
    let reporter = Reporter::Client(client.id);
    let sent = report::report_as(cx, settings, &reporter, &key, &form, Vec::new())
        .await
        .map_err(renamed)?;
    let mut tx = cx.write().await?;
    client::seen(&mut tx, client).await?;
    tx.commit().await?;
    Ok(taken(sent))
}

fn taken(sent: Sent) -> Document {
    let notice = format!(
        "已收到，编号 {}。受理以后按时限办理，进展用这个 service_request_id 查询。",
        sent.number
    );
    Document {
        root: "service_requests",
        value: Value::List(
            "request",
            vec![Value::Record(vec![
                ("service_request_id", sent.code.into()),
                ("service_notice", notice.into()),
                ("account_id", Value::Null),
            ])],
        ),
    }
}

/// What makes a report that is sent twice one: what the program says, or what it sent, on one day. Its own only: nobody else's is met.
fn key(cx: &Cx, client: &Client, arguments: &Arguments, once: Option<&str>) -> String {
    let said = match once {
        Some(once) => format!("once {once}"),
        None => {
            let mut content: Vec<&(String, String)> =
                arguments.iter().filter(|(name, _)| name != "api_key").collect();
            content.sort();
            format!("on {} {content:?}", cx.now().date())
        }
    };
    cx.keys().digest("open311.once", &format!("{} {said}", client.id))
}

/// The unit whose border holds the pin.
async fn pinned(cx: &Cx, settings: &Settings, posted: &Posted) -> Result<Option<Code>, AppError> {
    let Some(pin) = posted.place.pin else {
        return Ok(None);
    };
    let found = grid::server::page::at(cx, settings, pin).await?;
    Ok(found.and_then(|found| found.code.parse().ok()))
}

/// The unit in which it is: by its pin, by its code, by a community's name in its words, or where the program reports.
async fn place(tx: &mut Tx, client: &Client, posted: &Posted, pinned: Option<&Code>) -> Result<At, Refused> {
    if let Some(code) = pinned
        && let Some(at) = unit(tx, code).await?
    {
        return Ok(at);
    }
    if let Some(code) = &posted.place.unit {
        let at = unit(tx, code).await?;
        return at.ok_or_else(|| Trouble::wrong("address_id：没有这个社区或者网格。").into());
    }
    if let Some((code, path)) = located::called(tx, &client.path, &posted.place.words).await? {
        return Ok(At { code, path });
    }
    if client.code.kind() >= NodeKind::Community
        && let Some(at) = unit(tx, &client.code).await?
    {
        return Ok(at);
    }
    Err(Trouble::wrong(if posted.place.pin.is_some() {
        "lat, long：这个位置不在已经画好的网格里，请另外给出 address_id（社区的代码）。"
    } else {
        "address_string：看不出是哪个社区，请写上社区的名字，或者另外给出 lat 和 long。"
    })
    .into())
}

/// The unit in force under a code, if it is a community or part of one.
async fn unit(tx: &mut Tx, code: &Code) -> Result<Option<At>, AppError> {
    let node = units::by_code(tx, code).await?;
    let node = node.filter(|node| node.kind >= NodeKind::Community);
    Ok(node.map(|node| At {
        code: node.code,
        path: node.path,
    }))
}

/// What is wrong with a report, by the names that the specification has for its fields.
fn renamed(error: AppError) -> Refused {
    let AppError::Invalid(fields) = error else {
        return error.into();
    };
    let renamed = |field: FieldError| FieldError {
        field: match field.field.as_str() {
            "words" => "description".to_owned(),
            "category" => "service_code".to_owned(),
            "node" => "address_id".to_owned(),
            "at" => "lat, long".to_owned(),
            "address" => "address_string".to_owned(),
            other => other
                .strip_prefix("q-")
                .map_or_else(|| other.to_owned(), |code| format!("attribute[{code}]")),
        },
        message: field.message,
    };
    AppError::Invalid(fields.into_iter().map(renamed).collect()).into()
}
