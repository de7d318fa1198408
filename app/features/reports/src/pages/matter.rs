//! `/reports/:code`: a matter, as far as the viewer sees it: how it stands, who has it until when, what happened, what may be done.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::Permission;
use ui::{
    Badge, Button, ButtonKind, Card, Glyph, List, ListRow, Notice, Page, Resource, Time, TimeForm, Tone,
    Typing,
    live::{use_events, use_reset, work_topics},
    loaded::loaded_unless,
    successes,
};

use super::{
    compared::Compared,
    following::Following,
    frame::{Deadline, Done, Standing, Urged, Waits, topics},
    handling::Handling,
    offers::Offers,
    parts::Parts,
    steps::{History, Photos, Spoken, Way},
    track::Leave,
    unmask::Unmask,
};
use crate::{
    api,
    model::{Due, JointRef, Kind, MatterPage, MergedRef, State},
};

pub fn page() -> AnyView {
    let params = use_params_map();
    let code = Memo::new(move |_| params.with(|params| params.get("code").unwrap_or_default()));
    // Following leads to the same path and is told to nobody: the page itself looks again.
    let follow = ServerAction::<api::FollowMatter>::new();
    let followed = successes(follow);
    let shown = Resource::new(
        move || (code.get(), followed.get()),
        |(code, _): (String, usize)| api::get_matter(code),
    );
    // What somebody types stays while others go on with the matter.
    let typing = Typing::new();
    Effect::new(move |before: Option<String>| {
        // Another matter has the same page.
        let now = code.get();
        followed.track();
        typing.is_over();
        if before.is_some_and(|before| before != now) {
            follow.clear();
        }
        now
    });
    let again = move || typing.look_again(shown);
    let mut topics = topics();
    topics.extend(work_topics(Permission::ReportHandle));
    // Reported without an account it is told of under its address alone.
    let tracked = code.get_untracked();
    if !tracked.is_empty() && tracked.bytes().all(|b| b.is_ascii_alphanumeric()) {
        topics.push(format!("track/{tracked}"));
    }
    // Events name a matter by its id, which is told to nobody: a page looks again at any.
    use_events(topics, move |event| {
        if event.kind.starts_with("reports.matter.") {
            again();
        }
    });
    use_reset(again);
    loaded_unless(typing, shown, move |page: MatterPage| {
        view! { <Shown page follow/> }.into_any()
    })
}

#[component]
fn Shown(page: MatterPage, follow: ServerAction<api::FollowMatter>) -> impl IntoView {
    // Whoever came with a code goes back to where codes are typed.
    let tracked = page.own && page.origin.is_tracked();
    let above = if page.staff && !page.own {
        vec![("居民反映的事".to_owned(), "/admin/reports".to_owned())]
    } else if tracked {
        vec![("查进展".to_owned(), "/reports/track".to_owned())]
    } else {
        vec![("反映的事".to_owned(), "/reports".to_owned())]
    };
    let (state, now) = (page.state, page.now);
    let waits = page.own && state == State::Paused;
    view! {
        <Page title=page.title.clone() eyebrow=page.number.clone() above>
            <div class="stack loose">
                <Done/>
                {waits.then(|| view! { <Notice tone=Tone::Due>"办的人在等您补充，计时停着。补充以后接着办。"</Notice> })}
                {page.merged.clone().map(|merged| view! { <WentInto merged/> })}
                <p class="row wrap close">
                    <Standing state petition=page.petition/>
                    <Badge>{page.kind.label()}</Badge>
                    {page.urgency.filter(|_| page.own || page.staff).map(|urgency| view! { <Badge>{urgency.label()}</Badge> })}
                    {page.due.map(|due| view! { <Deadline due now/> })}
                    {page.paused.map(|since| view! { <Waits since now/> })}
                    {page.urged.map(|_| view! { <Urged/> })}
                    {page.mediated.then(|| view! { <Badge tone=Tone::Go>"已转调解"</Badge> })}
                </p>
                <Way state steps=page.steps.clone()/>
                <Offers page=page.clone()/>
                <Handling page=page.clone()/>
                <Parts page=page.clone()/>
                <What page=page.clone()/>
                <Compared photos=page.photos.clone() steps=page.steps.clone()/>
                <Who page=page.clone()/>
                <ToPrint page=page.clone()/>
                <Meetings joints=page.joints.clone()/>
                <History steps=page.steps.clone()/>
                <ToMediation page=page.clone()/>
                <Following page action=follow/>
                {tracked.then(|| view! { <Leave/> })}
            </div>
        </Page>
    }
}

