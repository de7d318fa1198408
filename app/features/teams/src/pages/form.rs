//! Entering somebody, and actions after which the page looks again.

use leptos::{prelude::*, server_fn::ServerFn};
use orgs::model::NodeKind;
use shared::AppError;
use ui::{
    Checkbox, Choice, Field, FieldKind, Form, Glyph, Select, Submit, loaded::query, returned::was_refused,
    successes,
};

use crate::{api, model::Post};

/// An action of the page, which looks again once it has succeeded: the address that it leads to is the one where one is.
pub fn acting<S>(look: Callback<()>) -> ServerAction<S>
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: Send + Sync + 'static,
{
    let action = ServerAction::new();
    let succeeded = successes(action);
    Effect::new(move |before: Option<usize>| {
        let now = succeeded.get();
        if before.is_some_and(|before| before != now) {
            look.run(());
        }
        now
    });
    action
}

/// The form that enters somebody. A gap leads here with its post chosen (`?add=police#add`).
#[component]
pub fn Add(code: String, kind: NodeKind, look: Callback<()>) -> impl IntoView {
    let action = acting::<api::Add>(look);
    let asked = query("add");
    let post = RwSignal::new(asked.get_untracked());
    Effect::new(move |before: Option<String>| {
        let now = asked.get();
        if before.is_some_and(|before| before != now) && !now.is_empty() {
            post.set(now.clone());
        }
        now
    });
    let refused = was_refused::<api::Add>("add");
    let choices = std::iter::once(Choice::new("", "请选"))
        .chain(
            Post::ALL
                .iter()
                .filter(|post| kind == NodeKind::Grid || !post.of_one_grid())
                .map(|post| Choice::new(post.code(), post.label())),
        )
        .collect();
    let title = if kind == NodeKind::Grid {
        "登记一个人"
    } else {
        "登记一个管全部网格的人"
    };
    view! {
        <details class="fold card" id="add" open=move || refused || !asked.get().is_empty()>
            <summary>{title}</summary>
            <Form action prefix="add" adds=true>
                <input type="hidden" name="code" value=code/>
                <p class="small quiet">"网格长、专职网格员有账号的，授予角色后自动出现，不用在这里登记。"</p>
                <Select name="post" label="岗位" choices bind=post/>
                <div class="fields-2">
                    <Field name="name" label="姓名" max_length=40/>
                    <Field name="phone" label="电话" kind=FieldKind::Tel hint="手机号，或带区号的座机号" autocomplete="off"/>
                </div>
                <Field name="duty" label="管什么" hint="如 3、5 幢；夜间值班" optional=true max_length=80/>
                <div class="fields-2">
                    <Field name="from" label="从哪天起" kind=FieldKind::Date hint="不填就是今天" optional=true/>
                    <Field name="to" label="最后一天" kind=FieldKind::Date optional=true/>
                </div>
                <Checkbox name="shown" label="居民看得到" hint="只有网格长、专职网格员、民警、物业可以公开：住在这里的居民能看到姓名和电话"/>
                <Submit icon=Glyph::Add>"登记"</Submit>
            </Form>
        </details>
    }
}
