//! `/reports/new`: reporting something with three taps: what, where, and a photo or a few words. The same form is that of a visitor without
//! an account, who has chosen how before: see [`super::open`].

use grid::model::OwnGrid;
use leptos::prelude::*;
use shared::AppError;
use ui::{
    Button, ButtonKind, ButtonSize, Checkbox, Field, FieldKind, FormState, Glyph, Icon, Notice, Page,
    PhotoField, Resource, SearchBox, SendForm, Submit, Tone, VoiceField,
    outbox::files::{KEY, fresh_key},
    photo_limit, resting,
    sending::follow,
    viewer::use_viewer,
};

use super::{
    draft::{Draft, FORM, Way},
    elsewhere::{Danger, Elsewhere, Heard},
    frame::loaded,
    near::{Answers, Follows, Near},
    new_parts::{Questions, What, Wish},
    open,
    place::Where,
};
use crate::{
    api,
    model::{FormPage, PHOTOS, Spot, WORDS},
};

/// What is typed rests so long before it is looked up.
const REST: std::time::Duration = std::time::Duration::from_millis(300);
/// And words of a report: answers that come and go while somebody types are in the way.
const SAID: std::time::Duration = std::time::Duration::from_millis(1_000);

pub fn page() -> AnyView {
    if !use_viewer().signed_in() {
        return open::ways();
    }
    let form = Resource::new(|| (), |()| api::get_form());
    let draft = Draft::begin(Way::SignedIn);
    loaded(form, move |page: FormPage| shown(page, draft))
}

/// The form, once it is known what it offers.
pub fn shown(page: FormPage, draft: Draft) -> AnyView {
    view! { <Shown page draft/> }.into_any()
}

#[component]
fn Shown(page: FormPage, draft: Draft) -> impl IntoView {
    view! {
        <Page title="什么事？" above=vec![("反映的事".to_owned(), "/reports".to_owned())]>
            <div class="stack">
                <Danger/>
                {said(draft.way, page.phone.as_deref())}
                <Call own=draft.own/>
                <FindPlace draft home=page.home.as_ref().map(|home| home.name.clone())/>
                <Report page draft/>
                <Elsewhere/>
                {(draft.way == Way::SignedIn).then(|| {
                    view! {
                        <p class="small"><a href="/reports/new/anonymous">"不想留名字？可以匿名反映"</a></p>
                        <Follows known=draft.known/>
                    }
                })}
            </div>
        </Page>
    }
}

/// As whom a visitor reports without an account, and what comes of it.
fn said(way: Way, phone: Option<&str>) -> Option<AnyView> {
    let (title, words) = match way {
        Way::SignedIn => return None,
        Way::Phone => (
            format!("用手机号 {} 反映", phone.unwrap_or_default()),
            "办的人会打这个电话问您；要您补充、有了答复，发短信告诉您。交上去以后给您一个查询码，凭它或者手机号看进展。不公开。",
        ),
        Way::Anonymous => (
            "匿名反映".to_owned(),
            "不记您是谁。交上去以后给您一个查询码，只有它能看进展，请记下来。一样有人办，不公开。",
        ),
    };
    let other = view! { <a href="/reports/new">"换一种方式"</a> };
    Some(view! { <Notice tone=Tone::Go title=title>{words} " " {other}</Notice> }.into_any())
}

/// 长辈版: whom to call instead, and how to speak instead of typing. Who has no grid here, or one whose worker shows no number, calls 12345.
#[component]
fn Call(own: Resource<Result<Option<OwnGrid>, AppError>>) -> impl IntoView {
    view! {
        <div class="reports-large">
            <Suspense>
                {move || Suspend::new(async move {
                    let workers = own.await.ok().flatten().map(|grid| grid.workers).unwrap_or_default();
                    let number = workers.into_iter().find_map(|worker| worker.phone);
                    let (href, words) = match number {
                        Some(number) => (format!("tel:{number}"), "打电话给网格员"),
                        None => ("tel:12345".to_owned(), "打 12345 反映"),
                    };
                    view! {
                        <Button kind=ButtonKind::Warm size=ButtonSize::Big icon=Glyph::Phone href external=true>{words}</Button>
                    }
                })}
            </Suspense>
            <p><Icon name=Glyph::Mic/>"不会打字，按住下面的“按住说话”，说出来就行。没有这个按钮的，点键盘上的话筒。"</p>
        </div>
    }
}

