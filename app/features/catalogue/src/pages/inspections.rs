//! `/inspections`: what is to be walked where one works, done with a tap.

use leptos::prelude::*;
use shared::AppError;
use ui::{
    Badge, ButtonKind, Card, Empty, Field, FieldKind, Glyph, List, ListRow, Notice, Page, PhotoField,
    Resource, SendForm, Submit, Tone,
    live::{use_events, use_reset},
    photo_limit,
    returned::{refusal_by, refusal_of},
    sending::follow,
    viewer::use_viewer,
};

use super::{
    frame::{Done, loaded},
    tap::Tap,
};
use crate::{
    WALK, api,
    model::{InspectionRow, InspectionsPage, MOST_PHOTOS},
};

/// What is told where the viewer walks rounds.
pub fn topics() -> Vec<String> {
    use_viewer()
        .actor
        .iter()
        .flat_map(|actor| actor.scope_of(shared::Permission::Inspect).paths().to_vec())
        .map(|path| format!("path/{path}"))
        .collect()
}

pub fn page() -> AnyView {
    let shown = Resource::new(|| (), |()| api::inspections());
    // What somebody types, and the photos that they chose, stay while others walk their rounds.
    let typing = RwSignal::new(false);
    let again = move || {
        if !typing.get_untracked() {
            shown.refetch();
        }
    };
    use_events(topics(), move |event| {
        if event.kind.starts_with("catalogue.") {
            again();
        }
    });
    use_reset(again);
    loaded(shown, move |page: InspectionsPage| {
        view! { <Inspections page typing/> }.into_any()
    })
}

#[component]
fn Inspections(page: InspectionsPage, typing: RwSignal<bool>) -> impl IntoView {
    let today = page.now.date();
    let nothing = page.open.is_empty();
    let cards = page
        .open
        .into_iter()
        .map(|row| view! { <Round row today typing/> })
        .collect::<Vec<_>>();
    let done = page
        .done
        .into_iter()
        .map(|row| {
            let when = row.done_at.map(shared::Timestamp::zh_short).unwrap_or_default();
            let detail = match row.words {
                Some(words) => format!("{}，{when}：{words}", row.grid),
                None => format!("{}，{when}", row.grid),
            };
            let (tone, words) = if row.found {
                (Tone::Due, "有问题")
            } else {
                (Tone::Done, "正常")
            };
            let href = format!("/inspections/round?id={}", row.id);
            view! { <ListRow title=row.name detail href><Badge tone>{words}</Badge></ListRow> }
        })
        .collect::<Vec<_>>();
    // The round whose form said so is none of these any more.
    let late = refusal_of(WALK)
        .filter(|error| matches!(error, AppError::Conflict(_)))
        .map(|error| view! { <Notice tone=Tone::Late>{error.message()}</Notice> });
    view! {
        <Page title="巡查">
            <div class="stack loose" on:input=move |_| typing.set(true)>
                <Done/>
                {late}
                {nothing.then(|| view! { <Empty icon=Glyph::Check title="现在没有要巡查的" detail="到了下一期，会自动出现在这里，也会出现在您的任务里。"/> })}
                {cards}
                {page.more.then(|| view! { <Notice>"还有更多，先看最早到期的。"</Notice> })}
                {(!done.is_empty()).then(|| view! { <Card title="最近巡查过的" flush=true><List label="最近巡查过的">{done}</List></Card> })}
            </div>
        </Page>
    }
}

#[component]
fn Round(row: InspectionRow, today: shared::Date, typing: RwSignal<bool>) -> impl IntoView {
    let id = row.id.to_string();
    let (found, fine) = (format!("found-{id}"), format!("fine-{id}"));
    let open = |form: &str| refusal_by(WALK, form).is_some();
    let (found_open, fine_open) = (open(&found), open(&fine));
    let late = row.until < today;
    let tone = if late {
        Tone::Late
    } else if row.until == today {
        Tone::Due
    } else {
        Tone::Quiet
    };
    let until = format!("{} 前", row.until.zh());
    let lines = row
        .how
        .lines()
        .map(|line| view! { <li>{line.to_owned()}</li> })
        .collect_view();
    let (round, what, grid) = (row.id, row.name.clone(), row.grid.clone());
    let (for_found, for_fine) = (id.clone(), id);
    view! {
        <Card title=row.name end=move || view! { <Badge tone>{until}</Badge> }>
            <p>{format!("{} · {}", row.grid, row.every.label())}</p>
            <ul class="catalogue-lines">{lines}</ul>
            <Tap id=round name=what grid typing/>
            <details class="fold" open=found_open>
                <summary>"发现问题"</summary>
                <SendForm action=WALK prefix=found files=photo_limit(MOST_PHOTOS) on_done=follow()>
                    <input type="hidden" name="id" value=for_found/>
                    <input type="hidden" name="found" value="true"/>
                    <Field name="words" label="发现了什么、在哪里" kind=FieldKind::Textarea hint="会交给网格长，按清单的时限处理。" max_length=500/>
                    <PhotoField label="照片" most=MOST_PHOTOS optional=true/>
                    <Submit kind=ButtonKind::Warm>"交给网格长"</Submit>
                </SendForm>
            </details>
            <details class="fold" open=fine_open>
                <summary>"正常，附上照片"</summary>
                <SendForm action=WALK prefix=fine files=photo_limit(MOST_PHOTOS) on_done=follow()>
                    <p>"不用照片的话，点上面的“看过了，正常”就行。"</p>
                    <input type="hidden" name="id" value=for_fine/>
                    <PhotoField label="照片" most=MOST_PHOTOS optional=true/>
                    <Submit icon=Glyph::Check>"和照片一起记下"</Submit>
                </SendForm>
            </details>
        </Card>
    }
}
