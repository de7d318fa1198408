//! `/reports/new`: reporting something with three taps: what, where, and a photo or a few words.

use grid::model::OwnGrid;
use leptos::prelude::*;
use shared::AppError;
use ui::{
    Button, ButtonKind, ButtonSize, Checkbox, Field, FieldKind, FormState, Glyph, Icon, Page, PhotoField,
    Resource, SearchBox, SendForm, Submit,
    outbox::files::{KEY, fresh_key},
    photo_limit, resting,
    returned::kept_by,
    sending::follow,
    viewer::use_viewer,
};

use super::{
    elsewhere::{Danger, Elsewhere, Heard},
    frame::{loaded, query},
    near::{Follows, Near, Rows, nearby},
    new_parts::{Questions, What, Wish},
    place::{Spot, Spots, Where, search},
};
use crate::{
    SEND, api,
    model::{FormPage, Kind, PHOTOS, WORDS},
};

/// The form's name.
const FORM: &str = "report";
/// What is typed rests so long before it is looked up.
const REST: std::time::Duration = std::time::Duration::from_millis(300);

/// What the page fetches, and what of the form it follows; made outside of the form, which waits for what it shows.
#[derive(Clone, Copy)]
struct Draft {
    category: RwSignal<String>,
    kind: RwSignal<String>,
    /// The unit near which is looked.
    near: RwSignal<String>,
    q: RwSignal<String>,
    rows: Resource<Rows>,
    hits: Resource<Spots>,
    /// The grid that one lives in, and who works for it.
    own: Resource<Result<Option<OwnGrid>, AppError>>,
}

pub fn page() -> AnyView {
    let form = Resource::new(|| (), |()| api::get_form());
    // Without script a refused form comes back with what was chosen: its questions are to stand there again.
    let kept = kept_by(SEND, FORM);
    let chosen = |name: &'static str, otherwise: &str| {
        let before = kept.iter().find(|(known, _)| known == name);
        let asked = query(name).get_untracked();
        match before {
            Some((_, value)) => value.clone(),
            None if asked.is_empty() => otherwise.to_owned(),
            None => asked,
        }
    };
    let home = use_viewer()
        .actor
        .and_then(|actor| actor.home().map(|grant| grant.code.clone()));
    let category = RwSignal::new(chosen("category", ""));
    let kind = RwSignal::new(chosen("kind", Kind::Problem.code()));
    let near = RwSignal::new(home.unwrap_or_default());
    let q = RwSignal::new(query("q").get_untracked());
    let draft = Draft {
        category,
        kind,
        near,
        q,
        rows: Resource::new(
            move || (near.get(), category.get()),
            |(near, category)| nearby(near, category),
        ),
        hits: Resource::new(move || q.get(), search),
        own: Resource::new(|| (), |()| grid::api::own_grid()),
    };
    loaded(form, move |page: FormPage| {
        view! { <Shown page draft/> }.into_any()
    })
}

#[component]
fn Shown(page: FormPage, draft: Draft) -> impl IntoView {
    view! {
        <Page title="什么事？" above=vec![("反映的事".to_owned(), "/reports".to_owned())]>
            <div class="stack">
                <Danger/>
                <Call own=draft.own/>
                <FindPlace draft home=page.home.as_ref().map(|home| home.name.clone())/>
                <Report page draft/>
                <Elsewhere/>
                <Follows rows=draft.rows/>
            </div>
        </Page>
    }
}

/// 长辈版: whom to call instead, and how to speak instead of typing.
#[component]
fn Call(own: Resource<Result<Option<OwnGrid>, AppError>>) -> impl IntoView {
    view! {
        <div class="reports-large">
            <Suspense>
                {move || Suspend::new(async move {
                    let workers = own.await.ok().flatten().map(|grid| grid.workers).unwrap_or_default();
                    let number = workers.into_iter().find_map(|worker| worker.phone);
                    number.map(|number| {
                        let href = format!("tel:{number}");
                        view! {
                            <Button kind=ButtonKind::Warm size=ButtonSize::Big icon=Glyph::Phone href external=true>"打电话给网格员"</Button>
                        }
                    })
                })}
            </Suspense>
            <p><Icon name=Glyph::Mic/>"不会打字，点键盘上的话筒，说出来就行。"</p>
        </div>
    }
}