/// Looks for another place than one's own; a form of its own, so it stands before the other.
#[component]
fn FindPlace(draft: Draft, home: Option<String>) -> impl IntoView {
    let open = home.is_none() || !draft.ground.q.get_untracked().is_empty();
    let title = match home {
        Some(home) => format!("不在{home}？换个地方"),
        None => "在哪个小区或者社区".to_owned(),
    };
    let on_input = resting(REST, move |text: String| {
        draft.ground.q.set(text.trim().to_owned())
    });
    view! {
        <details class="fold" open=open>
            <summary>{title}</summary>
            <div class="stack">
                <SearchBox action=draft.way.page() label="小区、社区或者地址" placeholder="例如：花园浜3幢、hyb" value=draft.ground.q.get_untracked() on_input/>
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
    // What was answered before is looked for once the words rest, and only in what they say by then.
    let rest = resting(SAID, move |text: String| draft.said.set(text));
    Effect::new(move |_| {
        let text = words.get();
        if draft.said.with_untracked(|said| *said != text) {
            rest.run(text);
        }
    });
    // A page that the device kept would bring an old key back, and with it what was sent before.
    let key = RwSignal::new(page.key);
    Effect::new(move |_| {
        if let Some(fresh) = fresh_key() {
            key.set(fresh);
        }
    });
    let longest = u32::try_from(WORDS).unwrap_or(u32::MAX);
    let (of_wish, of_questions) = (page.categories.clone(), page.categories.clone());
    let (way, action, phone) = (draft.way, draft.way.action(), page.phone);
    let origin = way
        .origin()
        .map(|origin| view! { <input type="hidden" name="as" value=origin.code()/> });
    let signed_in = way == Way::SignedIn;
    // For whom it is written: sent while somebody acts for another, it would be theirs.
    let whose = page.whose;
    let fields = move || {
        // What finds its errors by the form is made inside of it.
        let agrees = signed_in.then(|| {
            view! {
                <Checkbox name="open" label="同意公开" hint="工作人员看过、去掉个人信息以后才公开，让遇到同样事的邻居知道。不公开也一样办。"/>
            }
        });
        view! {
            <input type="hidden" name=KEY prop:value=move || key.get() value=key.get_untracked()/>
            {whose.map(|whose| view! { <input type="hidden" name="whose" value=whose.to_string()/> })}
            {origin}
            <PhotoField label="拍照，或者选照片" most=PHOTOS optional=true/>
            <What categories=page.categories recent=page.recent category/>
            <Near known=draft.known follows=signed_in/>
            <Wish categories=of_wish category kind/>
            <VoiceField label="说一段话"/>
            <Field name="words" label="说说是什么事" kind=FieldKind::Textarea bind=words optional=true hint="一两句话就行：看到了什么，从什么时候起。有照片或者语音，可以不写。" max_length=longest/>
            <Heard words/>
            <Answers known=draft.known/>
            <Questions categories=of_questions category/>
            <Where home ground=draft.ground node/>
            <Checkbox name="urgent" label="等不了，今天就要办" hint="急事 24 小时内办，夜里也有人管。"/>
            {agrees}
            <More way phone/>
            <p class="row top close small"><Icon name=Glyph::Shield/><span>"物业和被反映的人看不到您是谁。照片里请不要拍到别人的脸、车牌和家里。"</span></p>
            <Submit size=ButtonSize::Big icon=Glyph::Send>"交上去"</Submit>
        }
        .into_any()
    };
    // What waits on a device belongs to whoever is signed in: a stranger's report is sent at once or not at all.
    match way {
        Way::SignedIn => view! {
            <SendForm action prefix=FORM files=photo_limit(PHOTOS) on_done=follow() outbox="反映的事">{fields()}</SendForm>
        }
        .into_any(),
        Way::Phone | Way::Anonymous => view! {
            <SendForm action prefix=FORM files=photo_limit(PHOTOS) on_done=follow()>{fields()}</SendForm>
        }
        .into_any(),
    }
}

/// Where somebody is to come, and where the reporter is called.
#[component]
fn More(way: Way, phone: Option<String>) -> impl IntoView {
    let form = use_context::<FormState>();
    let wrong = move || {
        let of = |field| form.is_some_and(|form| form.error_of(field).is_some());
        of("door") || of("phone")
    };
    let hint = match (way, phone) {
        (Way::SignedIn, Some(phone)) => format!("不填就打 {phone}。"),
        (Way::SignedIn, None) => "方便问您一句。".to_owned(),
        (Way::Phone | Way::Anonymous, _) => "留了，办的人能打电话问您；不留，也一样办。加密保存。".to_owned(),
    };
    // A number that was proved is the one that is called.
    let called = (way != Way::Phone)
        .then(|| view! { <Field name="phone" label="联系电话" kind=FieldKind::Tel hint optional=true/> });
    let summary = match way {
        Way::SignedIn => "要人上门，或者换个电话联系",
        Way::Phone => "要人上门",
        Way::Anonymous => "要人上门，或者留个电话",
    };
    view! {
        <details class="fold" open=wrong>
            <summary>{summary}</summary>
            <div class="stack">
                <Field name="door" label="上门到哪里" placeholder="例如：3 幢 2 单元 501 室" hint="加密保存，只给办这件事的工作人员看。" optional=true max_length=80/>
                {called}
            </div>
        </details>
    }
}
