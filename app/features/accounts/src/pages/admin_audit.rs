//! The audit log.

use leptos::prelude::*;
use shared::Page as Rows;
use ui::{
    Button, ButtonKind, Card, Column, Empty, Field, FieldKind, Glyph, Page, Pager, Resource, Table, Width,
    cell,
};

use super::frame::{loaded, query};
use crate::{api, model::AuditRow};

/// `/admin/audit`
pub fn page() -> AnyView {
    let (action, phone, from, to, after) = (
        query("action"),
        query("phone"),
        query("from"),
        query("to"),
        query("after"),
    );
    let asked = move || (action.get(), phone.get(), from.get(), to.get(), after.get());
    let rows = Resource::new(asked, |(action, phone, from, to, after)| {
        api::audit_log(action, phone, from, to, after)
    });
    loaded(rows, move |page: Rows<AuditRow>| {
        let filter = move || {
            format!(
                "action={}&phone={}&from={}&to={}",
                action.get_untracked(),
                phone.get_untracked(),
                from.get_untracked(),
                to.get_untracked()
            )
        };
        let onward = page
            .next
            .map(|next| format!("/admin/audit?{}&after={next}", filter()));
        let empty = page.rows.is_empty();
        let columns = ["时间", "谁", "做了什么", "为什么", "追踪号"]
            .map(Column::text)
            .to_vec();
        let rows = page.rows.into_iter().map(cells).collect::<Vec<_>>();
        view! {
            <Page title="审计日志" width=Width::Wide>
                <div class="stack loose">
                    <Card title="筛选">
                        <form class="form" method="get" action="/admin/audit">
                            <div class="fields-2">
                                <Field name="action" label="动作以什么开头" hint="例如 accounts.role。" value=action.get_untracked() optional=true/>
                                <Field name="phone" label="谁的手机号" kind=FieldKind::Tel value=phone.get_untracked() optional=true autocomplete="off"/>
                                <Field name="from" label="从哪天" kind=FieldKind::Date value=from.get_untracked() optional=true/>
                                <Field name="to" label="到哪天" kind=FieldKind::Date value=to.get_untracked() optional=true/>
                            </div>
                            <div class="buttons">
                                <Button submit=true>"筛选"</Button>
                                <Button kind=ButtonKind::Plain icon=Glyph::Download external=true href=format!("/admin/audit/export?{}", filter())>"导出 CSV"</Button>
                            </div>
                        </form>
                    </Card>
                    {if empty {
                        view! { <Empty icon=Glyph::History title="没有符合的记录"/> }.into_any()
                    } else {
                        view! { <Table caption="审计日志，新的在前" columns rows/> }.into_any()
                    }}
                    {onward.map(|onward| view! { <Pager onward=onward/> })}
                </div>
            </Page>
        }
        .into_any()
    })
}

fn cells(row: AuditRow) -> Vec<AnyView> {
    vec![
        cell(row.at.zh()),
        cell(row.who),
        cell(row.action),
        cell(row.reason),
        cell(view! { <code>{row.trace}</code> }),
    ]
}