/// The matter that it went into: whoever reported this one follows that one, and reads its answer.
#[component]
fn WentInto(merged: MergedRef) -> impl IntoView {
    let number = merged.number;
    let other = match merged.code {
        Some(code) => {
            let href = format!("/reports/{code}");
            view! { <a href=href>{number}</a> }.into_any()
        }
        None => number.into_any(),
    };
    view! { <Notice tone=Tone::Go>"这件事和另一件一起办，进展和答复看那一件：" {other}</Notice> }
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
    // Partners read words and hear none.
    let partner = !page.staff && !page.own && !page.offers.is_empty();
    let unheard = partner && page.instead.is_some() && page.photos.is_empty();
    // Whoever sees the reporter's own words is told what everybody reads, where that differs.
    let published = page
        .published
        .filter(|text| *text != page.words)
        .map(|text| view! { <Notice title="公开的内容">{text}</Notice> });
    view! {
        <Card title="什么事">
            {unheard.then(|| view! { <p>"反映人说的是语音，只有工作人员能听。要办什么，看派单的说明，或者问派单的人。"</p> })}
            {page.instead.map(|instead| view! { <p class="quiet">{instead}</p> })}
            <p class="catalogue-words">{page.words}</p>
            <Spoken voice=page.voice label="反映人说的"/>
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
            <Photos photos=page.shown label="公开的照片" from="/reports/shown"/>
        </Card>
    }
}

/// The work order on paper, for those who handle it.
#[component]
fn ToPrint(page: MatterPage) -> impl IntoView {
    let handles = page.staff || (!page.own && !page.offers.is_empty());
    handles.then(|| {
        let href = format!("/reports/{}/print", page.code);
        view! { <div class="buttons"><Button kind=ButtonKind::Plain icon=Glyph::Print href>"打印工作单"</Button></div> }
    })
}

/// Meetings that were about it (联席会).
#[component]
fn Meetings(joints: Vec<JointRef>) -> impl IntoView {
    (!joints.is_empty()).then(|| {
        let rows = joints
            .into_iter()
            .map(|joint| {
                let href = format!("/reports/joint/{}", joint.code);
                view! { <ListRow icon=Glyph::People title=joint.title detail=joint.on.zh() href/> }
            })
            .collect_view();
        view! { <Card title="为它开过的联席会" flush=true><List label="为它开过的联席会">{rows}</List></Card> }
    })
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
    let entered = page
        .entered_by
        .clone()
        .map(|name| view! { <dt>"代为反映"</dt><dd>{name}</dd> });
    let order = page
        .order
        .clone()
        .map(|order| view! { <dt>"来自工单"</dt><dd>{order}</dd> });
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
                {entered}
                {order}
            </dl>
            {own.then(|| view! { <p class="small quiet">"物业和被反映的人看不到您的名字、电话和门牌。"</p> })}
            <Unmask page=page.clone()/>
        </Card>
    }
}

/// The way to mediation, for the reporter and for those who handle the matter.
#[component]
fn ToMediation(page: MatterPage) -> impl IntoView {
    let offered = (page.own || page.staff) && !page.mediated && page.kind != Kind::Complaint;
    offered.then(|| {
        let href = format!("/mediation/new?matter={}", page.code);
        view! { <p class="small">"是和别人的矛盾，想坐下来谈？可以"<a href=href>"申请人民调解"</a>"，不收钱，要双方都愿意。"</p> }
    })
}
