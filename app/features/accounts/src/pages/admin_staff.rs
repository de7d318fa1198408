//! Importing staff from a file.

use leptos::{html, prelude::*, server_fn::codec::MultipartData, web_sys::FormData};
use ui::{
    Button, ButtonKind, Card, Column, FileField, Glyph, Notice, Page, Resource, Table, Tone, Width, cell,
};

use super::frame::loaded;
use crate::{
    api,
    model::{ImportReport, StaffRow},
};

/// `/admin/staff-import`
pub fn page() -> AnyView {
    // Whether one may import is said before a file is chosen.
    let allowed = Resource::new(|| (), |()| api::may_import_staff());
    loaded(allowed, |_allowed: bool| view! { <Import/> }.into_any())
}

#[component]
fn Import() -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    let action = Action::new_local(move |apply: &bool| {
        let apply = *apply;
        let data = form
            .get_untracked()
            .and_then(|form| FormData::new_with_form(&form).ok());
        async move {
            let Some(data) = data else {
                return Ok(ImportReport::default());
            };
            // A form's data takes any text.
            let _taken = data.set_with_str("apply", if apply { "true" } else { "false" });
            api::import_staff(MultipartData::from(data)).await
        }
    });
    let value = action.value();
    let ready = move || {
        value.with(|value| matches!(value, Some(Ok(report)) if report.faults.is_empty() && !report.applied))
    };
    view! {
        <Page title="导入工作人员" width=Width::Wide above=vec![("我的".to_owned(), "/me".to_owned())]>
            <div class="stack loose">
                <Card title="文件">
                    <p>{format!("CSV，UTF-8 或 GB18030。第 1 行是：{}。", StaffRow::COLUMNS.join("，"))}</p>
                    <p class="quiet">"先检查，不改动任何东西；全部没有问题才能导入，要么全部导入，要么都不导入。"</p>
                    <form class="form" node_ref=form method="post" enctype="multipart/form-data" action="/api/v1/accounts/admin/staff"
                        on:submit=move |event| {
                            event.prevent_default();
                            action.dispatch_local(false);
                        }
                    >
                        <FileField name="file" label="工作人员名单" accept=".csv,text/csv"/>
                        <div class="buttons">
                            <Button kind=ButtonKind::Plain submit=true busy=action.pending()>"检查"</Button>
                            <Show when=ready>
                                <Button icon=Glyph::Upload busy=action.pending()
                                    on_click=Callback::new(move |_| { action.dispatch_local(true); })>"导入"</Button>
                            </Show>
                        </div>
                    </form>
                </Card>
                {move || value.get().map(|result| match result {
                    Ok(report) => view! { <Report report/> }.into_any(),
                    Err(error) => view! { <Notice tone=Tone::Late live=true>{error.message()}</Notice> }.into_any(),
                })}
            </div>
        </Page>
    }
}

#[component]
fn Report(report: ImportReport) -> impl IntoView {
    let counts = format!(
        "{} 行：新账号 {} 个，新角色 {} 个，不用改 {} 个。",
        report.lines, report.new_accounts, report.new_roles, report.unchanged
    );
    if report.faults.is_empty() {
        let (tone, title) = if report.applied {
            (Tone::Done, "已导入")
        } else {
            (Tone::Go, "检查过了，没有问题")
        };
        return view! { <Notice tone title=title live=true>{counts}</Notice> }.into_any();
    }
    let rows = report
        .faults
        .into_iter()
        .map(|fault| {
            vec![
                cell(format!("第 {} 行", fault.line)),
                cell(fault.field),
                cell(fault.reason),
            ]
        })
        .collect::<Vec<_>>();
    let columns = vec![
        Column::text("哪一行"),
        Column::text("哪一列"),
        Column::text("怎么了"),
    ];
    view! {
        <Notice tone=Tone::Late title="有问题，什么都没有导入" live=true>{counts}</Notice>
        <Table caption="要改的地方" columns rows/>
    }
    .into_any()
}
