//! What is published, on the page of what was reported: narrowed by place, state, kind, category and words, and the ways out of it: the map, the
//! figures, the data.

use leptos::prelude::*;
use leptos_router::location::Url;
use ui::{
    Button, ButtonKind, Card, Choice, Empty, Glyph, List, ListRow, SearchBox, Select, viewer::use_viewer,
};

use super::{frame::Standing, list::pager};
use crate::{
    PUBLIC_LAYER,
    model::{Kind, PublicFilter, PublicPage, PublicRow},
};

const HERE: &str = "/reports";
/// The code length of a district, which owns a deployment.
const DISTRICT: usize = 6;

/// What an address says of a filter, after what it begins with, from the beginning of the list.
fn asked(filter: &PublicFilter, names: &[&str]) -> String {
    [
        ("node", filter.node.as_str()),
        ("state", filter.state()),
        ("kind", filter.kind()),
        ("category", filter.category()),
        ("q", filter.q.as_str()),
    ]
    .into_iter()
    .filter(|(name, value)| names.contains(name) && !value.is_empty())
    .map(|(name, value)| format!("&{name}={}", Url::escape(value)))
    .collect()
}

/// The list's address with a filter.
fn address(filter: &PublicFilter) -> String {
    let asked = asked(filter, &["node", "state", "kind", "category", "q"]);
    format!("{HERE}?show=public{asked}")
}

/// The map with the same on it: of the place that is asked for, or where the viewer is at home, or of the district of what is listed.
fn map(filter: &PublicFilter, home: Option<String>, listed: Option<&PublicRow>) -> String {
    let node = Some(filter.node.trim().to_owned()).filter(|node| !node.is_empty());
    let district = listed.and_then(|row| row.place.code.get(..DISTRICT));
    let Some(code) = node.or(home).or_else(|| district.map(str::to_owned)) else {
        return "/map".to_owned();
    };
    let only = filter.only();
    let only = if only.is_empty() {
        only
    } else {
        format!("&only={only}")
    };
    format!("/map/{}?layers={}{only}", Url::escape(&code), PUBLIC_LAYER.code)
}

/// Where the same is had as data, which knows a state and a category and nothing else of it.
fn data(kind: &str, filter: &PublicFilter) -> String {
    let status = match filter.state() {
        "open" => "&status=open",
        "ended" => "&status=closed",
        _ => "",
    };
    let mut told = asked(filter, &["node", "category"]);
    told.push_str(status);
    format!("/open/reports.{kind}?{}", told.trim_start_matches('&'))
}

#[component]
pub fn Published(page: PublicPage, filter: PublicFilter) -> impl IntoView {
    let home = use_viewer().actor.and_then(|actor| {
        actor
            .home()
            .map(|grant| (grant.code.clone(), grant.node_name.clone()))
    });
    let onward = page
        .rows
        .next
        .as_ref()
        .map(|next| format!("{}&after={}", address(&filter), Url::escape(next)));
    let back = (!filter.after.is_empty()).then(|| address(&filter));
    let map = map(
        &filter,
        home.as_ref().map(|(code, _)| code.clone()),
        page.rows.rows.first(),
    );
    let here = page.here.map(|here| (here.code, here.name)).or(home);
    let places = here.map(|(code, name)| {
        let places = vec![(String::new(), "所有地方".to_owned()), (code, name)];
        let place = |node: String| PublicFilter {
            node,
            ..filter.clone()
        };
        chips("按地方找", places, &filter.node, place)
    });
    let all = std::iter::once((String::new(), "全部".to_owned()));
    let category = |category: String| PublicFilter {
        category,
        ..filter.clone()
    };
    let categories = chips(
        "按类别找",
        all.chain(page.categories).collect(),
        &filter.category,
        category,
    );
    let listed = if page.rows.rows.is_empty() {
        view! { <Nothing filter=filter.clone()/> }.into_any()
    } else {
        let rows = page
            .rows
            .rows
            .into_iter()
            .map(|row| view! { <Row row/> })
            .collect_view();
        view! { <Card flush=true><List label="公开的事">{rows}</List></Card> }.into_any()
    };
    let data = [
        ("rss", "订阅（RSS）"),
        ("csv", "表格（CSV）"),
        ("geojson", "地图数据（GeoJSON）"),
    ]
    .into_iter()
    .map(|(kind, words)| {
        let href = data(kind, &filter);
        // A reader of feeds finds its feed by what the link is.
        let rel = if kind == "rss" {
            "external alternate"
        } else {
            "external"
        };
        let of = (kind == "rss").then_some("application/rss+xml");
        // Files, not pages: the browser itself goes there.
        view! { <a href=href rel=rel type=of>{words}</a> }
    })
    .collect_view();
    let kept = vec![
        ("show", "public".to_owned()),
        ("node", filter.node.clone()),
        ("state", filter.state().to_owned()),
        ("kind", filter.kind().to_owned()),
        ("category", filter.category.clone()),
    ];
    let words = filter.q.clone();
    view! {
        <SearchBox action=HERE label="在公开的事里找" placeholder="例如：路灯 不亮" value=words kept/>
        {places}
        {categories}
        <Narrow filter/>
        {listed}
        {pager(back, onward)}
        <p class="buttons"><Button kind=ButtonKind::Quiet icon=Glyph::Map href=map>"在地图上看"</Button>
            <Button kind=ButtonKind::Quiet icon=Glyph::Chart href="/reports/figures">"办得怎么样"</Button></p>
        <nav class="row wrap close small" aria-label="公开数据">
            {data}
            <a href="/open/licence.txt" rel="external">"怎么用这些数据"</a>
        </nav>
    }
}

