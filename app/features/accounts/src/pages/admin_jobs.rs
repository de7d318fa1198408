//! Jobs that were given up.

use leptos::prelude::*;
use shared::Page as Rows;
use ui::{Button, ButtonKind, Card, Empty, Glyph, Page, Pager, Resource, Width};

use super::frame::{Done, loaded, query, trouble};
use crate::{api, model::DeadJobRow};

/// `/admin/jobs`
pub fn page() -> AnyView {
    let after = query("after");
    let rows = Resource::new(move || after.get(), api::dead_jobs);
    loaded(rows, |page: Rows<DeadJobRow>| {
        let action = ServerAction::<api::DecideJob>::new();
        let onward = page.next.map(|next| format!("/admin/jobs?after={next}"));
        let empty = page.rows.is_empty();
        let rows = page
            .rows
            .into_iter()
            .map(|job| view! { <Job job action/> })
            .collect_view();
        view! {
            <Page title="失败的任务" width=Width::Wide>
                <div class="stack loose">
                    <Done/>
                    {trouble(action)}
                    {empty.then(|| view! { <Empty icon=Glyph::Done title="没有失败的任务" detail="多次重试仍不成功的任务会列在这里。"/> })}
                    {rows}
                    {onward.map(|onward| view! { <Pager onward=onward/> })}
                </div>
            </Page>
        }
        .into_any()
    })
}

#[component]
fn Job(job: DeadJobRow, action: ServerAction<api::DecideJob>) -> impl IntoView {
    let (again, never) = (job.id.to_string(), job.id.to_string());
    view! {
        <Card title=job.kind>
            <p>{format!("{} 放弃，试过 {} 次。", job.at.zh(), job.attempts)}</p>
            <p class="small"><code>{job.error}</code></p>
            <div class="buttons">
                <ActionForm action=action>
                    <input type="hidden" name="id" value=again/>
                    <Button submit=true icon=Glyph::Refresh>"再试一次"</Button>
                </ActionForm>
                <ActionForm action=action>
                    <input type="hidden" name="id" value=never/>
                    <input type="hidden" name="discard" value="true"/>
                    <Button kind=ButtonKind::Quiet submit=true>"不再试"</Button>
                </ActionForm>
            </div>
        </Card>
    }
}
