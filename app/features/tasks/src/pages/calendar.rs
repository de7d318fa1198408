//! `/admin/calendar`: the years that are loaded, and loading more.

use leptos::prelude::*;
use ui::{
    Card, Column, Empty, Field, FileField, Glyph, Notice, Page, Resource, SendForm, Submit, Table, Tone,
    cell, sending::follow,
};

use super::{
    calendar_preview::Preview,
    frame::{loaded, query},
};
use crate::{
    SEND_CALENDAR, api,
    model::{CalendarPage, CalendarPreview, LARGEST_FILE, file_too_large},
};

/// `/admin/calendar`
pub fn page() -> AnyView {
    let id = query("id");
    let action = ServerAction::<api::ApplyCalendar>::new();
    let shown = Resource::new(
        move || (id.get(), action.version().get()),
        |(id, _)| async move {
            if id.is_empty() {
                api::calendar_years().await.map(Shown::Years)
            } else {
                api::preview_calendar(id)
                    .await
                    .map(|preview| Shown::Preview(Box::new(preview)))
            }
        },
    );
    loaded(shown, move |shown: Shown| match shown {
        Shown::Years(page) => view! { <Years page/> }.into_any(),
        Shown::Preview(preview) => view! { <Preview preview=*preview action/> }.into_any(),
    })
}

/// One address shows the years, or with a file's id what that would change.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
enum Shown {
    Years(CalendarPage),
    Preview(Box<CalendarPreview>),
}

#[component]
fn Years(page: CalendarPage) -> impl IntoView {
    let columns = vec![
        Column::text("年份"),
        Column::number("放假"),
        Column::number("调休上班"),
        Column::text("依据"),
        Column::text("导入时间"),
    ];
    let this_year = page.this_year;
    let missing = !page.years.iter().any(|row| row.year == this_year);
    let next_missing = !page.years.iter().any(|row| row.year == this_year + 1);
    let rows: Vec<_> = page
        .years
        .into_iter()
        .map(|row| {
            vec![
                cell(format!("{} 年", row.year)),
                cell(format!("{} 天", row.off)),
                cell(format!("{} 天", row.worked)),
                cell(row.source),
                cell(row.loaded.date().zh()),
            ]
        })
        .collect();
    let standing = match (missing, page.provisional) {
        (true, _) => view! {
            <Notice tone=Tone::Late title=format!("还没有 {this_year} 年的放假安排")>
                "现在按周一到周五算，期限都标着“待核”。请按国务院办公厅的通知导入。"
            </Notice>
        }
        .into_any(),
        (false, 0) => view! { <Notice tone=Tone::Done>"没有待核的期限。"</Notice> }.into_any(),
        (false, n) => view! {
            <Notice tone=Tone::Due title=format!("有 {n} 件在办的事，期限待核")>
                {format!("它们算到了 {} 年，那年的放假安排还没有导入，先按周一到周五算。导入以后会自动重算。", this_year + 1)}
            </Notice>
        }
        .into_any(),
    };
    let table = if rows.is_empty() {
        view! { <Empty icon=Glyph::Calendar title="还没有导入过日历"/> }.into_any()
    } else {
        view! { <Table caption="已经导入的年份" columns rows/> }.into_any()
    };
    let source_hint = if next_missing {
        format!(
            "照通知的标题和文号填，例如“国务院办公厅关于 {} 年部分节假日安排的通知”。",
            this_year + 1
        )
    } else {
        "照通知的标题和文号填。".to_owned()
    };
    let limit = (LARGEST_FILE as u64, file_too_large());
    view! {
        <Page title="工作日历">
            <div class="stack loose">
                {standing}
                {table}
                <Card title="导入一年">
                    <p>"先看会改哪些天、哪些期限会变，确认以后才会改动。"</p>
                    <SendForm action=SEND_CALENDAR prefix="calendar" files=limit on_done=follow()>
                        // Before the file: it has come also where the file does not come to its end.
                        <Field name="source" label="依据" hint=source_hint optional=true max_length=200/>
                        <FileField name="file" label="日历文件" accept=".json,.csv,application/json,text/csv"
                            hint="CSV 的表头是 日期,类型,名称，类型写“放假”或“上班”；也可以用 chinese-days 的 JSON。一年要写全。"/>
                        <Submit icon=Glyph::Upload>"看看会有哪些变化"</Submit>
                    </SendForm>
                </Card>
            </div>
        </Page>
    }
}
