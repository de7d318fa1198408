//! The audit log.

use leptos::{context::Provider, prelude::*};
use shared::{AppError, Page as Rows, RecordId};
use ui::{
    Button, ButtonKind, Card, Column, Empty, ErrorSummary, Field, FieldKind, FormState, Glyph, Page, Pager,
    Resource, Table, Width, cell,
};

use super::frame::{loaded, query};
use crate::{api, model::AuditRow};

/// `/admin/audit`
pub fn page() -> AnyView {
    let (action, phone, record, from, to, after) = (
        query("action"),
        query("phone"),
        query("record"),
        query("from"),
        query("to"),
        query("after"),
    );
    let asked = move || {
        (
            action.get(),
            phone.get(),
            record.get(),
            from.get(),
            to.get(),
            after.get(),
        )
    };
    let rows = Resource::new(asked, |(action, phone, record, from, to, after)| {
        async move {
            // What is wrong with the filter is told beside its fields; that one may not be here is another page.
            match api::audit_log(action, phone, record, from, to, after).await {
                Ok(page) => Ok(Ok(page)),
                Err(error @ AppError::Invalid(_)) => Ok(Err(error)),
                Err(error) => Err(error),
            }
        }
    });
    loaded(rows, move |found: Result<Rows<AuditRow>, AppError>| {
        let error = found.as_ref().err().cloned();
        let well = error.is_none();
        let state = FormState {
            to: "/admin/audit",
            pending: Signal::stored(false),
            error: Signal::stored(error),
            prefix: StoredValue::new(String::new()),
        };
        let page = found.unwrap_or_else(|_| Rows {
            rows: Vec::new(),
            next: None,
        });
        let filter = move || {
            format!(
                "action={}&phone={}&record={}&from={}&to={}",
                action.get_untracked(),
                phone.get_untracked(),
                record.get_untracked(),
                from.get_untracked(),
                to.get_untracked()
            )
        };
        let onward = page
            .next
            .map(|next| format!("/admin/audit?{}&after={next}", filter()));
        let empty = page.rows.is_empty();
        let columns = ["时间", "谁", "做了什么", "哪条记录", "为什么", "设备", "追踪号"]
            .map(Column::text)
            .to_vec();
        let rows = page.rows.into_iter().map(cells).collect::<Vec<_>>();
        view! {
            <Page title="审计日志" width=Width::Wide>
                <div class="stack loose">
                    <Card title="筛选">
                        <Provider value=state>
                            <form class="form" method="get" action="/admin/audit">
                                <ErrorSummary/>
                                <div class="fields-2">
                                    <Field name="action" label="动作以什么开头" hint="例如 accounts.role。" value=action.get_untracked() optional=true/>
                                    <Field name="phone" label="谁的手机号" kind=FieldKind::Tel value=phone.get_untracked() optional=true autocomplete="off"/>
                                    <Field name="record" label="哪条记录" hint="记录号，点日志里的“只看这条记录”就会填上。" value=record.get_untracked() optional=true autocomplete="off"/>
                                    <Field name="from" label="从哪天" kind=FieldKind::Date value=from.get_untracked() optional=true/>
                                    <Field name="to" label="到哪天" kind=FieldKind::Date value=to.get_untracked() optional=true/>
                                </div>
                                <div class="buttons">
                                    <Button submit=true>"筛选"</Button>
                                    {well.then(|| view! {
                                        <Button kind=ButtonKind::Plain icon=Glyph::Download external=true href=format!("/admin/audit/export?{}", filter())>"导出 CSV"</Button>
                                    })}
                                </div>
                            </form>
                        </Provider>
                    </Card>
                    {if !well {
                        ().into_any()
                    } else if empty {
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
    let why = match row.words {
        Some(words) if row.reason.is_empty() => words,
        Some(words) => format!("{}：{words}", row.reason),
        None => row.reason,
    };
    vec![
        cell(row.at.zh()),
        cell(row.who),
        action(row.called, row.action),
        record(row.kind, row.record),
        cell(why),
        row.device.map_or_else(nothing, |device| id(device.to_string())),
        id(row.trace),
    ]
}

/// What was done, in words and by its code, which is what the filter takes.
fn action(called: Option<String>, code: String) -> AnyView {
    match called {
        Some(called) => cell(view! { <div><span>{called}</span>" "<code class="id">{code}</code></div> }),
        None => id(code),
    }
}

/// An empty cell has no text at all: a phone leaves it out.
fn nothing() -> AnyView {
    ().into_any()
}

/// What is long and has nowhere to break.
fn id(text: String) -> AnyView {
    cell(view! { <code class="id">{text}</code> })
}

/// The kind of the record and its number, which leads to all that was done with it.
fn record(kind: String, record: Option<RecordId>) -> AnyView {
    let Some(record) = record else {
        return cell(kind);
    };
    cell(view! {
        <div>
            <span>{kind}</span>" "<code class="id">{record.to_string()}</code>
            <p><a href=format!("/admin/audit?record={record}") aria-label=format!("只看这条记录：{record}")>"只看这条记录"</a></p>
        </div>
    })
}
