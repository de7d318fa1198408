//! The grids of a place: who holds which post, gaps and double posts, counted, filtered and page by page.

use leptos::prelude::*;
use leptos_router::location::Url;
use ui::{
    Badge, Card, Column, Empty, Glyph, List, ListRow, Pager, Tab, Table, Tabs, Tone, cell, loaded::query,
};

use crate::model::{GridRow, Holder, Overview, Show as Which};

#[component]
pub fn Grids(overview: Overview, place: String) -> impl IntoView {
    let Overview {
        show,
        counts,
        rows,
        parts,
    } = overview;
    let parts = (!parts.is_empty()).then(|| {
        let rows = parts
            .into_iter()
            .map(|part| view! { <ListRow icon=Glyph::Org title=part.name href=format!("/teams/{}", part.code)/> })
            .collect_view();
        view! { <Card title="下级" flush=true><List label="下级">{rows}</List></Card> }
    });
    if counts.grids == 0 && rows.rows.is_empty() {
        let none = parts.is_none().then(|| {
            view! { <Empty icon=Glyph::Map title="这里还没有网格" detail="网格登记以后，会列在这里。"/> }
        });
        return view! { {none} {parts} }.into_any();
    }
    let here = format!("/teams/{place}");
    let address = |which: Which| match which {
        Which::All => here.clone(),
        which => format!("{here}?show={}", which.code()),
    };
    let tabs = Which::ALL
        .iter()
        .map(|which| {
            Tab::new(
                format!("{} {}", which.label(), counts.of(*which)),
                address(*which),
                *which == show,
            )
        })
        .collect();
    let paged = !query("after").get_untracked().is_empty();
    let onward = rows
        .next
        .as_ref()
        .map(|next| format!("{here}?show={}&after={}", show.code(), Url::escape(next)));
    let back = paged.then(|| address(show));
    let pager = match (back, onward) {
        (None, None) => ().into_any(),
        (Some(back), Some(onward)) => view! { <Pager back onward/> }.into_any(),
        (Some(back), None) => view! { <Pager back/> }.into_any(),
        (None, Some(onward)) => view! { <Pager onward/> }.into_any(),
    };
    let body = if rows.rows.is_empty() {
        view! { <Empty icon=Glyph::Done title=fine(show) detail="可以看看别的。"/> }.into_any()
    } else {
        let columns = ["网格", "网格长", "专职网格员"].map(Column::text).to_vec();
        let rows = rows.rows.into_iter().map(row).collect();
        view! { <Table caption=show.label() columns rows/> }.into_any()
    };
    view! {
        <section class="stack">
            <h2>"各网格的队伍"</h2>
            <Tabs label="哪些网格" tabs/>
            {body}
            {pager}
        </section>
        {parts}
    }
    .into_any()
}

/// What it means that nothing is listed.
const fn fine(show: Which) -> &'static str {
    match show {
        Which::All => "没有更多网格了",
        Which::NoWorker => "每个网格都有专职网格员",
        Which::NoLead => "每个网格都有网格长",
        Which::Double => "没有人兼几个网格",
    }
}

fn row(row: GridRow) -> Vec<AnyView> {
    let href = format!("/teams/{}", row.code);
    vec![
        cell(view! { <a href=href>{row.name}</a> }),
        holders(row.leads),
        holders(row.workers),
    ]
}

fn holders(held: Vec<Holder>) -> AnyView {
    if held.is_empty() {
        return view! { <Badge tone=Tone::Late icon=Glyph::Warning>"还没有人"</Badge> }.into_any();
    }
    let held = held
        .into_iter()
        .map(|one| {
            let elsewhere = (one.elsewhere > 0).then(|| {
                let words = format!("还兼着 {} 个", one.elsewhere);
                view! { " " <Badge tone=Tone::Late icon=Glyph::Warning>{words}</Badge> }
            });
            let delegated = one
                .delegated
                .then(|| view! { " " <Badge tone=Tone::Due>"代班"</Badge> });
            view! { <span class="team-holder">{one.name}{delegated}{elsewhere}</span> }
        })
        .collect_view();
    held.into_any()
}
