//! `/mediation/:code/print`: the agreement in its form, to be printed and signed. What is not for a computer is left open: numbers of identity
//! cards, signatures, fingerprints, the seal.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use ui::{Glyph, Icon, Page, Resource};

use super::frame::loaded;
use crate::{
    api,
    model::{AgreementPage, Clause, Party, Shape},
};

pub fn page() -> AnyView {
    let params = use_params_map();
    let code = Memo::new(move |_| params.with(|params| params.get("code").unwrap_or_default()));
    let shown = Resource::new(move || code.get(), api::get_agreement);
    loaded(shown, move |page: AgreementPage| {
        view! { <Shown page/> }.into_any()
    })
}

#[component]
fn Shown(page: AgreementPage) -> impl IntoView {
    let title = match page.shape {
        Shape::Written => "人民调解协议书",
        Shape::Oral => "人民调解口头协议登记表",
    };
    let back = format!("/mediation/{}", page.code);
    let sides = page
        .sides
        .iter()
        .map(|side| view! { <Side side=side.clone()/> })
        .collect_view();
    let duty = (!page.agreement.duty.is_empty())
        .then(|| view! { <h2>"各方的责任"</h2><p class="catalogue-words">{page.agreement.duty}</p> });
    let clauses = (1_usize..)
        .zip(page.agreement.clauses)
        .map(|(number, clause)| view! { <One number clause/> })
        .collect_view();
    let signatures = match page.shape {
        Shape::Written => {
            let names = page
                .sides
                .iter()
                .map(|side| {
                    let words = format!("{}（签名、盖章或者按指印）", side.part.label());
                    view! { <p class="mediation-sign">{words}</p> }
                })
                .collect_view();
            view! { <div>{names}</div> }.into_any()
        }
        Shape::Oral => view! { <p>"当事人认为不用制作协议书，由调解员记录。"</p> }.into_any(),
    };
    let mediators = if page.mediators.is_empty() {
        "调解员（签名）".to_owned()
    } else {
        format!("调解员（签名）：{}", page.mediators.join("、"))
    };
    let effective = match page.effective {
        Some(on) => format!("本协议自 {} 起生效。", on.zh()),
        None => "本协议自各方签名、盖章或者按指印，调解员签名并盖调解委员会印章之日起生效。".to_owned(),
    };
    let kept = match page.shape {
        Shape::Written => "本协议当事人各执一份，调解委员会留存一份。",
        Shape::Oral => "本记录由调解委员会留存。",
    };
    view! {
        <Page title=title eyebrow=page.number>
            <div class="stack loose mediation-paper">
                <p class="buttons no-print">
                    <button class="button" type="button" on:click=|_| { _ = window().print(); }><Icon name=Glyph::Print/>"打印"</button>
                    <a class="button plain" href=back>"回到这件调解"</a>
                </p>
                <p>{page.committee.clone()}</p>
                <h2>"当事人"</h2>
                {sides}
                <h2>"纠纷的主要事实和争议的事项"</h2>
                <p>{page.kind.label()}</p>
                <p class="catalogue-words">{page.agreement.facts}</p>
                {duty}
                <h2>"协议内容，履行的方式和期限"</h2>
                <ol class="mediation-clauses" role="list">{clauses}</ol>
                <p>{effective}{kept}"人民调解不收取费用。"</p>
                <p>"生效之日起三十日内，双方认为有必要的，可以共同向人民法院申请司法确认。对履行或者内容发生争议的，一方可以向人民法院起诉。"</p>
                {signatures}
                <p class="mediation-sign">{mediators}</p>
                <p class="mediation-sign">{format!("{}（印章）", page.committee)}</p>
                <p class="mediation-sign">"日期"</p>
                <p class="small quiet">"格式依据：人民调解法第二十八条至第三十三条。"</p>
            </div>
        </Page>
    }
}

#[component]
fn Side(side: Party) -> impl IntoView {
    let address = if side.address.is_empty() {
        view! { <dd class="mediation-blank">"（手写）"</dd> }.into_any()
    } else {
        view! { <dd>{side.address}</dd> }.into_any()
    };
    view! {
        <dl class="facts">
            <dt>{side.part.label()}</dt><dd>{side.name}</dd>
            <dt>"住处"</dt>{address}
            <dt>"身份证号、电话"</dt><dd class="mediation-blank">"（手写）"</dd>
        </dl>
    }
}

#[component]
fn One(number: usize, clause: Clause) -> impl IntoView {
    let how = (!clause.how.is_empty()).then(|| format!("履行方式：{}。", clause.how));
    let due = clause.due.map(|due| format!("期限：{} 以前。", due.zh()));
    let with = [how, due].into_iter().flatten().collect::<String>();
    let with = (!with.is_empty()).then(|| view! { <p>{with}</p> });
    view! {
        <li>
            <p class="catalogue-words">{format!("{number}. {}", clause.words)}</p>
            {with}
        </li>
    }
}
