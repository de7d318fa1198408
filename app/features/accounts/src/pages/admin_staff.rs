//! Importing staff from a file.

use std::time::Duration;

use futures::future::{AbortHandle, abortable};
use leptos::{
    html,
    prelude::*,
    server_fn::{ServerFn, codec::MultipartData},
    task::spawn_local,
    web_sys::FormData,
};
use shared::AppError;
use ui::{
    Button, ButtonKind, Card, Column, FileField, Glyph, Icon, Notice, Page, Progress, Resource, Table, Tone,
    Width, cell,
    returned::{answer_to, refusal_of},
};

use super::frame::loaded;
use crate::{
    api,
    model::{ImportReport, StaffRow},
};

/// A short check shows no progress, and what stops it does not appear under the second press of a double click.
const PATIENCE: Duration = Duration::from_millis(800);

/// `/admin/staff-import`
pub fn page() -> AnyView {
    // Whether one may import is said before a file is chosen.
    let allowed = Resource::new(|| (), |()| api::may_import_staff());
    loaded(allowed, |_allowed: bool| view! { <Import/> }.into_any())
}

/// What came of the file that was sent without script.
fn before() -> Option<Result<ImportReport, AppError>> {
    let path = api::ImportStaff::PATH;
    refusal_of(path).map(Err).or_else(|| answer_to(path, "").map(Ok))
}

#[component]
fn Import() -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    // Signals instead of an action: what a form's data is sent by stays in its thread, and the server drops its pages in any.
    let (value, pending) = (RwSignal::new(None), RwSignal::new(false));
    // Whether it takes long enough to be told of, and whether what was stopped was to be applied.
    let (long, stopped) = (RwSignal::new(false), RwSignal::new(None::<bool>));
    let running = StoredValue::new(None::<AbortHandle>);
    let runs = StoredValue::new(0_u32);
    // Whoever does not wait for the answer any more closes the connection, and with it the work ends.
    let stop = move || {
        if let Some(handle) = running.try_update_value(Option::take).flatten() {
            handle.abort();
        }
    };
    on_cleanup(stop);
    let send = move |apply: bool| {
        let data = form
            .get_untracked()
            .and_then(|form| FormData::new_with_form(&form).ok());
        let (Some(data), false) = (data, pending.get_untracked()) else {
            return;
        };
        // A form's data takes any text.
        let _taken = data.set_with_str("apply", if apply { "true" } else { "false" });
        pending.set(true);
        long.set(false);
        stopped.set(None);
        let mine = runs.get_value().wrapping_add(1);
        runs.set_value(mine);
        set_timeout(
            move || {
                if runs.try_get_value() == Some(mine) {
                    long.set(true);
                }
            },
            PATIENCE,
        );
        let (work, handle) = abortable(api::import_staff(MultipartData::from(data)));
        running.set_value(Some(handle));
        spawn_local(async move {
            let came = work.await;
            // The page may have been left meanwhile.
            _ = pending.try_set(false);
            match came {
                Ok(came) => _ = value.try_set(Some(came)),
                Err(_) => _ = stopped.try_set(Some(apply)),
            }
        });
    };
    let before = before();
    // Without script a file has to be chosen again.
    let again = matches!(&before, Some(Ok(report)) if report.is_ready());
    let came = Signal::derive(move || value.get().or_else(|| before.clone()));
    let ready = move || came.with(|came| matches!(came, Some(Ok(report)) if report.is_ready()));
    let error = Signal::derive(move || {
        came.with(|came| match came {
            Some(Err(error)) => error.for_field("file").next().map(ToOwned::to_owned),
            _ => None,
        })
    });
    view! {
        <Page title="导入工作人员" width=Width::Wide above=vec![("我的".to_owned(), "/me".to_owned())]>
            <div class="stack loose">
                <Card title="文件">
                    <p>{format!("CSV，UTF-8 或 GB18030。第 1 行是：{}。", StaffRow::COLUMNS.join("，"))}</p>
                    <p class="quiet">"先检查，不改动任何东西；全部没有问题才能导入，要么全部导入，要么都不导入。"</p>
                    <form class="form" node_ref=form method="post" enctype="multipart/form-data" action=api::ImportStaff::PATH
                        on:submit=move |event| {
                            event.prevent_default();
                            send(false);
                        }
                    >
                        <FileField name="file" label="工作人员名单" accept=".csv,text/csv" error/>
                        {again.then(|| view! { <p class="quiet">"导入时请再选一次同一个文件。"</p> })}
                        <div class="buttons">
                            <Button kind=ButtonKind::Plain submit=true busy=pending>"检查"</Button>
                            <Show when=ready>
                                <button class="button" type="submit" name="apply" value="true" aria-busy=move || pending.get().then_some("true")
                                    on:click=move |event| {
                                        event.prevent_default();
                                        send(true);
                                    }
                                ><Icon name=Glyph::Upload/>"导入"</button>
                            </Show>
                        </div>
                        <Show when=move || long.get() && pending.get()>
                            <Progress label="正在上传和处理……" part=Signal::stored(None) on_cancel=move |()| stop()/>
                        </Show>
                        {move || stopped.get().map(|apply| view! { <Notice live=true>{stopped_words(apply)}</Notice> })}
                    </form>
                </Card>
                {move || came.get().map(|result| match result {
                    Ok(report) => view! { <Report report/> }.into_any(),
                    Err(error) => view! { <Notice tone=Tone::Late live=true>{error.message()}</Notice> }.into_any(),
                })}
            </div>
        </Page>
    }
}

/// Where it was stopped cannot be known from here: it may have been over just then.
const fn stopped_words(apply: bool) -> &'static str {
    if apply {
        "已经停下。请再检查一次：如果都算在“不用改”里，就是停下以前已经导入了。"
    } else {
        "已经停下，什么也没有改。"
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
    let more = report.more_faults;
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
        {(more > 0).then(|| view! { <p>{format!("还有 {more} 处没有列出。请先改上面的，再检查一次。")}</p> })}
    }
    .into_any()
}
