//! The figures of a page as a file: what is told there, each with what it is a part of.

use db::{Audit, Cx};
use shared::AppError;

use super::{
    page::{Wanted, node, page},
    sheet::{Cell, Format, Table},
};
use crate::model::figures::{Clock, FiguresPage, Party, RATES, Rate, elapsed, month_label, worked};

const COLUMNS: [&str; 5] = ["指标", "对象", "件数", "总数", "比例或用时"];

/// The figures of a place and a period, for those who handle matters there: a file and its name. That it was taken along is logged.
///
/// # Errors
/// [`AppError::NotFound`] for a unit outside of one's own, [`AppError::Invalid`] for a time that is none.
pub async fn export(cx: &Cx, wanted: &Wanted, format: Format) -> Result<(Vec<u8>, String), AppError> {
    let node = {
        let mut tx = cx.read().await?;
        let node = node(cx, &mut tx, &wanted.node).await?;
        cx.must_cover(&node.path)?;
        node
    };
    let page = page(cx, wanted).await?;
    let mut tx = cx.write().await?;
    let what = format!("{format}/{}", page.period);
    tx.audit(
        Audit::new("reports.figures.export", "node", node.id.0)
            .at(&node.path)
            .because(&what, None),
    )
    .await?;
    tx.commit().await?;
    let name = format!("figures-{}-{}.{format}", node.code, page.period);
    let mut table = Table::new(format);
    table.head(&COLUMNS);
    for row in rows(&page) {
        table.row(&row);
    }
    Ok((table.finish()?, name))
}

type Row = [Cell; COLUMNS.len()];

fn counted(what: &str, whose: &str, n: Option<i64>) -> Row {
    [
        Cell::text(what),
        Cell::text(whose),
        n.into(),
        Cell::Nothing,
        Cell::Nothing,
    ]
}

fn rated(what: &str, whose: &str, rate: Rate) -> Row {
    [
        Cell::text(what),
        Cell::text(whose),
        rate.part.into(),
        rate.of.into(),
        Cell::Text(rate.percent()),
    ]
}

fn rows(page: &FiguresPage) -> Vec<Row> {
    let figures = &page.figures;
    let here = page.here.name.as_str();
    let period = page.period.label();
    let mut rows = vec![
        counted(&format!("反映的事（{period}）"), here, figures.all),
        rated("响应率", here, figures.responded),
        rated("按期办结率", here, figures.in_time),
        rated("解决率", here, figures.solved),
        rated("满意率", here, figures.content),
        counted("办结（未评价）", here, figures.unrated),
        counted("不予受理", here, figures.refused),
        counted("撤回", here, figures.withdrawn),
        counted("合并", here, figures.merged),
        rated("重复反映", here, figures.again),
        rated("投诉社区", here, figures.about),
    ];
    let ratings = figures.ratings.iter();
    rows.extend(ratings.map(|(rating, n)| counted("评价", rating.label(), *n)));
    let kinds = figures.kinds.iter();
    rows.extend(kinds.map(|(kind, n)| counted("性质", kind.label(), *n)));
    let categories = figures.categories.iter();
    rows.extend(categories.map(|(code, n)| counted("类别", &page.label(code), *n)));
    let parties = |what: &'static str, all: &[(Party, Rate)]| -> Vec<Row> {
        all.iter()
            .map(|(party, rate)| rated(what, party.label(), *rate))
            .collect()
    };
    rows.extend(parties("由谁发起", &figures.began));
    rows.extend(parties("由谁承办", &figures.carried));
    for stage in &figures.stages {
        let told = |minutes: Option<i64>| match (minutes, stage.stage.clock()) {
            (None, _) => Cell::Nothing,
            (Some(minutes), Clock::Working) => Cell::Text(format!("{}（工作时间）", worked(minutes))),
            (Some(minutes), Clock::Wall) => Cell::Text(format!("{}（不分昼夜）", elapsed(minutes))),
        };
        for (what, minutes) in [("用时中位数", stage.median), ("用时九成位数", stage.ninetieth)] {
            rows.push([
                Cell::text(what),
                Cell::text(stage.stage.label()),
                stage.n.into(),
                Cell::Nothing,
                told(minutes),
            ]);
        }
    }
    let ages = page.open.ages.iter();
    rows.extend(ages.map(|(words, n)| counted("现在在办", words, *n)));
    rows.push(counted("现在在办，已超期", here, page.open.late));
    for month in &page.months {
        let label = month_label(month.month);
        rows.push(counted("每月反映的事", &label, month.all));
        let rates = RATES.into_iter().zip(month.rates);
        rows.extend(rates.map(|(what, rate)| rated(&format!("每月{what}"), &label, rate)));
    }
    for area in &page.areas {
        rows.push(counted("下级反映的事", &area.unit.name, area.all));
        for (what, rate) in ["下级响应率", "下级按期办结率", "下级解决率", "下级满意率"]
            .into_iter()
            .zip(area.rates.into_iter().flatten())
        {
            rows.push(rated(what, &area.unit.name, rate));
        }
    }
    let hot = page.hot.iter();
    rows.extend(hot.map(|spot| counted("反映多的网格", &spot.unit.name, spot.all)));
    rows
}
