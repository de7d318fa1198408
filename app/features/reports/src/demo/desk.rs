//! What eases the work of the demonstration's people: rules of routing, standard answers, kept filters; and the key of a program.

use accounts::server::session::fresh_token;
use db::{Cx, EngineSql, Json, Tx, execute, rows};
use serde::Serialize;
use shared::{AppError, NodeId, RecordId, Role, Timestamp, UserId};

use super::{Town, making::People};
use crate::model::{Facts, Filter, RoutingForm, RoutingId, StandardId, ViewId};

const RULES: EngineSql = rows!(
    "insert into report_routing (id, node_id, position, facts, updated_at) select id, node_id, position, facts, updated_at from ",
    (id: uuid, node_id: uuid, position: bigint, facts: jsonb, updated_at: bigint),
    ""
);
const ANSWERS: EngineSql = rows!(
    "insert into report_answer (id, node_id, position, title, words, updated_at) \
     select id, node_id, position, title, words, updated_at from ",
    (id: uuid, node_id: uuid, position: bigint, title: text, words: text, updated_at: bigint),
    ""
);
const VIEWS: EngineSql = rows!(
    "insert into report_view (id, user_id, name, facts, created_at) select id, user_id, name, facts, created_at from ",
    (id: uuid, user_id: uuid, name: text, facts: jsonb, created_at: bigint),
    ""
);
const PROGRAM: &str = "insert into report_client (id, label, node_id, key_hash, key_end, per_day, created_at) \
    values ($1, $2, $3, $4, $5, $6, $7)";

/// What is said again and again.
const SAID: [(&str, &str); 6] = [
    ("路灯报修", "已经报修，一般三个工作日修好，修好以后告诉您。"),
    ("电梯检修", "维保公司今天来看过，检修的时间贴在单元门口。"),
    ("车位登记", "请带行驶证和房产证到物业登记，按先后排队。"),
    (
        "装修时间",
        "平时八点到十二点、两点到六点可以施工，周末和节假日不动工；已经提醒施工队。",
    ),
    ("大件垃圾", "大件垃圾请放到集中点，每星期三拉走，不收钱。"),
    ("楼道堆物", "已经和住户约好搬走，搬完请您再看一下。"),
];

#[derive(Serialize)]
struct RuleRow {
    id: RoutingId,
    node_id: NodeId,
    position: i64,
    facts: Facts,
    updated_at: Timestamp,
}

#[derive(Serialize)]
struct AnswerRow {
    id: StandardId,
    node_id: NodeId,
    position: i64,
    title: &'static str,
    words: &'static str,
    updated_at: Timestamp,
}

#[derive(Serialize)]
struct ViewRow {
    id: ViewId,
    user_id: UserId,
    name: &'static str,
    facts: Filter,
    created_at: Timestamp,
}

/// As it would be typed.
fn rule(category: &str, contains: &str, (from, to): (&str, &str), role: Role) -> Result<Facts, AppError> {
    let form = RoutingForm {
        category: category.to_owned(),
        contains: contains.to_owned(),
        from: from.to_owned(),
        to: to.to_owned(),
        role: role.code().to_owned(),
        ..RoutingForm::default()
    };
    form.read()
}

/// Loads them. Rules name words that are rare: what is reported to try things out goes as without them.
///
/// # Errors
/// What the database answers.
pub async fn load(cx: &Cx, tx: &mut Tx, town: &Town, people: &People) -> Result<(), AppError> {
    let now = tx.now();
    let facts = [
        rule("facility", "电梯困人 关人", ("", ""), Role::Property)?,
        rule("safety", "飞线", ("22", "6"), Role::Property)?,
        rule("dispute", "外机 漏到楼下", ("", ""), Role::Staff)?,
    ];
    let mut rules: Vec<RuleRow> = Vec::new();
    for (position, facts) in (10..).step_by(10).zip(facts) {
        rules.push(RuleRow {
            id: tx.id(),
            node_id: town.street.id,
            position,
            facts,
            updated_at: now,
        });
    }
    if let Some((community, _)) = town.communities.get(1) {
        rules.push(RuleRow {
            id: tx.id(),
            node_id: community.id,
            position: 10,
            facts: rule("hygiene", "化粪池", ("", ""), Role::Secretary)?,
            updated_at: now,
        });
    }
    let sql = tx.sql(RULES);
    execute!(tx, sql, Json(&rules))?;

    let mut answers: Vec<AnswerRow> = Vec::new();
    for (at, (title, words)) in SAID.into_iter().enumerate() {
        // The last ones are the community's own.
        let own = at + 2 >= SAID.len();
        answers.push(AnswerRow {
            id: tx.id(),
            node_id: if own {
                town.communities[0].0.id
            } else {
                town.street.id
            },
            position: 100,
            title,
            words,
            updated_at: now,
        });
    }
    let sql = tx.sql(ANSWERS);
    execute!(tx, sql, Json(&answers))?;

    let filter = |state: &str, category: &str, late: bool| Filter {
        state: state.to_owned(),
        category: category.to_owned(),
        late,
        ..Filter::default()
    };
    let community = town.communities[0].0.id;
    let kept = [
        (
            (community, Role::Staff),
            "等受理的",
            filter("reported", "", false),
        ),
        (
            (community, Role::Staff),
            "等回访的",
            filter("answered", "", false),
        ),
        (
            (community, Role::Secretary),
            "停车的事",
            filter("", "parking", false),
        ),
        ((town.street.id, Role::TownAdmin), "超期的", filter("", "", true)),
    ];
    let mut views: Vec<ViewRow> = Vec::new();
    for (post, name, facts) in kept {
        if let Some(user) = people.posts.get(&post) {
            views.push(ViewRow {
                id: tx.id(),
                user_id: *user,
                name,
                facts,
                created_at: now,
            });
        }
    }
    let sql = tx.sql(VIEWS);
    execute!(tx, sql, Json(&views))?;

    // Its key is known to nobody: whoever tries it gives it another.
    let hash = cx.keys().digest("open311.key", &fresh_token());
    let (program, street): (RecordId, NodeId) = (people.program, town.street.id);
    execute!(
        tx,
        PROGRAM,
        program,
        "演示·随手拍",
        street,
        hash.as_str(),
        "····",
        500_i64,
        now
    )?;
    Ok(())
}
