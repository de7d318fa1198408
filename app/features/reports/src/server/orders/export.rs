//! What is to be given back as a file, in the columns that 12345 platforms have.

use db::{Audit, Cx};
use shared::{AppError, Timestamp};

use super::back;
use crate::{
    model::{OrderState, State},
    server::figures::{Cell, Format, Table},
};

const COLUMNS: [&str; 17] = [
    "工单编号",
    "来源平台",
    "本地编号",
    "诉求类别",
    "所属社区",
    "承办单位",
    "派单时间",
    "办理时限",
    "办理状态",
    "办理结果",
    "答复时间",
    "回访情况",
    "满意度",
    "退单原因",
    "办结时间",
    "是否超期",
    "上次交还时间",
];

/// The file and its name. That it was taken along is logged; that it was given back is said afterwards.
///
/// # Errors
/// What the database answers.
pub async fn export(cx: &Cx, format: Format) -> Result<(Vec<u8>, String), AppError> {
    let mut tx = cx.write().await?;
    let orders = back::to_give(cx, &mut tx).await?;
    let (id, today) = (cx.user()?.0, tx.now().date());
    tx.audit(Audit::new("reports.order.export", "user", id).because(format.code(), None))
        .await?;
    tx.commit().await?;
    let mut table = Table::new(format);
    table.head(&COLUMNS);
    for order in orders {
        table.row(&cells(order));
    }
    Ok((table.finish()?, format!("orders-{today}.{format}")))
}

fn time(at: Option<Timestamp>) -> Cell {
    at.map_or(Cell::Nothing, |at| {
        Cell::Text(format!("{} {}", at.date(), at.zh_time()))
    })
}

fn said(words: Option<String>) -> Cell {
    words.map_or(Cell::Nothing, Cell::Text)
}

fn cells(order: OrderState) -> [Cell; COLUMNS.len()] {
    let state = match order.state {
        State::Refused => "退单",
        State::Accepted if order.returned => "退单，由街道裁定",
        state => state.label(),
    };
    // What ended without an answer was open until then.
    let late = order.due.map(|due| {
        let said = order.answered.or(order.ended);
        said.is_none_or(|said| said > due)
    });
    let late = match (order.state, late) {
        (State::Refused, _) | (_, None) => Cell::Nothing,
        (_, Some(late)) => Cell::text(if late { "是" } else { "否" }),
    };
    [
        Cell::Text(order.number),
        Cell::Text(order.platform),
        Cell::Text(order.matter),
        Cell::Text(order.category),
        Cell::Text(order.place),
        Cell::Text(order.unit),
        time(Some(order.received)),
        time(order.due),
        Cell::text(state),
        said(order.result),
        time(order.answered),
        said(order.checked),
        said(order.rating),
        said(order.refused),
        time(order.ended),
        late,
        time(order.given),
    ]
}
