//! A few dozen of the demonstration's matters came from 12345: each with the hotline's number and limit. Most that have ended were given back.

use db::{Cx, EngineSql, Json, Tx, crypt::Field, execute, rows};
use serde::Serialize;
use shared::{AppError, NodeId, RecordId, Timestamp};

use crate::{model::MatterId, server::bulk::Whole};

/// What the hotline gives for an answer.
const LIMIT: i64 = 7 * Timestamp::DAY;
/// What has ended so long ago was given back.
const GIVEN: i64 = 30 * Timestamp::DAY;

const PLATFORM: &str =
    "insert into report_platform (id, label, node_id, secret, created_at) values ($1, $2, $3, $4, $5)";
const ORDERS: EngineSql = rows!(
    "insert into report_order (id, platform_id, number, matter_id, said, due_at, received_at, updated_at, given_at) \
     select id, platform_id, number, matter_id, said, due_at, received_at, received_at, given_at from ",
    (id: uuid, platform_id: uuid, number: text, matter_id: uuid, said: text, due_at: bigint, received_at: bigint, given_at: bigint),
    ""
);

#[derive(Serialize)]
struct Row {
    id: RecordId,
    platform_id: RecordId,
    number: String,
    matter_id: MatterId,
    said: String,
    due_at: Timestamp,
    received_at: Timestamp,
    given_at: Option<Timestamp>,
}

/// Loads those that came through `platform`, which has a key that nobody knows: its port is for those who give it another.
///
/// # Errors
/// What the database answers.
pub async fn load(
    cx: &Cx,
    tx: &mut Tx,
    street: NodeId,
    platform: RecordId,
    matters: &[Whole],
) -> Result<(), AppError> {
    let now = tx.now();
    let secret = accounts::server::session::fresh_token();
    let sealed = cx.keys().seal_for(Field::Note, platform, &secret);
    execute!(
        tx,
        PLATFORM,
        platform,
        "演示·市 12345 热线",
        street,
        sealed.as_str(),
        now
    )?;
    let mut orders = Vec::new();
    let came = matters
        .iter()
        .filter(|matter| matter.more.client == Some(platform));
    for (at, matter) in came.enumerate() {
        let old = matter.at.0 < now.0 - GIVEN;
        let number = format!("YS{}{at:05}", matter.year);
        orders.push(Row {
            id: tx.id(),
            platform_id: platform,
            said: cx.keys().digest("reports.order", &number),
            number,
            matter_id: matter.id,
            due_at: matter.at.plus(LIMIT),
            received_at: matter.at,
            given_at: (old && matter.standing.state.has_ended()).then_some(now),
        });
    }
    let sql = tx.sql(ORDERS);
    execute!(tx, sql, Json(&orders))?;
    Ok(())
}
