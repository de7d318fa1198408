//! `/teams/CODE`: the team of a grid or a community, and the grids of what is above. It changes entry by entry while one reads or
//! types: what others do meanwhile takes nobody's words.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_params_map;
use orgs::model::NodeKind;
use shared::AppError;
use ui::{
    Button, ButtonKind, Card, Empty, Glyph, Icon, List, ListRow, Notice, Page, Resource, Tone, Width,
    live::{use_events, use_reset},
    loaded::{loaded, query},
};

use super::{form::Add, member::MemberCard, overview::Grids};
use crate::{
    api,
    model::{HandoverState, Post, TeamPage, TeamsPage},
};

/// `/teams/:code`
pub fn page() -> AnyView {
    let params = use_params_map();
    let code = Memo::new(move |_| params.with(|params| params.get("code").unwrap_or_default()));
    let (on, show, after) = (query("on"), query("show"), query("after"));
    let asked = move || (code.get(), on.get(), show.get(), after.get());
    let first = Resource::new(asked, |(code, on, show, after)| fetch(code, on, show, after));
    // What is shown, once it is there: looked at again in place, not as a page anew.
    let current: StoredValue<Option<RwSignal<TeamsPage>>> = StoredValue::new(None);
    let look = move || {
        let asked = untrack(asked);
        spawn_local(async move {
            let (code, on, show, after) = asked.clone();
            let page = fetch(code.clone(), on, show, after).await;
            let here = params.try_with_untracked(|params| params.get("code").unwrap_or_default());
            if let (Ok((page, _)), Some(here), Some(Some(shown))) = (page, here, current.try_get_value())
                && here == code
            {
                _ = shown.try_set(page);
            }
        });
    };
    let topics = RwSignal::new(Vec::<String>::new());
    use_events(topics, move |event| {
        if event.kind.starts_with("teams.") || event.kind.starts_with("accounts.role") {
            look();
        }
    });
    use_reset(look);
    loaded(first, move |(page, wrong): (TeamsPage, Option<WrongDay>)| {
        let topic = page.team.as_ref().and_then(|team| team.topic.clone());
        Effect::new(move |_| topics.set(topic.clone().into_iter().collect()));
        let shown = RwSignal::new(page);
        current.set_value(Some(shown));
        view! { <Shown shown wrong look=Callback::new(move |()| look())/> }.into_any()
    })
}

/// A day that was asked for and cannot be shown, and why.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
struct WrongDay {
    typed: String,
    why: String,
}

/// The page of the day `on`. Of one that there is none for, today's, and what is wrong with it, to be told beside its field.
async fn fetch(
    code: String,
    on: String,
    show: String,
    after: String,
) -> Result<(TeamsPage, Option<WrongDay>), AppError> {
    let why = match api::page(code.clone(), on.clone(), show.clone(), after.clone()).await {
        Ok(page) => return Ok((page, None)),
        Err(error) => {
            let why: String = error.for_field("on").collect();
            if why.is_empty() {
                return Err(error);
            }
            why
        }
    };
    let page = api::page(code, String::new(), show, after).await?;
    Ok((page, Some(WrongDay { typed: on, why })))
}

#[component]
fn Shown(shown: RwSignal<TeamsPage>, wrong: Option<WrongDay>, look: Callback<()>) -> impl IntoView {
    let page = shown.get_untracked();
    let kind = page.here.kind;
    let above = page.team.as_ref().and_then(|team| team.above.clone());
    let eyebrow = match &above {
        Some(above) => format!("{} · {}", above.name, kind.label()),
        None => kind.label().to_owned(),
    };
    let staff = page.team.as_ref().is_none_or(|team| team.staff);
    let above = above
        .filter(|_| staff)
        .map(|above| (format!("{}的队伍", above.name), format!("/teams/{}", above.code)));
    let title = if page.team.is_some() {
        format!("{}的队伍", page.here.name)
    } else {
        format!("{}的网格队伍", page.here.name)
    };
    let team = page.team.is_some();
    let overview = move || shown.with(|page| page.overview.clone());
    let place = page.here.code.to_string();
    view! {
        <Page title eyebrow above=above.into_iter().collect() width=Width::Wide>
            <div class="stack loose">
                <Done/>
                {team.then(|| view! { <Team shown wrong look kind/> })}
                {move || overview().map(|overview| view! { <Grids overview place=place.clone()/> })}
            </div>
        </Page>
    }
}

/// What was just done, told by `?done=…`.
#[component]
fn Done() -> impl IntoView {
    let done = query("done");
    let words = move || {
        Some(match done.get().as_str() {
            "added" => "已登记到队伍里。",
            "saved" => "已保存。",
            "ended" => "已记下最后一天。以前的队伍里还能看到。",
            "removed" => "已删掉，姓名和电话都没有留下。",
            _ => return None,
        })
    };
    move || words().map(|words| view! { <Notice tone=Tone::Done live=true>{words}</Notice> })
}

