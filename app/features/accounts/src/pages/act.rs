//! Acting for a resident.

use leptos::{prelude::*, server_fn::ServerFn};
use shared::Permission;
use ui::{
    Button, ButtonKind, Card, Empty, Field, Form, Glyph, List, ListRow, Notice, Page, Resource, SearchBox,
    Submit, viewer::use_viewer,
};

use super::{
    find_grid::GridChoices,
    frame::{Done, loaded, query, trouble},
};
use crate::{
    api,
    model::{ActCandidate, GridChoice},
};

/// Whom we act for, on every page; nothing if nobody. A plain form: what sends one by script would be loaded with every page.
#[component]
pub fn ActingBanner() -> impl IntoView {
    let resident = use_viewer().actor.and_then(|actor| actor.acting_for);
    resident.map(|resident| {
        view! {
            <div class="acting" role="status">
                <span>{format!("正在替 {} 办事，每一步都会记下您的名字。", resident.name)}</span>
                <form method="post" action=api::StopActing::PATH>
                    <Button kind=ButtonKind::Plain submit=true>"结束代办"</Button>
                </form>
            </div>
        }
    })
}

/// `/act`
pub fn page() -> AnyView {
    let q = query("q");
    let found = Resource::new(move || q.get(), api::act_candidates);
    loaded(found, move |found: Vec<ActCandidate>| {
        let staff = use_viewer()
            .actor
            .is_some_and(|actor| actor.may(Permission::ActFor));
        let searched = !q.get_untracked().is_empty();
        view! {
            <Page title="代办">
                <div class="stack loose">
                    <Done/>
                    {staff.then(|| view! {
                        <Card title="找到居民">
                            <p class="quiet">"填完整的姓名或手机号，只找您负责的范围。"</p>
                            <SearchBox action="/act" label="居民的姓名或手机号" value=q.get_untracked()/>
                        </Card>
                    })}
                    <Candidates found searched staff/>
                    {staff.then(|| view! { <AddResident/> })}
                </div>
            </Page>
        }
        .into_any()
    })
}

#[component]
fn Candidates(found: Vec<ActCandidate>, searched: bool, staff: bool) -> impl IntoView {
    let action = ServerAction::<api::StartActing>::new();
    if found.is_empty() {
        return if searched {
            view! { <Notice>"没有找到。姓名要写全，或者这位居民不在您负责的范围内。"</Notice> }.into_any()
        } else if staff {
            ().into_any()
        } else {
            view! {
                <Empty icon=Glyph::Hand title="还没有可以代办的人" detail="先在“亲友代办”里绑定。">
                    <Button href="/me/relatives">"去绑定"</Button>
                </Empty>
            }
            .into_any()
        };
    }
    let rows = found
        .into_iter()
        .map(|person| {
            let relation = person.relation.map(|relation| format!("，您是他（她）的{relation}")).unwrap_or_default();
            view! {
                <ListRow title=person.name detail=format!("{}，{}{relation}", person.phone, person.place) icon=Glyph::Me>
                    <ActionForm action=action>
                        <input type="hidden" name="user" value=person.user.to_string()/>
                        <Button kind=ButtonKind::Plain submit=true>"替他办"</Button>
                    </ActionForm>
                </ListRow>
            }
        })
        .collect_view();
    view! {
        {trouble(action)}
        <Card flush=true><List label="可以代办的人">{rows}</List></Card>
    }
    .into_any()
}

/// A resident without a phone, written down at the door.
#[component]
fn AddResident() -> impl IntoView {
    let action = ServerAction::<api::AddWithoutPhone>::new();
    let place = query("place");
    let grids = Resource::new(move || place.get(), |place| api::find_grids(place, String::new()));
    view! {
        <Card title="登记没有手机的居民">
            <p>"在门口问清楚、本人同意后再登记。"</p>
            <SearchBox action="/act" name="place" label="社区或网格" value=place.get_untracked()/>
            {loaded(grids, move |grids: Vec<GridChoice>| {
                (!grids.is_empty())
                    .then(|| view! {
                        <Form action prefix="add">
                            <GridChoices grids/>
                            <Field name="name" label="姓名" max_length=40/>
                            <Field name="door" label="门牌" max_length=80/>
                            <Submit kind=ButtonKind::Plain>"登记"</Submit>
                        </Form>
                    })
                    .into_any()
            })}
        </Card>
    }
}
