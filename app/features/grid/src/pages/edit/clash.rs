//! Two who changed the same parts: the difference, and the choice.

use leptos::prelude::*;
use ui::{Button, ButtonKind, Card, Choice, Form, Notice, Page, RadioGroup, Submit, Tone, Width};

use super::super::sheet::Sheet;
use crate::{api, model::draft::Editing};

#[component]
pub fn Clash(page: Editing, rebase: ServerAction<api::RebaseDraft>) -> impl IntoView {
    let above = super::crumbs(&page);
    let Some((conflict, draft)) = page.conflict.zip(page.draft) else {
        return ().into_any();
    };
    let names = conflict.names.join("、");
    let (can, all) = conflict.again;
    let again = if can == all {
        format!("您的 {all} 步都能在对方的边界上重做")
    } else {
        format!("您的 {all} 步里有 {can} 步能在对方的边界上重做，其余的会留在原稿里")
    };
    let mut choices = vec![Choice::new("again", "在对方的边界上重做我的改动").hint(again)];
    if conflict.can_put {
        choices.push(
            Choice::new("mine", "用我画的边界盖过对方的")
                .hint("对方改的那几段会变成您画的样子，仍要别人审批"),
        );
    }
    choices.push(Choice::new("theirs", "用对方的，撤回我的草稿").hint("草稿不会删，以后还能接着改"));
    let pictures = conflict.mine.zip(conflict.theirs).map(|(mine, theirs)| {
        view! {
            <div class="draft-pictures">
                <figure><figcaption>"您画的"</figcaption><Sheet drawing=mine label="您画的边界，虚线的是两边都改过的"/></figure>
                <figure><figcaption>"现在的（对方改过）"</figcaption><Sheet drawing=theirs label="现在的边界，虚线的是两边都改过的"/></figure>
            </div>
        }
    });
    view! {
        <Page title="两边都改了同样的网格" above width=Width::Wide>
            <Notice tone=Tone::Due title=format!("{names}在您起草的时候已经被别人改过")>"您画的都还在。请看过不同之处，再选怎么办。"</Notice>
            <Card title="不同之处">{pictures}</Card>
            <Card title="怎么办">
                <Form action=rebase prefix="rebase">
                    <input type="hidden" name="id" value=draft.id.to_string()/>
                    <input type="hidden" name="version" value=draft.version.to_string()/>
                    <RadioGroup name="choice" label="选一种" choices/>
                    <Submit>"就这样办"</Submit>
                </Form>
            </Card>
            <div class="buttons"><Button kind=ButtonKind::Quiet href=format!("/map/drafts/{}", draft.id)>"看这份草稿"</Button></div>
        </Page>
    }
    .into_any()
}
