//! `/mediation/:code`: a case, for who is named in it: how it stands, who is who, what was said and agreed, what may be done.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use ui::{
    Badge, Card, Notice, Page, Resource, Time, TimeForm, Tone, Typing,
    live::{use_events, use_reset},
    loaded::loaded_unless,
};

use super::{
    clauses::Agreed,
    forms::Offers,
    frame::{Deadline, Done, Standing, topics},
    parts::{History, People, Sessions, Way},
};
use crate::{
    api,
    model::{CasePage, Part, State},
};

pub fn page() -> AnyView {
    let params = use_params_map();
    let code = Memo::new(move |_| params.with(|params| params.get("code").unwrap_or_default()));
    let shown = Resource::new(move || code.get(), api::get_case);
    // What somebody types stays while others go on with the case.
    let typing = Typing::new();
    let refetch = move || typing.look_again(shown);
    use_events(topics(), move |event| {
        if event.kind.starts_with("mediation.") {
            refetch();
        }
    });
    use_reset(refetch);
    loaded_unless(typing, shown, move |page: CasePage| {
        view! { <Shown page/> }.into_any()
    })
}

#[component]
fn Shown(page: CasePage) -> impl IntoView {
    let above = vec![("人民调解".to_owned(), "/mediation".to_owned())];
    let (state, now) = (page.state, page.now);
    let body = if page.desk && !page.staff {
        view! { <Offers page=page.clone()/> }.into_any()
    } else {
        view! {
            <Way state/>
            <Asked page=page.clone()/>
            <Offers page=page.clone()/>
            <Agreed page=page.clone()/>
            <What page=page.clone()/>
            <People people=page.people.clone() clerk=page.clerk.clone()/>
            <Sessions sessions=page.sessions.clone()/>
            <History steps=page.steps.clone()/>
        }
        .into_any()
    };
    view! {
        <Page title=page.title.clone() eyebrow=page.number.clone() above>
            <div class="stack loose">
                <Done/>
                <p class="row wrap close">
                    <Standing state/>
                    {page.due.map(|due| view! { <Deadline due now/> })}
                    <Badge>"不收费"</Badge>
                    <Badge>"保密"</Badge>
                </p>
                {body}
                <p class="small quiet">"只有当事人、调解员和经办人看得到这一页，每次查看都有记录。请不要转给别人。"</p>
            </div>
        </Page>
    }
}

/// What the other side is asked.
#[component]
fn Asked(page: CasePage) -> impl IntoView {
    let asked = page.side == Some(Part::Respondent) && page.state == State::Accepted;
    asked.then(|| {
        view! {
            <Notice tone=Tone::Due title="有人想和您坐下来谈">
                <p>"愿不愿意由您定。不愿意，这件事在这里就到此结束；愿意，也可以随时要求终止。不收费。"</p>
            </Notice>
        }
    })
}

/// What it is about.
#[component]
fn What(page: CasePage) -> impl IntoView {
    let words = (!page.words.is_empty())
        .then(|| view! { <h3>"发生了什么"</h3><p class="catalogue-words">{page.words}</p> });
    let wish = (!page.wish.is_empty())
        .then(|| view! { <h3>"申请人希望"</h3><p class="catalogue-words">{page.wish}</p> });
    let matter = page
        .of_matter
        .then(|| view! { <dt>"来自"</dt><dd>"一件反映的事"</dd> });
    view! {
        <Card title="什么纠纷">
            <div class="stack">
                {words}
                {wish}
                <dl class="facts">
                    <dt>"哪一类"</dt><dd>{page.kind.label()}</dd>
                    <dt>"在哪里"</dt><dd>{page.place.name}</dd>
                    {matter}
                    <dt>"申请"</dt><dd><Time at=page.at form=TimeForm::Full/></dd>
                </dl>
            </div>
        </Card>
    }
}
