//! What its reporter may do with a matter now, a form each: answer, say whether it is well, add, have it handled again, withdraw.

use leptos::prelude::*;
use shared::UserId;
use ui::{
    ButtonKind, Card, Choice, Field, FieldKind, PhotoField, RadioGroup, SendForm, Submit, VoiceField,
    photo_limit, returned::refusal_by, sending::follow,
};

use super::handling::is_of_staff;
use crate::{
    ACT,
    model::{Action, MatterPage, Need, Offer, PHOTOS, Rating, STEP},
};

/// How an action is offered.
struct Wording {
    title: &'static str,
    said: &'static str,
    /// The label of its words; nothing if there are none to say.
    words: Option<&'static str>,
    button: &'static str,
    kind: ButtonKind,
    /// It is asked of the reporter: its form is open.
    asked: bool,
    photos: bool,
    /// It may be spoken.
    voice: bool,
}

impl Wording {
    const fn of(action: Action) -> Self {
        let (title, said, words, button) = match action {
            Action::Resume => (
                "等您补充",
                "办的人在等您的回答，计时停着。您补充以后接着办。",
                Some("您的回答"),
                "交上去，接着办",
            ),
            Action::Rate => (
                "请您评一评",
                "办得怎么样，由您说了算。不满意可以要求再办一次。",
                Some("还想说的话"),
                "评价",
            ),
            Action::Reopen => (
                "再办一次",
                "没有办好，可以要求再办一次。",
                Some("哪里还没有办好"),
                "请再办一次",
            ),
            Action::Add => (
                "补充情况",
                "想起来的、有变化的，都可以加上。",
                Some("补充什么"),
                "补充",
            ),
            Action::Withdraw => (
                "撤回",
                "撤回以后就不再办了。已经解决的，也可以撤回。",
                None,
                "撤回这件事",
            ),
            Action::Hide => (
                "不再公开",
                "从公开的列表里拿掉，以后也不再公开，照样办理。",
                None,
                "不再公开",
            ),
            other => (other.label(), "", Some("说明"), other.label()),
        };
        let ends = matches!(action, Action::Withdraw);
        let voice = matches!(action, Action::Resume | Action::Add);
        let photos = matches!(action, Action::Resume | Action::Add | Action::Reopen);
        Self {
            title,
            said,
            words,
            button,
            kind: if ends {
                ButtonKind::Danger
            } else {
                ButtonKind::Primary
            },
            asked: matches!(action, Action::Resume | Action::Rate),
            photos,
            voice,
        }
    }
}

/// The reporter's forms; nothing for anybody else.
#[component]
pub fn Offers(page: MatterPage) -> impl IntoView {
    let (mut asked, mut others) = (Vec::new(), Vec::new());
    for offer in page.offers.iter().filter(|offer| !is_of_staff(&page, offer)) {
        let wording = Wording::of(offer.action);
        let (code, offer, whose) = (page.code.clone(), offer.clone(), page.whose);
        if wording.asked {
            let title = wording.title;
            asked.push(view! { <Card title=title warm=true><Step code offer wording whose/></Card> });
        } else {
            let open = refusal_by(ACT, &form(offer.action)).is_some();
            let title = wording.title;
            others.push(view! { <details class="fold" open=open><summary>{title}</summary><Step code offer wording whose/></details> });
        }
    }
    let others = (!others.is_empty()).then(|| view! { <Card title="您可以">{others}</Card> });
    view! { {asked} {others} }
}

fn form(action: Action) -> String {
    format!("act-{}", action.code())
}

#[component]
fn Step(code: String, offer: Offer, wording: Wording, whose: Option<UserId>) -> impl IntoView {
    let action = offer.action;
    let longest = u32::try_from(STEP).unwrap_or(u32::MAX);
    let optional = !offer.needs.contains(&Need::Words);
    let rates = offer.needs.contains(&Need::Rating);
    let ratings = || -> Vec<Choice> {
        Rating::ALL
            .iter()
            .map(|rating| Choice::new(rating.code(), rating.label()))
            .collect()
    };
    let said = (!wording.said.is_empty()).then(|| view! { <p>{wording.said}</p> });
    view! {
        <SendForm action=ACT prefix=form(action) files=photo_limit(PHOTOS) on_done=follow()>
            {said}
            <input type="hidden" name="code" value=code/>
            <input type="hidden" name="action" value=action.code()/>
            {whose.map(|whose| view! { <input type="hidden" name="whose" value=whose.to_string()/> })}
            {rates.then(|| view! { <RadioGroup name="rating" label="您满意吗" choices=ratings()/> })}
            {wording.voice.then(|| view! { <VoiceField label="说一段话，可以不写字"/> })}
            {wording.words.map(|label| view! { <Field name="words" label kind=FieldKind::Textarea optional max_length=longest/> })}
            {wording.photos.then(|| view! { <PhotoField label="照片" most=PHOTOS optional=true/> })}
            <Submit kind=wording.kind>{wording.button}</Submit>
        </SendForm>
    }
}
