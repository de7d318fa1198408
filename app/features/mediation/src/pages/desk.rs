//! `/admin/mediation`: how many mediations there are, for those who oversee, and what waits at one's post. Nothing else of any.

use leptos::prelude::*;
use shared::Permission;
use ui::{
    Button, ButtonKind, Card, Column, Empty, Glyph, List, Page, Resource, Table, Width, cell,
    live::{use_events, use_reset, work_topics},
};

use super::frame::{loaded, rows, state_words};
use crate::{api, model::DeskPage};

pub fn page() -> AnyView {
    let shown = Resource::new(|| (), |()| api::get_desk());
    use_events(work_topics(Permission::MediationCount), move |event| {
        if event.kind.starts_with("mediation.") {
            shown.refetch();
        }
    });
    use_reset(move || shown.refetch());
    loaded(shown, move |page: DeskPage| view! { <Shown page/> }.into_any())
}

#[component]
fn Shown(page: DeskPage) -> impl IntoView {
    let now = page.now;
    let all: i64 = page.counts.iter().map(|count| count.cases).sum();
    let table: Vec<Vec<AnyView>> = page
        .counts
        .iter()
        .map(|count| {
            vec![
                cell(state_words(count.state)),
                cell(format!("{} 件", count.cases)),
            ]
        })
        .collect();
    let columns = ["到哪一步", "件数"].map(Column::text).to_vec();
    let waiting = if page.waiting.is_empty() {
        view! { <Empty icon=Glyph::Agree title="没有等人接手的" detail="有人申请调解，由岗位上的人接手。"/> }
            .into_any()
    } else {
        view! { <List label="等您接手的">{rows(page.waiting, now)}</List> }.into_any()
    };
    view! {
        <Page title="人民调解" width=Width::Wide>
            <div class="stack loose">
                <Card title="等您接手的" flush=true>{waiting}</Card>
                <Card title=format!("一共 {all} 件")>
                    <p class="small">"这里只有件数。谁和谁、为了什么，只有当事人、调解员和经办人看得到。"</p>
                    <Table caption="各到哪一步" columns rows=table keep=true/>
                </Card>
                <div class="buttons">
                    <Button kind=ButtonKind::Plain icon=Glyph::Add href="/mediation/new">"登记一件申请"</Button>
                    <Button kind=ButtonKind::Plain icon=Glyph::Talk href="/mediation">"我参加的调解"</Button>
                </div>
            </div>
        </Page>
    }
}