/// Links to the same list narrowed to each of these.
fn chips(
    label: &'static str,
    choices: Vec<(String, String)>,
    now: &str,
    narrowed: impl Fn(String) -> PublicFilter,
) -> AnyView {
    let links = choices
        .into_iter()
        .map(|(code, words)| {
            let current = (code == now).then_some("true");
            let href = address(&narrowed(code));
            view! { <a class="chip" href=href aria-current=current>{words}</a> }
        })
        .collect_view();
    view! { <nav class="row wrap close" aria-label=label>{links}</nav> }.into_any()
}

/// How it stands and what it is: a form that works without script.
#[component]
fn Narrow(filter: PublicFilter) -> impl IntoView {
    let states = [("", "不限"), ("open", "在办的"), ("ended", "已结束的")]
        .map(|(value, label)| Choice::new(value, label))
        .to_vec();
    let kinds = std::iter::once(Choice::new("", "不限"))
        .chain(
            Kind::ALL
                .iter()
                .map(|kind| Choice::new(kind.code(), kind.label())),
        )
        .collect::<Vec<_>>();
    let (state, kind) = (filter.state(), filter.kind());
    let open = !state.is_empty() || !kind.is_empty();
    view! {
        <details class="fold" open=open>
            <summary>"筛选"</summary>
            <form class="form" method="get" action=HERE>
                <input type="hidden" name="show" value="public"/>
                <input type="hidden" name="node" value=filter.node/>
                <input type="hidden" name="category" value=filter.category/>
                <input type="hidden" name="q" value=filter.q/>
                <div class="fields-2">
                    <Select name="state" label="办到哪里" choices=states value=state optional=true/>
                    <Select name="kind" label="是什么" choices=kinds value=kind optional=true/>
                </div>
                <div class="buttons"><Button kind=ButtonKind::Plain submit=true icon=Glyph::Filter>"筛选"</Button></div>
            </form>
        </details>
    }
}

/// Why there is nothing, and the way back to all of it.
#[component]
fn Nothing(filter: PublicFilter) -> impl IntoView {
    let (title, detail) = if !filter.q.is_empty() {
        ("没有找到", "只在公开的内容里找。换个说法，或者少写几个字再试。")
    } else if asked(&filter, &["node", "state", "kind", "category"]).is_empty() {
        (
            "公开的事会列在这里",
            "反映人同意、工作人员看过以后，大家都能看到办到哪一步。",
        )
    } else {
        ("这里还没有公开的", "换个地方、类别或者条件看看。")
    };
    view! {
        <Empty icon=Glyph::List title detail>
            <Button kind=ButtonKind::Plain href="/reports?show=public">"看全部"</Button>
        </Empty>
    }
}

#[component]
fn Row(row: PublicRow) -> impl IntoView {
    let href = format!("/reports/{}", row.code);
    let met = match row.followers {
        0 => String::new(),
        n => format!(" · {n} 人也遇到"),
    };
    let (kind, at) = (row.kind.label(), row.at.zh_short());
    let detail = format!("{} · {kind} · {at}{met}", row.title);
    let (state, petition) = (row.state, row.petition);
    view! { <ListRow title=row.text detail href><Standing state petition/></ListRow> }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter() -> PublicFilter {
        PublicFilter {
            state: "ended".into(),
            category: "noise".into(),
            q: "a b".into(),
            ..PublicFilter::default()
        }
    }

    #[test]
    fn the_map_and_the_data_are_of_what_is_listed() {
        let none = PublicFilter::default();
        assert_eq!(map(&none, None, None), "/map");
        assert_eq!(
            map(&none, Some("320581001001".into()), None),
            "/map/320581001001?layers=public-matters"
        );
        let there = PublicFilter {
            node: "320581001".into(),
            ..filter()
        };
        assert_eq!(
            map(&there, Some("320581001001".into()), None),
            "/map/320581001?layers=public-matters&only=state.ended,category.noise"
        );
        assert_eq!(
            data("rss", &there),
            "/open/reports.rss?node=320581001&category=noise&status=closed"
        );
        assert_eq!(data("csv", &none), "/open/reports.csv?");
    }
}
