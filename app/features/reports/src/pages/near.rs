//! What is already reported nearby: whoever met with the same follows it instead of sending it once more.

use leptos::prelude::*;
use orgs::model::{Code, NodeKind};
use shared::AppError;
use ui::{Form, Glyph, Icon, Resource};

use super::frame::Standing;
use crate::{api, model::PublicRow};

/// The most that is shown.
const SHOWN: usize = 3;
/// Characters of each.
const EXCERPT: usize = 60;

pub type Rows = Result<Vec<PublicRow>, AppError>;

/// The community that a unit is, or is part of.
fn community(code: &str) -> Option<Code> {
    let mut code: Code = code.parse().ok()?;
    while code.kind() > NodeKind::Community {
        code = code.parent()?;
    }
    (code.kind() == NodeKind::Community).then_some(code)
}

/// What is published in the community of `node`, of a category unless that is empty: what runs first, then what was answered.
pub async fn nearby(node: String, category: String) -> Rows {
    let Some(community) = community(&node) else {
        return Ok(Vec::new());
    };
    let page = api::published_list(community.to_string(), category, String::new(), String::new()).await?;
    let mut rows = page.rows.rows;
    rows.sort_by_key(|row| row.state.has_ended());
    rows.truncate(SHOWN);
    Ok(rows)
}

fn form(code: &str) -> String {
    format!("follow-{code}")
}

/// Inside the form of a report. The buttons belong to the forms of [`Follows`]: a form cannot stand in a form. A stranger can only look.
#[component]
pub fn Near(rows: Resource<Rows>, follows: bool) -> impl IntoView {
    view! {
        <Transition>
            {move || Suspend::new(async move {
                let rows = rows.await.unwrap_or_default();
                if rows.is_empty() {
                    return ().into_any();
                }
                let title = format!("附近已有 {} 件", rows.len());
                let rows = rows.into_iter().map(|row| view! { <li><One row follows/></li> }).collect_view();
                view! {
                    <section class="card warm reports-near" aria-label="附近已经反映的事">
                        <h2>{title}</h2>
                        <ul class="stack" role="list">{rows}</ul>
                    </section>
                }
                .into_any()
            })}
        </Transition>
    }
}

#[component]
fn One(row: PublicRow, follows: bool) -> impl IntoView {
    let href = format!("/reports/{}", row.code);
    let to = ui::form_id(&form(&row.code));
    let (ended, title) = (row.state.has_ended(), row.title.clone());
    let words: String = row.text.chars().take(EXCERPT).collect();
    let when = match row.followers {
        0 => row.at.zh_short(),
        n => format!("{}，{n} 人也遇到", row.at.zh_short()),
    };
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
            <p class="row wrap close small"><Standing state=row.state/><span>{row.title} " · " {when}</span></p>
            <div class="row wrap close">
                {follow}
                <a class="button quiet" href=href>"看看"<span class="hidden-text">{row.number}</span></a>
            </div>
        </div>
    }
}

/// The forms by which what is near is followed, outside of the form of a report.
#[component]
pub fn Follows(rows: Resource<Rows>) -> impl IntoView {
    view! {
        <Transition>
            {move || Suspend::new(async move {
                rows.await
                    .unwrap_or_default()
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
    fn near_is_in_the_same_community() {
        let of = |code| community(code).map(|code| code.to_string());
        assert_eq!(of("320581001001001").as_deref(), Some("320581001001"));
        assert_eq!(of("320581001001").as_deref(), Some("320581001001"));
        assert_eq!(of("320581001"), None);
        assert_eq!(of(""), None);
    }
}
