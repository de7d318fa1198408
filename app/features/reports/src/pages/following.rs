//! Following a matter that is published, on its page.

use leptos::prelude::*;
use ui::{Button, ButtonKind, Card, Form, Glyph, Submit, viewer::use_viewer};

use crate::{api, model::MatterPage};

/// "我也遇到": whoever met with the same hears of what happens.
#[component]
pub fn Following(page: MatterPage, action: ServerAction<api::FollowMatter>) -> impl IntoView {
    let public = page.published.is_some();
    if page.own || !(public || page.follows) {
        return ().into_any();
    }
    let count = (page.followers > 0).then(|| {
        let words = format!("{} 人也遇到，在关注。", page.followers);
        view! { <p>{words}</p> }
    });
    if !use_viewer().signed_in() {
        let href = format!("/sign-in?next=/reports/{}", page.code);
        return view! {
            <Card title="您也遇到了吗">
                {count}
                <div class="buttons"><Button kind=ButtonKind::Plain icon=Glyph::SignIn href>"登录后关注"</Button></div>
            </Card>
        }
        .into_any();
    }
    let follows = page.follows;
    let title = if follows {
        "您在关注"
    } else {
        "您也遇到了吗"
    };
    // Made inside of the form, which its button waits for.
    let press = move || {
        if follows {
            view! {
                <input type="hidden" name="stop" value="true"/>
                <Submit kind=ButtonKind::Plain>"不再关注"</Submit>
            }
            .into_any()
        } else {
            view! { <Submit icon=Glyph::Bell>"我也遇到，一起关注"</Submit> }.into_any()
        }
    };
    view! {
        <Card title=title>
            {count}
            <Form action prefix="follow">
                <input type="hidden" name="code" value=page.code/>
                {press()}
            </Form>
        </Card>
    }
    .into_any()
}
