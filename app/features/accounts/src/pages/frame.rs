//! What the pages of this pillar have in common: waiting for what they show, what was just done, and what went wrong.

use leptos::{prelude::*, server_fn::ServerFn};
use shared::{AppError, Permission};
pub use ui::loaded::{Fault, loaded, query};
use ui::{Notice, Tone, viewer::use_viewer};

/// What is told on [`waiting_topics`] of a registration that waits.
pub const DECLARED: &str = "accounts.residency.declared";

/// Where those who confirm registrations hear of new ones.
pub fn waiting_topics() -> Vec<String> {
    let scope = use_viewer()
        .actor
        .map(|actor| actor.scope_of(Permission::ResidentConfirm));
    let paths = scope.as_ref().map(shared::Scope::paths).unwrap_or_default();
    paths.iter().take(20).map(|path| format!("path/{path}")).collect()
}

/// What was just done, told by `?done=…`.
#[component]
pub fn Done() -> impl IntoView {
    let done = query("done");
    let words = move || {
        Some(match done.get().as_str() {
            "signed-out" => "已退出那台设备。",
            "registered" => {
                "已登记。网格员核实后会告诉您；这之前可以看公开的内容，也可以在“能办什么事”里找到该打给谁。"
            }
            "consented" => "已记下您的同意，随时可以撤回。",
            "withdrawn" => "已撤回，马上生效。",
            "saved" => "已保存。",
            "erasure" => "已收到注销申请。到期之前随时可以取消。",
            "kept" => "已取消注销，账号保持不变。",
            "bound" => "已绑定，可以替这位亲友办事了。",
            "unbound" => "已解除。",
            "child" => "已为孩子登记。",
            "delegated" => "已委托。",
            "ended" => "委托已结束。",
            "stopped" => "代办已结束。",
            "added" => "已登记，可以开始代办了。",
            "confirmed" => "已核实，本人会收到消息。",
            "refused" => "已记下没有通过，本人会看到原因。",
            "granted" => "已授予。",
            "revoked" => "已收回，马上生效。",
            _ => return None,
        })
    };
    move || words().map(|words| view! { <Notice tone=Tone::Done live=true>{words}</Notice> })
}

/// What went wrong with `action`, where its form is but a button.
pub fn trouble<S>(action: ServerAction<S>) -> impl IntoView
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: Send + Sync + 'static,
{
    let value = action.value();
    let message = move || {
        value.with(|value| {
            value
                .as_ref()
                .and_then(|result| result.as_ref().err())
                .map(AppError::message)
        })
    };
    move || message().map(|words| view! { <Notice tone=Tone::Late live=true>{words}</Notice> })
}

/// A field that is sent along unseen.
#[component]
pub fn Hidden(name: &'static str, #[prop(into)] value: Signal<String>) -> impl IntoView {
    view! { <input type="hidden" name=name value=move || value.get()/> }
}
