//! What may be done with a case now, a form each: for a side, for mediators, for whoever took it.

use leptos::prelude::*;
use ui::{
    ButtonKind, Card, Checkbox, Choice, Field, FieldKind, Notice, PhotoField, Select, SendForm, Submit, Tone,
    photo_limit, returned::refusal_by, sending::follow,
};

use super::{clauses::AgreementFields, new::length};
use crate::{
    ACT,
    model::{Action, CasePage, Door, How, Kept, LINE, Need, Offer, Part, WORDS},
};

/// Pages that are scanned at once.
const PAGES: usize = 9;
/// What comes next, on the way of a case: its form stands open.
const NEXT: [Action; 11] = [
    Action::Take,
    Action::Accept,
    Action::Consent,
    Action::Ask,
    Action::Declare,
    Action::Settle,
    Action::Hold,
    Action::Sign,
    Action::Follow,
    Action::Name,
    Action::AskCourt,
];

/// A form's name on the page.
fn form(action: Action) -> String {
    action.code().replace('_', "-")
}

/// The forms of whoever looks; nothing where there is nothing to do.
#[component]
pub fn Offers(page: CasePage) -> impl IntoView {
    // Nobody is changed for somebody else before there is one.
    let mediated = page
        .people
        .iter()
        .any(|one| one.part == Part::Mediator && one.left.is_none());
    let offers: Vec<&Offer> = page
        .offers
        .iter()
        .filter(|offer| mediated || offer.action != Action::Object)
        .collect();
    let next = NEXT
        .into_iter()
        .find(|action| offers.iter().any(|offer| offer.action == *action));
    let of = |offer: &Offer| {
        let main = Some(offer.action) == next;
        view! { <Step page=page.clone() offer=offer.clone() main/> }
    };
    let first = offers.iter().copied().find(|offer| Some(offer.action) == next);
    let first = first.map(|offer| {
        let step = of(offer);
        view! { <Card title=title(offer.action) warm=true>{step}</Card> }
    });
    let rest = offers
        .iter()
        .copied()
        .filter(|offer| Some(offer.action) != next)
        .map(|offer| {
            let open = refusal_by(ACT, &form(offer.action)).is_some();
            let step = of(offer);
            view! { <details class="fold" open=open><summary>{title(offer.action)}</summary>{step}</details> }
        })
        .collect::<Vec<_>>();
    let rest = (!rest.is_empty()).then(|| view! { <Card title="还可以">{rest}</Card> });
    view! { {first} {rest} }
}

/// One step as a form. It leads back to the case's page.
#[component]
fn Step(page: CasePage, offer: Offer, main: bool) -> impl IntoView {
    let action = offer.action;
    let code = page.code.clone();
    let ends = matches!(
        action,
        Action::Refuse | Action::Decline | Action::GiveUp | Action::Fail | Action::Stop | Action::Withdraw
    );
    let kind = match (ends, main) {
        (true, _) => ButtonKind::Danger,
        (false, true) => ButtonKind::Primary,
        (false, false) => ButtonKind::Plain,
    };
    let hint = hint(action).map(|words| view! { <p>{words}</p> });
    let side = page.side.is_some();
    let danger = (action == Action::Warn)
        .then(|| view! { <Notice tone=Tone::Late>"马上会出事的，请先打 110。"</Notice> });
    let scans = matches!(action, Action::Sign | Action::Scan);
    view! {
        <SendForm action=ACT prefix=form(action) files=photo_limit(PAGES) on_done=follow()>
            {danger}
            {hint}
            <input type="hidden" name="code" value=code/>
            <input type="hidden" name="action" value=action.code()/>
            <Needs page needs=offer.needs action/>
            {scans.then(|| view! {
                <PhotoField label="签字的协议，扫描或者拍照" most=PAGES optional={action == Action::Sign}/>
            })}
            <Said action side/>
            <Submit kind>{verb(action)}</Submit>
        </SendForm>
    }
}

