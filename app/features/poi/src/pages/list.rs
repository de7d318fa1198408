//! `/places`: where things are, by kind, by name, or by how near they are.

use leptos::prelude::*;
use leptos_router::location::Url;
use shared::Permission;
use ui::{
    Button, ButtonKind, Card, Empty, Glyph, List, ListRow, Page, Pager, Resource, SearchBox,
    live::{use_events, use_reset, work_topics},
    loaded::{loaded, query},
};

use super::nearby::Nearby;
use crate::{
    api,
    model::{Kind, ListPage, Row, distance},
};

pub fn page() -> AnyView {
    let (node, kind, q, after) = (query("node"), query("kind"), query("q"), query("after"));
    let shown = Resource::new(
        move || (node.get(), kind.get(), q.get(), after.get()),
        |(node, kind, q, after)| api::list(node, kind, q, after),
    );
    // A camera is told of to those who work there.
    let mut topics = work_topics(Permission::StaffView);
    topics.push("poi".to_owned());
    use_events(topics, move |event| {
        if event.kind.starts_with("poi.point.") {
            shown.refetch();
        }
    });
    use_reset(move || shown.refetch());
    loaded(shown, move |page: ListPage| {
        let kind = kind.get_untracked().parse::<Kind>().ok();
        view! { <Places page kind q=q.get_untracked()/> }.into_any()
    })
}

pub const fn glyph(kind: Kind) -> Glyph {
    match kind {
        Kind::Centre | Kind::Venue => Glyph::Building,
        Kind::Health => Glyph::Add,
        Kind::Meals => Glyph::Clock,
        Kind::PartyHome => Glyph::Home,
        Kind::Charger => Glyph::Car,
        Kind::Hydrant => Glyph::Drop,
        Kind::Camera => Glyph::Camera,
    }
}

/// A list of points, each a link.
pub fn rows(label: &'static str, rows: Vec<Row>) -> impl IntoView + use<> {
    let rows = rows
        .into_iter()
        .map(|row| {
            let href = format!("/places/point?id={}", row.id);
            let away = row
                .metres
                .map(|metres| format!("{}，", distance(metres)))
                .unwrap_or_default();
            let hours = if row.hours.is_empty() {
                String::new()
            } else {
                format!(" · {}", row.hours)
            };
            let detail = format!("{away}{} · {}{hours}", row.kind.label(), row.unit);
            view! { <ListRow icon=glyph(row.kind) title=row.name detail href/> }
        })
        .collect_view();
    view! { <List label=label>{rows}</List> }
}

#[component]
fn Places(page: ListPage, kind: Option<Kind>, q: String) -> impl IntoView {
    let node = page
        .here
        .as_ref()
        .map(|here| here.code.clone())
        .unwrap_or_default();
    let eyebrow = page
        .here
        .as_ref()
        .map(|here| here.name.clone())
        .unwrap_or_default();
    let address = {
        let node = node.clone();
        move |kind: Option<Kind>| match kind {
            Some(kind) => format!("/places?node={node}&kind={}", kind.code()),
            None => format!("/places?node={node}"),
        }
    };
    let all = page.kinds.iter().map(|(_, n)| n).sum::<i64>();
    let chips = std::iter::once((None, format!("全部 {all}")))
        .chain(
            page.kinds
                .iter()
                .map(|(kind, n)| (Some(*kind), format!("{} {n}", kind.label()))),
        )
        .map(|(one, label)| {
            let (href, current) = (address(one), (one == kind).then_some("true"));
            view! { <a class="chip" href=href aria-current=current>{label}</a> }
        })
        .collect_view();
    let nothing = page.rows.rows.is_empty();
    let looked = !q.is_empty() || kind.is_some();
    let code = kind.map_or("", Kind::code).to_owned();
    let onward = page.rows.next.as_ref().map(|next| {
        format!(
            "{}&q={}&after={}",
            address(kind),
            Url::escape(&q),
            Url::escape(next)
        )
    });
    let kept = vec![("node", node), ("kind", code.clone())];
    let listed = if nothing {
        let (title, detail) = if looked {
            ("没有找到", "换个名字，或者看看全部。")
        } else {
            ("这里还没有登记点位", "网格员登记以后，这里会列出来。")
        };
        view! { <Empty icon=Glyph::Pin title detail/> }.into_any()
    } else {
        view! { <Card flush=true>{rows("点位", page.rows.rows)}</Card> }.into_any()
    };
    view! {
        <Page title="身边的点位" eyebrow>
            <div class="stack loose">
                <SearchBox action="/places" label="找一个点位" placeholder="例如：助餐、充电" value=q kept/>
                <nav class="row wrap close" aria-label="按种类找">{chips}</nav>
                <Nearby kind=code/>
                {listed}
                {onward.map(|onward| view! { <Pager onward/> })}
                {page.may_edit.then(|| view! {
                    <p class="buttons">
                        <Button kind=ButtonKind::Plain icon=Glyph::Add href="/places/edit">"登记一个点位"</Button>
                        <Button kind=ButtonKind::Plain icon=Glyph::Image href="/places/photos">"待审核的照片"</Button>
                    </p>
                })}
            </div>
        </Page>
    }
}