#[component]
fn Team(
    shown: RwSignal<TeamsPage>,
    wrong: Option<WrongDay>,
    look: Callback<()>,
    kind: NodeKind,
) -> impl IntoView {
    // The page is of this place as long as it stands, and a place with a team keeps it.
    let Some(first) = shown.with_untracked(|page| page.team.clone()) else {
        return ().into_any();
    };
    let code = StoredValue::new(first.here.code.to_string());
    let past = first.is_past();
    let then = past.then(|| then(&first));
    let (staff, may_keep, may_hand_over) =
        (first.staff, first.may_keep && !past, first.may_hand_over && !past);
    let gaps = staff && !past && kind == NodeKind::Grid;
    let nobody = move || shown.with(|page| page.team.as_ref().is_none_or(|team| team.members.is_empty()));
    let words = if staff {
        "民警、物业这些管全部网格的，登记在这里，每个网格都能看到。"
    } else {
        "还没有公开的联系人。有事可以到社区，或者打社区的电话。"
    };
    let empty = move || {
        (!gaps && nobody()).then(|| view! { <Empty icon=Glyph::People title="还没有登记" detail=words/> })
    };
    let posts = Post::ALL
        .iter()
        .filter(|post| staff || post.may_be_shown())
        .map(|post| {
            let post = *post;
            let members = Memo::new(move |_| {
                shown.with(|page| {
                    let team = page.team.as_ref();
                    team.map(|team| team.of(post).cloned().collect::<Vec<_>>())
                        .unwrap_or_default()
                })
            });
            let any = Memo::new(move |_| members.with(|members| !members.is_empty()));
            view! {
                <Show when=move || gaps || any.get()>
                    <section class="stack">
                        <h2>{post.label()}</h2>
                        <ul class="team" role="list">
                            <For each=move || members.get() key=|member| format!("{member:?}") let:member>
                                <MemberCard member code=code.get_value() staff may_keep may_hand_over look/>
                            </For>
                            <Show when=move || gaps && !any.get()>
                                <Gap post code=code.get_value() may_keep/>
                            </Show>
                        </ul>
                    </section>
                </Show>
            }
        })
        .collect_view();
    view! {
        {then}
        {(!staff).then(|| view! { <p class="quiet">"有事找他们，点一下就能打电话。急事请打 110、119、120。"</p> })}
        {empty}
        {posts}
        {may_keep.then(|| view! { <Add code=code.get_value() kind look/> })}
        {staff.then(|| view! { <Handovers shown/> })}
        {staff.then(|| view! { <OtherDay code=code.get_value() on=first.on.to_string() today=first.today.to_string() wrong/> })}
    }
    .into_any()
}

/// That what is shown is past.
fn then(team: &TeamPage) -> AnyView {
    let words = match team.ended {
        Some(ended) => format!("{}从 {} 起已经撤销了。", team.here.name, ended.zh()),
        None => format!("这是 {} 的队伍，只能看。", team.on.zh()),
    };
    let href = format!("/teams/{}", team.here.code);
    let back = (team.on != team.today).then(|| view! { " " <a href=href>"看现在"</a> });
    view! { <Notice tone=Tone::Due>{words}{back}</Notice> }.into_any()
}

/// Where nobody is, and what to do about it.
#[component]
fn Gap(post: Post, code: String, may_keep: bool) -> impl IntoView {
    let href = format!("/teams/{code}?add={}#add", post.code());
    view! {
        <li class="team-member gap">
            <p class="row close"><b>"还没有人"</b></p>
            <p class="small quiet">{post.missing()}</p>
            {may_keep.then(|| view! {
                <Button kind=ButtonKind::Plain icon=Glyph::Add href>{format!("登记{}", post.label())}</Button>
            })}
        </li>
    }
}

/// Handovers to come and those of late.
#[component]
fn Handovers(shown: RwSignal<TeamsPage>) -> impl IntoView {
    move || {
        let rows = shown.with(|page| {
            page.team
                .as_ref()
                .map(|team| team.handovers.clone())
                .unwrap_or_default()
        });
        (!rows.is_empty()).then(|| {
            let rows = rows
                .into_iter()
                .map(|row| {
                    let when = match row.state {
                        HandoverState::Planned => format!("{} 交接", row.on.zh()),
                        state => format!("{} · {}", row.on.zh(), state.label()),
                    };
                    let title = format!("{}：{} 交给 {}", row.role.label(), row.from, row.to);
                    view! { <ListRow icon=Glyph::Share title detail=when href=format!("/handovers/{}", row.id)/> }
                })
                .collect_view();
            view! { <Card title="交接" flush=true><List label="交接">{rows}</List></Card> }
        })
    }
}

#[component]
fn OtherDay(code: String, on: String, today: String, wrong: Option<WrongDay>) -> impl IntoView {
    let open = on != today || wrong.is_some();
    let (on, why) = wrong.map_or((on, None), |wrong| (wrong.typed, Some(wrong.why)));
    let described = why.is_some().then_some("team-on-error");
    let invalid = why.is_some().then_some("true");
    view! {
        <details class="fold" open=open>
            <summary>"看以前的队伍"</summary>
            <form class="row wrap" method="get" action=format!("/teams/{code}")>
                <label for="team-on">"看哪一天"</label>
                <input class="input" id="team-on" type="date" name="on" value=on max=today required=true
                    aria-invalid=invalid aria-describedby=described/>
                {why.map(|why| view! {
                    <div class="field"><p class="error" id="team-on-error"><Icon name=Glyph::Error/><span>{why}</span></p></div>
                })}
                <Button kind=ButtonKind::Plain submit=true icon=Glyph::History>"看那天的队伍"</Button>
            </form>
        </details>
    }
}
