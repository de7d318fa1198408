//! Files of orders: tried out first, with what each line would do, and imported once somebody has seen that. One wrong line, and none is.
//! The house's reader of files from offices is that of the roll.

use db::{Audit, Cx, DbError, Tx, crypt::Field, execute, on};
use grid::server::Settings;
use people::server::import::table;
use shared::{AppError, RecordId, Timestamp, UserId};

use super::{
    platform::{self, Platform},
    take,
};
use crate::model::{Came, ORDERS, OrderForm, OrderLine, OrderPreview, SHOWN};

/// How long a file waits for being imported.
const KEPT: i64 = Timestamp::DAY;

const INSERT: &str = "insert into report_order_import (id, created_at, created_by, file_name, platform_id, content) \
    values ($1, $2, $3, $4, $5, $6)";
const SWEEP: &str = "delete from report_order_import where created_at < $1";
const BY_ID: &str =
    "select created_by, file_name, platform_id, content, applied_at from report_order_import where id = $1";
const APPLIED: &str =
    "update report_order_import set applied_at = $2, content = null where id = $1 and applied_at is null";

#[derive(sqlx::FromRow)]
struct Staged {
    created_by: Option<UserId>,
    file_name: String,
    platform_id: RecordId,
    content: Option<String>,
    applied_at: Option<Timestamp>,
}

/// A line of a file, by its number there.
type Line = (u64, OrderForm);

/// Puts a cell where it belongs.
type Set = fn(&mut OrderForm, &str);

/// The columns that are known, by the names that platforms have for them.
const COLUMNS: [(&[&str], Set); 11] = [
    (
        &["工单编号", "工单号", "受理编号", "事件编号"],
        |o, s| o.number = s.into(),
    ),
    (&["诉求类型", "工单类型", "性质"], |o, s| {
        o.kind = s.into()
    }),
    (
        &["诉求类别", "类别", "问题分类", "事件类型"],
        |o, s| o.category = s.into(),
    ),
    (
        &["诉求内容", "工单内容", "内容", "事件描述"],
        |o, s| o.words = s.into(),
    ),
    (&["社区代码", "网格编码", "单位代码"], |o, s| {
        o.node = s.into()
    }),
    (&["坐标", "经纬度"], |o, s| o.at = s.into()),
    (
        &["地址", "事发地址", "诉求地址", "事发地点"],
        |o, s| o.address = s.into(),
    ),
    (&["姓名", "来电人", "诉求人", "反映人"], |o, s| {
        o.name = s.into()
    }),
    (
        &["电话", "来电号码", "联系电话", "联系方式"],
        |o, s| o.phone = s.into(),
    ),
    (
        &["办理时限", "办结时限", "截止时间", "处理时限"],
        |o, s| o.due = s.into(),
    ),
    (&["是否紧急", "紧急程度"], |o, s| {
        o.urgent = matches!(s, "是" | "急" | "紧急" | "特急")
    }),
];

/// The orders of a file.
///
/// # Errors
/// A sentence about the file.
fn read(bytes: &[u8]) -> Result<Vec<Line>, String> {
    let mut rows = table::read(bytes)?.into_iter();
    let head = rows.next().ok_or("文件里什么也没有。")?;
    let set: Vec<Option<Set>> = head
        .cells
        .iter()
        .map(|name| {
            let known = COLUMNS.iter().find(|(names, _)| names.contains(&name.as_str()));
            known.map(|(_, set)| *set)
        })
        .collect();
    for needed in ["工单编号", "诉求内容"] {
        let found = COLUMNS.iter().find(|(names, _)| names[0] == needed);
        let there =
            found.is_some_and(|(names, _)| head.cells.iter().any(|cell| names.contains(&cell.as_str())));
        if !there {
            return Err(format!("表头里没有“{needed}”这一列。"));
        }
    }
    let mut lines = Vec::new();
    for row in rows {
        if lines.len() == ORDERS {
            return Err(format!("超过 {ORDERS} 行，请分成几个文件再传。"));
        }
        let mut order = OrderForm::default();
        for (cell, set) in row.cells.iter().zip(&set) {
            if let Some(set) = set {
                set(&mut order, cell);
            }
        }
        lines.push((row.number, order));
    }
    if lines.is_empty() {
        return Err("除了表头，文件里没有工单。".into());
    }
    Ok(lines)
}

