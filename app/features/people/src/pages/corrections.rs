//! What residents wrote about their household: what waits, and what was handled.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use ui::{
    Badge, Button, ButtonKind, Card, Empty, Field, Form, Glyph, Page, Pager, Resource, Submit, Tab, Tabs,
    Tone, Width, live,
};

use super::{
    frame::{Done, Kept, acting, changes, escaped, loaded, query},
    people::topics,
};
use crate::{
    api,
    model::{CorrectionRow, CorrectionsPage, PlaceChoice},
};

pub struct CorrectionsRoute;

#[lazy_route]
impl LazyRoute for CorrectionsRoute {
    // What this names is loaded with every page: all is made in `view`, which comes with this one.
    fn data() -> Self {
        Self
    }

    fn view(_page: Self) -> AnyView {
        let (node, of, after) = (query("node"), query("of"), query("after"));
        let (changes, kept) = (changes(), Kept::new());
        let shown = Resource::new(
            move || (node.get(), of.get(), after.get(), changes.get()),
            |(node, of, after, _)| api::corrections(node, of, after),
        );
        // What is written meanwhile is shown at once.
        live::use_events(topics(), move |event| {
            if event.kind.starts_with("people.") {
                shown.refetch();
            }
        });
        live::use_reset(move || shown.refetch());
        loaded(shown, move |page: CorrectionsPage| {
            let whose = format!(
                "{}/{}/{}",
                node.get_untracked(),
                of.get_untracked(),
                after.get_untracked()
            );
            kept.show(vec![whose], move || view! { <Corrections page kept/> }.into_any())
        })
    }
}

#[component]
fn Corrections(page: CorrectionsPage, kept: Kept) -> impl IntoView {
    let CorrectionsPage {
        rows,
        handled,
        here,
        choices,
        may_edit,
    } = page;
    let node = here
        .as_ref()
        .map(|here| here.code.to_string())
        .unwrap_or_default();
    let listed = node.clone();
    let address = |of: &str| format!("/people/corrections?node={node}&of={of}");
    let tabs = vec![
        Tab::new("等核对", address("waiting"), !handled),
        Tab::new("处理过的", address("handled"), handled),
    ];
    let onward = rows.next.as_ref().map(|next| {
        let of = if handled { "handled" } else { "waiting" };
        format!("{}&after={}", address(of), escaped(next))
    });
    let nothing = rows.rows.is_empty();
    let list = kept
        .rows(rows.rows, |row| row.correction.id.to_string())
        .into_iter()
        .map(|place| place.map(|row| view! { <Written row may_edit node=listed.clone()/> }))
        .collect::<Vec<_>>();
    let (title, detail) = if handled {
        ("还没有处理过的", "核对过的会列在这里，写着谁在什么时候处理。")
    } else {
        (
            "没有等核对的",
            "居民在“我家的登记”里写的更正，和导入名册时要核对的，会列在这里。",
        )
    };
    let eyebrow = here.map(|here| here.name).unwrap_or_default();
    let above = vec![("居民和房屋".to_owned(), "/people".to_owned())];
    view! {
        <Page title="居民写的更正" eyebrow above=above width=Width::Wide>
            <div class="stack loose">
                <Done/>
                <Choose node handled choices/>
                <Tabs label="更正的状态" tabs/>
                {nothing.then(|| view! { <Empty icon=Glyph::Check title=title detail=detail/> })}
                {list}
                {onward.map(|onward| view! { <Pager onward=onward/> })}
            </div>
        </Page>
    }
}

/// Where: for who works in more than one place.
#[component]
fn Choose(node: String, handled: bool, choices: Vec<PlaceChoice>) -> impl IntoView {
    if choices.len() < 2 {
        return ().into_any();
    }
    let options = choices
        .into_iter()
        .map(|place| {
            let code = place.code.to_string();
            let selected = code == node;
            view! { <option value=code selected=selected>{place.name}</option> }
        })
        .collect_view();
    view! {
        <form class="people-find" method="get" action="/people/corrections">
            <div class="field">
                <label for="corrections-node">"哪里的"</label>
                <select class="input" id="corrections-node" name="node">
                    <option value="">"我负责的全部"</option>
                    {options}
                </select>
            </div>
            {handled.then(|| view! { <input type="hidden" name="of" value="handled"/> })}
            <Button kind=ButtonKind::Plain submit=true icon=Glyph::Search>"看"</Button>
        </form>
    }
    .into_any()
}

#[component]
fn Written(
    row: CorrectionRow,
    may_edit: bool,
    /// Of which place the list is.
    node: String,
) -> impl IntoView {
    let CorrectionRow {
        correction,
        writer,
        handler,
        household,
        address,
        grid,
    } = row;
    let (at, by_resident) = (correction.at.zh_short(), correction.by_resident);
    let said = match (writer, correction.acted) {
        (writer, Some(acted)) => {
            let writer = writer.unwrap_or_else(|| "居民".to_owned());
            format!("{grid}，{acted} {at} 替 {writer} 写的")
        }
        (Some(writer), None) => format!("{grid}，{writer} {at} 写的"),
        (None, None) if by_resident => format!("{grid}，居民 {at} 写的"),
        (None, None) => format!("{grid}，{at} 导入名册时留下的，要核对"),
    };
    let end = match correction.handled_at {
        Some(_) => view! { <Badge tone=Tone::Done>"处理过了"</Badge> }.into_any(),
        None => view! { <Badge tone=Tone::Due>"等核对"</Badge> }.into_any(),
    };
    let handled = correction.handled_at.map(|at| {
        let who = handler.unwrap_or_else(|| "已注销的账号".to_owned());
        let answer = correction.answer.map(|words| format!("，回复：{words}"));
        format!("{who} {} 处理{}", at.zh_short(), answer.unwrap_or_default())
    });
    let waits = handled.is_none();
    let id = correction.id.to_string();
    view! {
        <Card title=address end=move || end>
            <p>{correction.words}</p>
            <p class="small quiet">{said}</p>
            {handled.map(|words| view! { <p>{words}</p> })}
            <div class="buttons">
                <Button kind=ButtonKind::Plain icon=Glyph::Home href=format!("/people/households/{household}")>"看这一户"</Button>
            </div>
            {(waits && may_edit).then(|| view! { <Handle id by_resident listed=node/> })}
        </Card>
    }
}

/// Saying that one of them was seen to, with a word to who wrote it, or for the file if nobody did.
#[component]
pub fn Handle(
    id: String,
    by_resident: bool,
    /// It is done in the list of a place, or with an empty one in that of all: back to it.
    #[prop(optional, into)]
    listed: Option<String>,
) -> impl IntoView {
    let action = acting::<api::HandleCorrection>();
    let form = format!("handle-{id}");
    let (label, hint) = if by_resident {
        ("给本人的话", "本人会收到消息，在“我家的登记”里看得到这句话。")
    } else {
        ("核对的结果", "导入名册时留下的，不发给居民，只和这一条记在一起。")
    };
    let back = listed.map(|node| {
        view! {
            <input type="hidden" name="listed" value="true"/>
            <input type="hidden" name="node" value=node/>
        }
    });
    view! {
        <Form action prefix=form adds=true>
            <input type="hidden" name="id" value=id/>
            {back}
            <Field name="answer" label=label hint=hint optional=true max_length=200/>
            <Submit kind=ButtonKind::Plain icon=Glyph::Check>"核对过了"</Submit>
        </Form>
    }
}