/// The words of a step. Fields find their form by its context: they are made inside of it.
#[component]
fn Said(action: Action, side: bool) -> impl IntoView {
    said(action, side).map(|(label, hint, optional)| {
        view! { <Field name="words" label hint kind=FieldKind::Textarea optional max_length=length(WORDS)/> }
    })
}

/// What a step has to come with, beside words.
#[component]
fn Needs(page: CasePage, needs: Vec<Need>, action: Action) -> impl IntoView {
    let wants = |need: Need| needs.contains(&need);
    let today = page.now.date().to_string();
    let how = wants(Need::How).then(|| {
        let choices = How::ALL
            .iter()
            .map(|how| Choice::new(how.code(), how.label()))
            .collect::<Vec<_>>();
        view! { <Select name="how" label="怎么问的" choices value=How::Phone.code() hint="站内消息只发给姓名和手机号都对得上的账号。"/> }
    });
    let door = wants(Need::Door).then(|| {
        let choices = Door::ALL
            .iter()
            .map(|door| Choice::new(door.code(), door.label()))
            .collect::<Vec<_>>();
        view! { <Select name="door" label="接下来可以去哪里" choices/> }
    });
    let person = wants(Need::Person).then(|| {
        let mediators = page
            .people
            .iter()
            .filter(|one| one.part == Part::Mediator && one.left.is_none());
        let choices = std::iter::once(Choice::new("", "请选"))
            .chain(mediators.map(|one| Choice::new(one.id.to_string(), one.name.clone())))
            .collect::<Vec<_>>();
        view! { <Select name="person" label="哪一位" choices/> }
    });
    let account = wants(Need::Account).then(|| {
        let choices = std::iter::once(Choice::new("", "请选"))
            .chain(page.candidates.iter().map(|one| {
                Choice::new(one.user.to_string(), format!("{}（{}）", one.name, one.role.label()))
            }))
            .collect::<Vec<_>>();
        view! {
            <Select name="account" label="请谁调解" choices optional=true hint="当事人和办过这件反映的事的人不在里面。"/>
            <Field name="phone" label="或者填这一位的手机号" kind=FieldKind::Tel optional=true hint="要有账号。填了就以手机号为准。"/>
        }
    });
    let tick = wants(Need::Tick).then(|| {
        let label = if action == Action::Sign {
            "各方已签名、盖章或者按指印，调解员已签名，调委会已盖章"
        } else {
            "我和双方没有亲属、财产等利害关系，也没有办过这件反映的事"
        };
        view! { <Checkbox name="tick" label/> }
    });
    let sitting = wants(Need::Sitting).then(|| {
        let today = today.clone();
        view! {
            <div class="fields-2">
                <Field name="on" label="哪一天" kind=FieldKind::Date value=today/>
                <Field name="time" label="几点开始" placeholder="例如 14:30"/>
            </div>
            <Field name="place" label="在哪里" max_length=length(LINE)/>
            <Field name="there" label="谁到场" kind=FieldKind::Textarea max_length=length(WORDS)/>
        }
    });
    let agreement = wants(Need::Agreement).then(|| {
        let known = page.agreement.clone();
        view! { <AgreementFields known/> }
    });
    let day = wants(Need::Day)
        .then(|| view! { <Field name="on" label="哪一天" kind=FieldKind::Date value=today/> });
    let clause = (action == Action::Follow).then(|| {
        let open = page
            .clauses
            .iter()
            .filter(|clause| clause.kept != Some(Kept::Kept));
        let choices = open
            .map(|clause| {
                let words: String = clause.words.chars().take(20).collect();
                Choice::new(
                    clause.number.to_string(),
                    format!("第 {} 条：{words}", clause.number),
                )
            })
            .collect::<Vec<_>>();
        let kept = Kept::ALL
            .iter()
            .map(|kept| Choice::new(kept.code(), kept.label()))
            .collect::<Vec<_>>();
        view! {
            <Select name="clause" label="哪一条" choices/>
            <Select name="kept" label="履行得怎么样" choices=kept/>
        }
    });
    view! { {how} {door} {person} {account} {tick} {sitting} {agreement} {day} {clause} }
}

