//! A household: who belongs to it, and what the grid worker changes.

use leptos::prelude::*;
use leptos_router::{LazyRoute, hooks::use_params_map, lazy_route};
use ui::{
    Badge, ButtonKind, Card, Choice, Empty, Field, FieldKind, Form, Glyph, Notice, Page, Resource, Select,
    Submit, Tone, live, returned::was_refused,
};

use super::{
    corrections::Handle,
    frame::{
        AskElsewhere, Done, Kept, Since, acting, changes, kinds, loaded, relations, sexes, square_metres,
    },
    member::MemberCard,
    owners::{OwnedRoom, Owners},
    told::Told,
};
use crate::{
    api,
    model::{Correction, HouseholdPage},
};

pub struct HouseholdRoute;

#[lazy_route]
impl LazyRoute for HouseholdRoute {
    // What this names is loaded with every page: all is made in `view`, which comes with this one.
    fn data() -> Self {
        Self
    }

    fn view(_page: Self) -> AnyView {
        let params = use_params_map();
        let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
        let (changes, kept) = (changes(), Kept::new());
        let shown = Resource::new(
            move || (id.get(), changes.get()),
            |(id, _)| api::get_household(id),
        );
        // Which grid it is in is known with the household itself.
        let topics = RwSignal::new(Vec::new());
        live::use_events(topics, move |event| {
            if event.subject.as_deref() == Some(id.get_untracked().as_str()) {
                shown.refetch();
            }
        });
        live::use_reset(move || shown.refetch());
        loaded(shown, move |page: HouseholdPage| {
            let topic = format!("path/{}", page.path);
            // After this rendering: a signal must not change while it is read.
            Effect::new(move |_| {
                if topics.with_untracked(|known| known.first() != Some(&topic)) {
                    topics.set(vec![topic.clone()]);
                }
            });
            kept.show(vec![page.id.to_string()], move || {
                view! { <Household page kept/> }.into_any()
            })
        })
    }
}

#[component]
fn Household(page: HouseholdPage, kept: Kept) -> impl IntoView {
    let above = vec![
        ("居民和房屋".to_owned(), "/people".to_owned()),
        (
            page.node.name.clone(),
            format!("/people/buildings?building={}", page.building),
        ),
    ];
    let nobody = page.members.is_empty();
    let members = kept
        .rows(page.members.clone(), |member| member.id.to_string())
        .into_iter()
        .map(|place| place.map(|member| view! { <MemberCard member page=page.clone()/> }))
        .collect::<Vec<_>>();
    let ended = page.ended;
    view! {
        <Page title=page.address.clone() eyebrow=page.node.name.clone() above=above>
            <div class="stack loose">
                <Done/>
                {ended.map(|day| view! {
                    <Notice title=format!("{} 起没有人了", day.zh())>"这一户已经结束。新住进来的人，请在楼栋图里重新登记一户。"</Notice>
                })}
                {(page.may_edit && page.members.iter().any(|member| member.twin)).then(|| view! {
                    <Notice tone=Tone::Due title="这一户里可能有人登记了两次">
                        "请核对下面标着“可能登记了两次”的人。确实是同一个人的，留下有账号、登记得更全的那一位，在另一位下面选“不在这一户了”，原因选“登记有误”。不是同一个人的，请更正出生年份和手机号。"
                    </Notice>
                })}
                <Corrections list=page.corrections.clone() may_edit=page.may_edit/>
                <Told page=page.clone() kept/>
                <Facts page=page.clone()/>
                {nobody.then(|| view! { <Empty icon=Glyph::People title="现在没有人登记在这一户"/> })}
                {members}
                {page.may_edit.then(|| view! { <Add page=page.clone()/><MoveHere page=page.clone()/> })}
                <Owners owners=page.owners.clone() of=OwnedRoom::of(&page) kept/>
                {(page.former > 0).then(|| view! {
                    <p class="small quiet">{format!("以前登记过 {} 人，已经搬走或去世，不再列出。", page.former)}</p>
                })}
            </div>
        </Page>
    }
}

#[component]
fn Facts(page: HouseholdPage) -> impl IntoView {
    let confirmed = match page.confirmed_at {
        Some(at) => {
            view! { <Badge tone=Tone::Done>{format!("本户 {} 确认过", at.date().zh())}</Badge> }.into_any()
        }
        None => view! { <Badge>"本户还没有人确认"</Badge> }.into_any(),
    };
    let area = page.area.map(|area| format!("建筑面积 {}", square_metres(area)));
    let group = page
        .group
        .clone()
        .unwrap_or_else(|| "还没有编入居民小组".to_owned());
    let since = format!("{} 起登记", page.since.zh());
    view! {
        <Card>
            <p class="row wrap close">{confirmed}<span>{group}</span>{area.map(|area| view! { <span>{area}</span> })}</p>
            <p class="small quiet">{since}</p>
            {(page.may_keep && !page.groups.is_empty()).then(|| view! { <Group page=page.clone()/> })}
        </Card>
    }
}