/// Looks for another place than one's own; a form of its own, so it stands before the other.
#[component]
fn FindPlace(draft: Draft, home: Option<String>) -> impl IntoView {
    let open = home.is_none() || !draft.q.get_untracked().is_empty();
    let title = match home {
        Some(home) => format!("不在{home}？换个地方"),
        None => "在哪个社区".to_owned(),
    };
    let on_input = resting(REST, move |text: String| draft.q.set(text.trim().to_owned()));
    view! {
        <details class="fold" open=open>
            <summary>{title}</summary>
            <div class="stack">
                <SearchBox action="/reports/new" label="社区或网格" placeholder="例如：花园浜、hyb" value=draft.q.get_untracked() on_input/>
                <p class="small quiet">"找到的会列在下面“在哪里”。"</p>
            </div>
        </details>
    }
}

#[component]
fn Report(page: FormPage, draft: Draft) -> impl IntoView {
    let words = RwSignal::new(String::new());
    let home = page.home.map(|home| Spot {
        code: home.code,
        name: home.name,
        place: "您登记的地方".into(),
    });
    let node = RwSignal::new(home.as_ref().map(|home| home.code.clone()).unwrap_or_default());
    // What is near follows the place that is chosen; on the server it is near one's own.
    Effect::new(move |_| {
        let chosen = node.get();
        if !chosen.is_empty() && draft.near.with_untracked(|near| *near != chosen) {
            draft.near.set(chosen);
        }
    });
    let (category, kind) = (draft.category, draft.kind);
    // A page that the device kept would bring an old key back, and with it what was sent before.
    let key = RwSignal::new(page.key);
    Effect::new(move |_| {
        if let Some(fresh) = fresh_key() {
            key.set(fresh);
        }
    });
    let longest = u32::try_from(WORDS).unwrap_or(u32::MAX);
    let (of_wish, of_questions) = (page.categories.clone(), page.categories.clone());
    view! {
        <SendForm action=SEND prefix=FORM files=photo_limit(PHOTOS) on_done=follow() outbox="反映的事">
            <input type="hidden" name=KEY prop:value=move || key.get() value=key.get_untracked()/>
            <PhotoField label="拍照，或者选照片" most=PHOTOS optional=true/>
            <What categories=page.categories recent=page.recent category/>
            <Near rows=draft.rows/>
            <Wish categories=of_wish category kind/>
            <Field name="words" label="说说是什么事" kind=FieldKind::Textarea bind=words hint="一两句话就行：看到了什么，从什么时候起。" max_length=longest/>
            <Heard words/>
            <Questions categories=of_questions category/>
            <Where home hits=draft.hits node/>
            <Checkbox name="urgent" label="等不了，今天就要办" hint="急事 24 小时内办，夜里也有人管。"/>
            <Checkbox name="open" label="同意公开" hint="工作人员看过、去掉个人信息以后才公开，让遇到同样事的邻居知道。不公开也一样办。"/>
            <More phone=page.phone/>
            <p class="row top close small"><Icon name=Glyph::Shield/><span>"物业和被反映的人看不到您是谁。照片里请不要拍到别人的脸、车牌和家里。"</span></p>
            <Submit size=ButtonSize::Big icon=Glyph::Send>"交上去"</Submit>
        </SendForm>
    }
}

/// Where somebody is to come, and where the reporter is called.
#[component]
fn More(phone: Option<String>) -> impl IntoView {
    let form = use_context::<FormState>();
    let wrong = move || {
        let of = |field| form.is_some_and(|form| form.error_of(field).is_some());
        of("door") || of("phone")
    };
    let hint = match phone {
        Some(phone) => format!("不填就打 {phone}。"),
        None => "方便问您一句。".to_owned(),
    };
    view! {
        <details class="fold" open=wrong>
            <summary>"要人上门，或者换个电话联系"</summary>
            <div class="stack">
                <Field name="door" label="上门到哪里" placeholder="例如：3 幢 2 单元 501 室" hint="加密保存，只给办这件事的工作人员看。" optional=true max_length=80/>
                <Field name="phone" label="联系电话" kind=FieldKind::Tel hint optional=true/>
            </div>
        </details>
    }
}
