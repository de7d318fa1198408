//! `/me/household`: oneself and one's household, to be confirmed or corrected.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use ui::{
    Badge, Button, ButtonKind, Card, Empty, Field, FieldKind, Form, Glyph, List, ListRow, Notice, Page,
    Resource, Select, Submit, Tone, live, returned::was_refused, viewer::use_viewer,
};

use super::{
    frame::{Done, acting, changes, loaded, sexes, square_metres, trouble},
    mine_parts::{Account, CareCard, Held, Looks, Report},
    told::{Ask, Others},
};
use crate::{api, model::MyHousehold};

pub struct MineRoute;

#[lazy_route]
impl LazyRoute for MineRoute {
    // What this names is loaded with every page: all is made in `view`, which comes with this one.
    fn data() -> Self {
        Self
    }

    fn view(_page: Self) -> AnyView {
        let changes = changes();
        let shown = Resource::new(move || changes.get(), |_| api::get_mine());
        let user = use_viewer().actor.map(|actor| actor.user);
        let topics: Vec<String> = user.map(|user| format!("user/{user}")).into_iter().collect();
        live::use_events(topics, move |event| {
            if event.kind.starts_with("people.") || event.kind.starts_with("accounts.residency.") {
                shown.refetch();
            }
        });
        live::use_reset(move || shown.refetch());
        loaded(shown, move |mine: Option<MyHousehold>| match mine {
            Some(mine) => view! { <Mine mine/> }.into_any(),
            None => view! { <Nowhere/> }.into_any(),
        })
    }
}

fn crumbs() -> Vec<(String, String)> {
    vec![("我的".to_owned(), "/me".to_owned())]
}

#[component]
fn Nowhere() -> impl IntoView {
    view! {
        <Page title="我家的登记" above=crumbs()>
            <Empty icon=Glyph::Home title="还没有登记您住在哪一户" detail="登记住址，网格员核实以后，这里有您家的登记，可以核对。核实刚通过的，过一会儿再看。">
                <div class="buttons"><Button href="/me/home">"登记住址"</Button></div>
            </Empty>
        </Page>
    }
}

#[component]
fn Mine(mine: MyHousehold) -> impl IntoView {
    view! {
        <Page title="我家的登记" eyebrow=mine.grid.clone() above=crumbs()>
            <div class="stack loose">
                <Done/>
                <Ask mine=mine.clone()/>
                <Confirm mine=mine.clone()/>
                <Household mine=mine.clone()/>
                <Others entries=mine.entries.clone()/>
                <Oneself mine=mine.clone()/>
                <CareCard held=mine.care.clone()/>
                <Report written=mine.written.clone()/>
                <Held mine=mine.clone()/>
                <Looks looks=mine.looks/>
                <Account/>
            </div>
        </Page>
    }
}

#[component]
fn Confirm(mine: MyHousehold) -> impl IntoView {
    let action = acting::<api::ConfirmMine>();
    let before = mine.confirmed_at.map(|at| match &mine.confirmed_by {
        Some(acted) => format!("{acted} 在 {} 替您确认过。", at.zh()),
        None => format!("您在 {} 确认过。", at.zh()),
    });
    let words = before.unwrap_or_else(|| {
        "请看看下面登记得对不对。对的话点“都对”；不对的改一下，或者告诉网格员。".to_owned()
    });
    let confirmed = mine.confirmed_at.is_some();
    view! {
        {trouble(action)}
        <Card warm=!confirmed title="登记得对吗">
            <p>{words}</p>
            <ActionForm action=action>
                <input type="hidden" name="version" value=mine.version.to_string()/>
                <Button kind=if confirmed { ButtonKind::Plain } else { ButtonKind::Primary } submit=true icon=Glyph::Check busy=action.pending()>
                    {if confirmed { "再确认一次" } else { "都对" }}
                </Button>
            </ActionForm>
        </Card>
    }
}

#[component]
fn Household(mine: MyHousehold) -> impl IntoView {
    let rows = mine
        .members
        .iter()
        .map(|member| {
            let told = [
                member.relation.map(|relation| relation.label()),
                Some(member.kind.label()),
            ];
            let detail = told.into_iter().flatten().collect::<Vec<_>>().join("，");
            let (me, representative) = (member.me, member.representative);
            view! {
                <ListRow icon=Glyph::Me title=member.name.clone() detail=detail>
                    {me.then(|| view! { <Badge>"我"</Badge> })}
                    {representative.then(|| view! { <Badge tone=Tone::Go>"户代表"</Badge> })}
                </ListRow>
            }
        })
        .collect_view();
    let owned = match (mine.owner, mine.area) {
        (true, Some(area)) => Some(format!("您名下的房屋，建筑面积 {}", square_metres(area))),
        (true, None) => Some("您名下的房屋，没有登记面积".to_owned()),
        (false, _) => None,
    };
    view! {
        <Card title=mine.address.clone() flush=true>
            {owned.map(|owned| view! { <p class="people-owned">{owned}</p> })}
            <List label="这一户的人">{rows}</List>
        </Card>
    }
}

#[component]
fn Oneself(mine: MyHousehold) -> impl IntoView {
    let action = acting::<api::CorrectMine>();
    let open = was_refused::<api::CorrectMine>("mine");
    let rows = [
        ("姓名", mine.name.clone()),
        (
            "性别",
            mine.sex
                .map_or_else(|| "没有登记".to_owned(), |sex| sex.label().to_owned()),
        ),
        (
            "出生年份",
            mine.born
                .map_or_else(|| "没有登记".to_owned(), |year| year.to_string()),
        ),
        (
            "手机号",
            mine.phone.clone().unwrap_or_else(|| "没有登记".to_owned()),
        ),
        ("居住情况", mine.kind.label().to_owned()),
    ]
    .map(|(name, value)| view! { <dt>{name}</dt><dd>{value}</dd> })
    .collect_view();
    let identity = mine.identity.clone();
    let party = mine
        .party
        .as_ref()
        .map(|party| format!("{}，{}", party.branch, party.standing.label()));
    view! {
        <Card title="我的登记">
            <dl>
                {rows}
                {identity.map(|number| view! { <dt>"身份证号"</dt><dd>{number}</dd> })}
                {party.map(|party| view! { <dt>"党员"</dt><dd>{party}</dd> })}
            </dl>
            <details class="fold" open=open>
                <summary>"更正我的登记"</summary>
                <Form action prefix="mine" adds=true>
                    <input type="hidden" name="version" value=mine.version.to_string()/>
                    <p class="small quiet">"只填要改的，空着的保持原样。住址或家里的人不对，请写在下面告诉网格员。"</p>
                    <div class="fields-2">
                        <Field name="name" label="姓名" placeholder=mine.name optional=true max_length=40/>
                        <Select name="sex" label="性别" choices=sexes("不改") optional=true/>
                    </div>
                    <div class="fields-2">
                        <Field name="born" label="出生年份" hint="如 1950；愿意的话填日期 1950-03-02" optional=true max_length=20/>
                        <Field name="phone" label="手机号" kind=FieldKind::Tel optional=true/>
                    </div>
                    <Submit>"保存"</Submit>
                </Form>
            </details>
        </Card>
        <Notice>"登录用的手机号在“我的信息”里改；这里的是网格员联系您用的。"</Notice>
    }
}