#[component]
fn Group(page: HouseholdPage) -> impl IntoView {
    let action = acting::<api::SetGroup>();
    let open = was_refused::<api::SetGroup>("group");
    let chosen = page
        .groups
        .iter()
        .find(|(_, name)| Some(name) == page.group.as_ref())
        .map(|(id, _)| id.to_string())
        .unwrap_or_default();
    let choices = std::iter::once(Choice::new("", "不编入小组"))
        .chain(
            page.groups
                .iter()
                .map(|(id, name)| Choice::new(id.to_string(), name.clone())),
        )
        .collect();
    view! {
        <details class="fold" open=open>
            <summary>"改居民小组"</summary>
            <Form action prefix="group">
                <input type="hidden" name="household" value=page.id.to_string()/>
                <Select name="group" label="居民小组" choices=choices value=chosen optional=true/>
                <Since/>
                <Submit kind=ButtonKind::Plain>"保存"</Submit>
            </Form>
        </details>
    }
}

/// What residents wrote about it, and what an import asks.
#[component]
fn Corrections(list: Vec<Correction>, may_edit: bool) -> impl IntoView {
    list.into_iter()
        .map(|correction| {
            let (at, by_resident) = (correction.at.zh_short(), correction.by_resident);
            let title = match (correction.acted, by_resident) {
                (Some(acted), _) => format!("{acted} {at} 替本户说"),
                (None, true) => format!("本户 {at} 说"),
                (None, false) => format!("导入名册时（{at}）留下的，要核对"),
            };
            view! {
                <Notice tone=Tone::Due title=title>
                    <p>{correction.words}</p>
                    {may_edit.then(|| view! { <Handle id=correction.id.to_string() by_resident/> })}
                </Notice>
            }
        })
        .collect_view()
}

/// Who belongs to it besides.
#[component]
fn Add(page: HouseholdPage) -> impl IntoView {
    let action = acting::<api::AddPerson>();
    let open = was_refused::<api::AddPerson>("add") || page.members.is_empty();
    view! {
        <details class="fold card" open=open>
            <summary>"登记一个人到这一户"</summary>
            <Form action prefix="add" adds=true>
                <input type="hidden" name="household" value=page.id.to_string()/>
                <input type="hidden" name="version" value=page.version.to_string()/>
                <Field name="name" label="姓名" max_length=40/>
                <div class="fields-2">
                    <Select name="sex" label="性别" choices=sexes("不填") optional=true/>
                    <Field name="born" label="出生年份" hint="如 1950；知道日期的填 1950-03-02" optional=true max_length=20/>
                </div>
                <Field name="phone" label="手机号" kind=FieldKind::Tel optional=true/>
                <div class="fields-2">
                    <Select name="kind" label="居住情况" choices=kinds() value="registered"/>
                    <Select name="relation" label="与户代表的关系" choices=relations("不填") optional=true/>
                </div>
                <Since/>
                <AskElsewhere/>
                <Submit icon=Glyph::Add>"登记"</Submit>
            </Form>
        </details>
    }
}

/// Who is noted elsewhere and comes here, with all that is noted of them.
#[component]
fn MoveHere(page: HouseholdPage) -> impl IntoView {
    let action = acting::<api::MovePerson>();
    let open = was_refused::<api::MovePerson>("move");
    view! {
        <details class="fold card" open=open>
            <summary>"把登记在别处的人搬到这里"</summary>
            <Form action prefix="move" adds=true>
                <input type="hidden" name="household" value=page.id.to_string()/>
                <input type="hidden" name="version" value=page.version.to_string()/>
                <p class="small quiet">"只能搬您负责的范围内登记着的人。账号、同意和以前的登记都跟着过来，原来那户不再算这个人。"</p>
                <Field name="name" label="姓名" max_length=40/>
                <Field name="number" label="手机号或身份证号" max_length=20 hint="要和原来登记的一样"/>
                <div class="fields-2">
                    <Select name="kind" label="居住情况" choices=kinds() value="registered"/>
                    <Select name="relation" label="与户代表的关系" choices=relations("不填") optional=true/>
                </div>
                <Since/>
                <Submit kind=ButtonKind::Plain>"搬到这里"</Submit>
            </Form>
        </details>
    }
}