/// Keeps the orders of a file for a day; the id under which they are tried out.
///
/// # Errors
/// [`AppError::Invalid`] on `file` and `platform`.
pub async fn receive(cx: &Cx, file_name: &str, content: &[u8], platform: &str) -> Result<RecordId, AppError> {
    let lines = read(content).map_err(|words| AppError::invalid("file", words))?;
    let text = serde_json::to_string(&lines).map_err(|error| db::internal(&error))?;
    let mut tx = cx.write().await?;
    let mine = platform::of_files(cx, &mut tx).await?;
    let platform = platform.trim().parse::<RecordId>().ok();
    let platform = platform.filter(|id| mine.iter().any(|(known, _)| known == id));
    let platform = platform.ok_or_else(|| AppError::invalid("platform", "请选是哪个平台的工单。"))?;
    sweep(&mut tx).await?;
    let (id, now): (RecordId, _) = (tx.id(), tx.now());
    let sealed = cx.keys().seal_for(Field::Note, id, &text);
    execute!(
        tx,
        INSERT,
        id,
        now,
        cx.user()?,
        file_name,
        platform,
        sealed.as_str()
    )?;
    tx.commit().await?;
    Ok(id)
}

/// Forgets what has waited for a day: who called stands in files that nobody imported.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn sweep(tx: &mut Tx) -> Result<(), DbError> {
    let old = tx.now().plus(-KEPT);
    execute!(tx, SWEEP, old)?;
    Ok(())
}

/// A file is its sender's alone.
async fn find(cx: &Cx, tx: &mut Tx, id: RecordId) -> Result<(Staged, Vec<Line>, Platform), AppError> {
    let staged: Option<Staged> = on!(tx, |c| sqlx::query_as(BY_ID).bind(id).fetch_optional(c).await)?;
    let staged = staged
        .filter(|staged| staged.created_by == cx.who().user)
        .ok_or(AppError::NotFound)?;
    let lines = match &staged.content {
        Some(sealed) => {
            let text = cx.keys().open_for(Field::Note, id, sealed)?;
            serde_json::from_str(&text).map_err(|error| db::internal(&error))?
        }
        None => Vec::new(),
    };
    let platform = platform::by_id(tx, staged.platform_id)
        .await?
        .ok_or_else(|| AppError::Conflict("这个平台的密钥刚刚停用了，不能再导入它的工单。".into()))?;
    Ok((staged, lines, platform))
}

/// What the file would do, line by line; or that it was imported.
///
/// # Errors
/// [`AppError::NotFound`] if it is not there or somebody else's, or what the database answers.
pub async fn preview(cx: &Cx, settings: &Settings, id: &str) -> Result<OrderPreview, AppError> {
    let id: RecordId = id.trim().parse().map_err(|_| AppError::NotFound)?;
    let (staged, lines, platform) = {
        let mut tx = cx.read().await?;
        find(cx, &mut tx, id).await?
    };
    let mut preview = OrderPreview {
        id,
        file_name: staged.file_name,
        platform: platform.label.clone(),
        applied: staged.applied_at,
        new: 0,
        updated: 0,
        same: 0,
        ended: 0,
        faults: Vec::new(),
        lines: Vec::new(),
    };
    for (line, order) in lines {
        let tried = take::try_out(cx, settings, &platform, &order).await;
        let said = |said: String| OrderLine {
            line,
            number: order.number.clone(),
            said,
        };
        match tried {
            Ok(came) => {
                match came {
                    Came::New => preview.new += 1,
                    Came::Updated => preview.updated += 1,
                    Came::Same => preview.same += 1,
                    Came::Ended => preview.ended += 1,
                }
                if preview.lines.len() < SHOWN {
                    preview.lines.push(said(came.label().to_owned()));
                }
            }
            Err(AppError::Invalid(fields)) => {
                let words: Vec<&str> = fields.iter().map(|field| field.message.as_str()).collect();
                preview.faults.push(said(words.join("")));
            }
            Err(other) => return Err(other),
        }
    }
    Ok(preview)
}

/// Imports the file. Each order is taken in by itself: what is broken off and begun again takes none in twice.
///
/// # Errors
/// [`AppError::Conflict`] if it was imported, or has a wrong line by now; or as [`take::take`].
pub async fn apply(cx: &Cx, settings: &Settings, id: &str) -> Result<(), AppError> {
    let tried = preview(cx, settings, id).await?;
    if tried.applied.is_some() {
        return Err(AppError::Conflict("这个文件已经导入过了。".into()));
    }
    if !tried.faults.is_empty() {
        return Err(AppError::Conflict("文件里有行不对，请改好以后再传一次。".into()));
    }
    let (_, lines, platform) = {
        let mut tx = cx.read().await?;
        find(cx, &mut tx, tried.id).await?
    };
    for (_, order) in &lines {
        take::take(cx, settings, &platform, order).await?;
    }
    let mut tx = cx.write().await?;
    let now = tx.now();
    execute!(tx, APPLIED, tried.id, now)?;
    tx.audit(Audit::new("reports.order.import", "report_order_import", tried.id.0).at(&platform.path))
        .await?;
    tx.commit().await?;
    Ok(())
}