/// What is asked for in words: label, who reads it, whether there may be none.
const fn said(action: Action, side: bool) -> Option<(&'static str, &'static str, bool)> {
    Some(match action {
        Action::Refuse => ("为什么不受理", "申请人会看到，请写清楚、写客气。", false),
        Action::Ask => ("对方怎么说", "双方看得到，只写愿不愿意。", true),
        Action::Consent | Action::Decline if side => ("想说的话", "双方看得到，可以不写。", true),
        Action::Consent | Action::Decline => (
            "对方怎么答复的",
            "写明谁问的、什么时候、怎么答的。双方看得到。",
            false,
        ),
        Action::Object => ("为什么", "可以不写。双方和调解员看得到。", true),
        Action::Hold => ("谈了什么", "双方看得到。", false),
        Action::Follow => ("回访的情况", "双方看得到。", false),
        Action::GiveUp => ("哪些没有履行", "双方看得到。", false),
        Action::Fail => ("为什么没有调解成", "双方看得到。不写谁对谁错。", false),
        Action::Stop => ("为什么", "可以不写。双方看得到。", true),
        Action::Warn => (
            "怎么回事",
            "只有调解员和经办人看得到。上一级只知道是哪一件，会来电话问。",
            false,
        ),
        Action::Note => ("备注", "只有调解员和经办人看得到。", false),
        _ => return None,
    })
}

const fn hint(action: Action) -> Option<&'static str> {
    Some(match action {
        Action::Take => {
            "接手以后才看得到内容，您就是这件调解的经办人。您和当事人有利害关系的，请让同事来接。"
        }
        Action::Ask => "没有问过对方、对方没有同意，不能开始调解。",
        Action::Consent => "双方都同意才开始。达成协议以前，谁都可以随时要求终止。",
        Action::Settle => "写好以后打印出来，各方签名、盖章或者按指印，调解员签名，盖调委会的章。",
        Action::SettleOrally => "双方认为不用写协议书的，记下口头协议，从达成的那天起生效。",
        Action::Sign => "从各方签字、盖章的那天起生效。扫描件可以现在交，也可以以后交。",
        Action::AskCourt => "双方认为有必要的，可以在生效以后 30 天以内共同申请。",
        Action::Fail => "调解不成，要告诉双方还可以走哪条路。",
        Action::Stop => "您可以随时要求终止，不用说明理由。终止以后可以向人民法院起诉。",
        Action::Object => "这一位不再参加，也看不到以后的内容。",
        _ => return None,
    })
}

/// What stands on the button.
const fn verb(action: Action) -> &'static str {
    match action {
        Action::Ask => "记下",
        Action::Name => "请这一位",
        Action::Declare => "声明",
        Action::Hold => "记下这次调解",
        Action::Settle => "写好协议",
        Action::SettleOrally => "记下口头协议",
        Action::Sign => "协议生效",
        Action::Scan => "交扫描件",
        Action::Follow => "记下回访",
        Action::GiveUp => "结束",
        Action::Warn => "报告上一级",
        Action::Note => "记下备注",
        Action::Object => "换掉这一位",
        Action::Stop => "终止调解",
        other => other.label(),
    }
}

const fn title(action: Action) -> &'static str {
    match action {
        Action::Take => "接手这件申请",
        Action::Ask => "问问对方愿不愿意",
        Action::Consent => "愿意调解",
        Action::Decline => "不愿意调解",
        Action::Declare => "先声明没有利害关系",
        Action::StepAside => "我要回避",
        Action::Settle => "谈成了，写协议",
        Action::SettleOrally => "谈成了，口头协议",
        Action::Sign => "各方签好字了",
        Action::Follow => "问问履行了没有",
        Action::GiveUp => "没有履行，结束",
        Action::Fail => "没有调解成",
        Action::Stop => "要求终止",
        Action::Name => "请谁来调解",
        other => other.label(),
    }
}
