//! `/reports/:code`: a matter, as far as the viewer sees it: how it stands, who has it until when, what happened, what may be done.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::Permission;
use ui::{
    Badge, Button, ButtonKind, Card, Form, Glyph, Notice, Page, Resource, Submit, Time, TimeForm, Tone,
    live::{use_events, use_reset, work_topics},
    viewer::use_viewer,
};

use super::{
    frame::{Deadline, Done, Standing, loaded, topics},
    handling::Handling,
    offers::Offers,
    steps::{History, Photos, Way},
    unmask::Unmask,
};
use crate::{
    api,
    model::{Due, MatterPage, State},
};

pub fn page() -> AnyView {
    let params = use_params_map();
    let code = Memo::new(move |_| params.with(|params| params.get("code").unwrap_or_default()));
    let shown = Resource::new(move || code.get(), api::get_matter);
    // What somebody types stays while others go on with the matter.
    let typing = RwSignal::new(false);
    let again = move || {
        if !typing.get_untracked() {
            shown.refetch();
        }
    };
    let mut topics = topics();
    topics.extend(work_topics(Permission::ReportHandle));
    // Events name a matter by its id, which is told to nobody: a page looks again at any.
    use_events(topics, move |event| {
        if event.kind.starts_with("reports.matter.") {
            again();
        }
    });
    use_reset(again);
    loaded(shown, move |page: MatterPage| {
        view! { <div on:input=move |_| typing.set(true)><Shown page/></div> }.into_any()
    })
}

#[component]
fn Shown(page: MatterPage) -> impl IntoView {
    let above = if page.staff && !page.own {
        vec![("居民反映的事".to_owned(), "/admin/reports".to_owned())]
    } else {
        vec![("反映的事".to_owned(), "/reports".to_owned())]
    };
    let (state, now) = (page.state, page.now);
    let waits = page.own && state == State::Paused;
    view! {
        <Page title=page.title.clone() eyebrow=page.number.clone() above>
            <div class="stack loose">
                <Done/>
                {waits.then(|| view! { <Notice tone=Tone::Due>"办的人在等您补充，计时停着。"</Notice> })}
                <p class="row wrap close">
                    <Standing state/>
                    <Badge>{page.kind.label()}</Badge>
                    {(page.own || page.staff).then(|| view! { <Badge>{page.urgency.label()}</Badge> })}
                    {page.due.map(|due| view! { <Deadline due now/> })}
                </p>
                <Way state steps=page.steps.clone()/>
                <Offers page=page.clone()/>
                <Handling page=page.clone()/>
                <What page=page.clone()/>
                <Who page=page.clone()/>
                <History steps=page.steps.clone()/>
                <Following page/>
            </div>
        </Page>
    }
}

/// What it is about.
#[component]
fn What(page: MatterPage) -> impl IntoView {
    let answers = page
        .answers
        .into_iter()
        .map(|(question, answer)| view! { <dt>{question}</dt><dd>{answer}</dd> })
        .collect_view();
    let address = (!page.address.is_empty()).then(|| view! { <dt>"具体在"</dt><dd>{page.address}</dd> });
    let map = page.pin.map(|pin| {
        let (lon, lat) = (pin.lon_degrees(), pin.lat_degrees());
        let href = format!("/map/{}?at={lon:.6},{lat:.6},17", page.place.code);
        view! {
            <div class="buttons"><Button kind=ButtonKind::Plain icon=Glyph::Map href>"在地图上看"</Button></div>
        }
    });
    // Whoever sees the reporter's own words is told what everybody reads, where that differs.
    let published = page
        .published
        .filter(|text| *text != page.words)
        .map(|text| view! { <Notice title="公开的内容">{text}</Notice> });
    view! {
        <Card title="什么事">
            <p class="catalogue-words">{page.words}</p>
            <Photos photos=page.photos label="照片"/>
            <dl class="facts">
                <dt>"哪方面"</dt><dd>{page.category}</dd>
                <dt>"在哪里"</dt><dd>{page.place.name}</dd>
                {address}
                {answers}
                <dt>"上报"</dt><dd><Time at=page.at form=TimeForm::Full/></dd>
            </dl>
            {map}
            {published}
        </Card>
    }
}

/// Who has it, and until when; for staff, whose it is.
#[component]
fn Who(page: MatterPage) -> impl IntoView {
    let held = page.held.clone();
    let people = if held.people.is_empty() {
        held.role.label().to_owned()
    } else {
        format!("{} {}", held.role.label(), held.people.join("、"))
    };
    let now = page.now;
    let until = move |name: &'static str, due: Option<Due>| {
        due.map(|due| view! { <dt>{name}</dt><dd class="row wrap close"><Time at=due.at/><Deadline due now/></dd> })
    };
    let reporter = page.reporter.clone();
    let own = page.own && !page.staff;
    let told = reporter.map(|reporter| {
        let door = reporter
            .door
            .map(|door| view! { <dt>"上门到"</dt><dd>{door}</dd> });
        let phone = reporter.phone.unwrap_or_else(|| "没有".into());
        if own {
            view! { <dt>"您的电话"</dt><dd>{phone}</dd>{door} }.into_any()
        } else {
            view! { <dt>"反映人"</dt><dd>{reporter.name}</dd><dt>"电话"</dt><dd>{phone}</dd>{door} }
                .into_any()
        }
    });
    let title = if page.state.has_ended() {
        "谁办的"
    } else {
        "在谁手里"
    };
    view! {
        <Card title=title>
            <dl class="facts">
                <dt>"单位"</dt><dd>{held.unit.name}</dd>
                <dt>"谁来办"</dt><dd>{people}</dd>
                {until("第一次答复", page.first)}
                {until("办好的期限", page.due)}
                {page.rating.map(|rating| view! { <dt>"评价"</dt><dd>{rating.label()}</dd> })}
                {told}
            </dl>
            {own.then(|| view! { <p class="small quiet">"物业和被反映的人看不到您的名字、电话和门牌。"</p> })}
            <Unmask page=page.clone()/>
        </Card>
    }
}

/// "我也遇到": whoever met with the same hears of what happens.
#[component]
fn Following(page: MatterPage) -> impl IntoView {
    let action = ServerAction::<api::FollowMatter>::new();
    let public = page.published.is_some();
    if page.own || !(public || page.follows) {
        return ().into_any();
    }
    let count = (page.followers > 0).then(|| {
        let words = format!("{} 人也遇到，在关注。", page.followers);
        view! { <p>{words}</p> }
    });
    if !use_viewer().signed_in() {
        let href = format!("/sign-in?next=/reports/{}", page.code);
        return view! {
            <Card title="您也遇到了吗">
                {count}
                <div class="buttons"><Button kind=ButtonKind::Plain icon=Glyph::SignIn href>"登录后关注"</Button></div>
            </Card>
        }
        .into_any();
    }
    let follows = page.follows;
    let (title, press) = if follows {
        let stop = view! {
            <input type="hidden" name="stop" value="true"/>
            <Submit kind=ButtonKind::Plain>"不再关注"</Submit>
        };
        ("您在关注", stop.into_any())
    } else {
        let follow = view! { <Submit icon=Glyph::Bell>"我也遇到，一起关注"</Submit> };
        ("您也遇到了吗", follow.into_any())
    };
    view! {
        <Card title=title>
            {count}
            <Form action prefix="follow">
                <input type="hidden" name="code" value=page.code/>
                {press}
            </Form>
        </Card>
    }
    .into_any()
}
