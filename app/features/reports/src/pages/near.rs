//! What is already reported nearby: whoever met with the same follows it instead of sending it once more.

use leptos::prelude::*;
use shared::AppError;
use ui::{Badge, Form, Glyph, Icon, Resource, Tone};

use super::{frame::Standing, place::community_of};
use crate::{
    api,
    model::{Answered, NearPage, NearRow, OwnRow},
};

/// Characters of each.
const EXCERPT: usize = 60;

pub type Known = Result<NearPage, AppError>;

/// What the form says so far, as far as it tells what may be known already.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// What was chosen of places.
    pub node: String,
    pub at: String,
    pub category: String,
    pub words: String,
    /// Whether somebody reports by name.
    pub named: bool,
}

/// What is known near there; nothing while no community is chosen.
pub async fn known(asked: Asked) -> Known {
    if community_of(&asked.node).is_none() {
        return Ok(NearPage::default());
    }
    api::places::known_near(asked.node, asked.at, asked.category, asked.words, asked.named).await
}

fn form(code: &str) -> String {
    format!("follow-{code}")
}

/// Inside the form of a report. The buttons belong to the forms of [`Follows`]: a form cannot stand in a form. A stranger can only look.
#[component]
pub fn Near(known: Resource<Known>, follows: bool) -> impl IntoView {
    view! {
        <Transition>
            {move || Suspend::new(async move {
                let NearPage { own, rows, also, .. } = known.await.unwrap_or_default();
                if own.is_empty() && rows.is_empty() && also.is_none() {
                    return ().into_any();
                }
                let title = if rows.is_empty() {
                    "已经有人反映".to_owned()
                } else {
                    format!("附近已有 {} 件", rows.len())
                };
                let rows = (!rows.is_empty()).then(|| {
                    let rows = rows.into_iter().map(|row| view! { <li><One row follows/></li> }).collect_view();
                    view! { <ul class="stack" role="list">{rows}</ul> }
                });
                let own = own.into_iter().map(|row| view! { <p class="small"><Own row/></p> }).collect_view();
                let also = also.map(|count| view! { <p class="small">{running(count)}</p> });
                view! {
                    <section class="card warm reports-near" aria-label="附近已经反映的事">
                        <h2>{title}</h2>
                        {own}
                        {rows}
                        {also}
                    </section>
                }
                .into_any()
            })}
        </Transition>
    }
}

/// What one told of before, and what still runs: more to say of it belongs there.
#[component]
fn Own(row: OwnRow) -> impl IntoView {
    let href = format!("/reports/{}", row.code);
    let words = format!("您 {} 反映过同一类的事，还在办：", row.at.zh_short());
    view! { {words} <a href=href>{row.title}</a> "。是同一件的话，到那里补充就行。" }
}

/// What is told of those that are not published.
fn running(count: i64) -> String {
    let how_many = if count == 0 {
        "几件".to_owned()
    } else {
        format!("{count} 件以上")
    };
    format!("本社区还有{how_many}同一类的事正在办，没有公开。您的事也请照样交上来。")
}

/// What was answered before to what somebody writes.
#[component]
pub fn Answers(known: Resource<Known>) -> impl IntoView {
    view! {
        <Transition>
            {move || Suspend::new(async move {
                let answers = known.await.unwrap_or_default().answers;
                if answers.is_empty() {
                    return ().into_any();
                }
                let rows = answers.into_iter().map(|answer| view! { <li><Answer answer/></li> }).collect_view();
                view! {
                    <section class="card reports-near" aria-label="以前答复过的" role="status">
                        <h2>"看看是不是已经有答复"</h2>
                        <ul class="stack" role="list">{rows}</ul>
                    </section>
                }
                .into_any()
            })}
        </Transition>
    }
}

#[component]
fn Answer(answer: Answered) -> impl IntoView {
    let title = answer.title.clone();
    let more = answer.code.map(|code| {
        let href = format!("/reports/{code}");
        view! { <a class="button quiet" href=href>"看答复"<span class="hidden-text">{title}</span></a> }
    });
    view! {
        <div class="stack tight">
            <p><b>{answer.title}</b></p>
            <p>{answer.text}</p>
            {more}
        </div>
    }
}

#[component]
fn One(row: NearRow, follows: bool) -> impl IntoView {
    let href = format!("/reports/{}", row.code);
    let to = ui::form_id(&form(&row.code));
    let (ended, title, of) = (row.state.has_ended(), row.title.clone(), row.title.clone());
    let words: String = row.text.chars().take(EXCERPT).collect();
    let when = match row.followers {
        0 => row.at.zh_short(),
        n => format!("{}，{n} 人也遇到", row.at.zh_short()),
    };
    let here = row
        .here
        .then(|| view! { <Badge tone=Tone::Go>"就在这里"</Badge> });
    let follow = (follows && !ended).then(|| {
        view! {
            <button class="button plain" type="submit" form=to formnovalidate=true>
                <Icon name=Glyph::Bell/>
                "我也遇到，一起关注"
                <span class="hidden-text">{title}</span>
            </button>
        }
    });
    view! {
        <div class="stack tight">
            <p><b>{words}</b></p>
            <p class="row wrap close small"><Standing state=row.state petition=row.petition/>{here}<span>{row.title} " · " {when}</span></p>
            <div class="row wrap close">
                {follow}
                <a class="button quiet" href=href>"看看"<span class="hidden-text">{of}</span></a>
            </div>
        </div>
    }
}

/// The forms by which what is near is followed, outside of the form of a report.
#[component]
pub fn Follows(known: Resource<Known>) -> impl IntoView {
    view! {
        <Transition>
            {move || Suspend::new(async move {
                known.await
                    .unwrap_or_default()
                    .rows
                    .into_iter()
                    .map(|row| view! { <Follow code=row.code/> })
                    .collect_view()
            })}
        </Transition>
    }
}

#[component]
fn Follow(code: String) -> impl IntoView {
    let action = ServerAction::<api::FollowMatter>::new();
    view! {
        <Form action prefix=form(&code)>
            <input type="hidden" name="code" value=code/>
        </Form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_published_is_told_by_fives() {
        assert!(running(0).contains("几件"));
        assert!(running(5).contains("5 件以上"));
    }
}
