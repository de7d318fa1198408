//! Registrations that wait for a grid worker.

use leptos::prelude::*;
use shared::Page as Rows;
use ui::{
    Button, ButtonKind, Card, Choice, Empty, Field, FieldKind, Form, Glyph, Notice, Page, Pager, Resource,
    Select, Submit, Tab, Tabs, Tone,
    live::{use_events, use_reset},
    returned::{answer_of, was_refused},
};

use super::frame::{DECLARED, Done, loaded, query, trouble, waiting_topics};
use crate::{
    api,
    model::{PendingResident, RefusalReason, ResidencyState, UnmaskReason},
};

/// `/residents/pending`
pub fn page() -> AnyView {
    let (state, after) = (query("state"), query("after"));
    let rows = Resource::new(
        move || (state.get(), after.get()),
        |(state, after)| api::residents(state, after),
    );
    // The ids of what is shown, where a new registration would come behind it.
    let shown = StoredValue::new(None::<Vec<String>>);
    // A list that is worked on is not exchanged under somebody's hands: what they unfolded, typed and were shown would go.
    let more = RwSignal::new(false);
    let again = move || rows.refetch();
    let told = move |id: Option<String>| {
        let Some(ids) = shown.get_value() else { return };
        if ids.is_empty() {
            again();
        } else if id.is_none_or(|id| !ids.contains(&id)) {
            more.set(true);
        }
    };
    use_events(waiting_topics(), move |event| {
        if event.kind == DECLARED {
            told(event.subject);
        }
    });
    use_reset(move || told(None));
    loaded(rows, move |page: Rows<PendingResident>| {
        let confirm = ServerAction::<api::ConfirmResident>::new();
        let confirmed = state.get_untracked() == ResidencyState::Confirmed.code();
        let ids = page.rows.iter().map(|row| row.id.to_string()).collect();
        shown.set_value((!confirmed && page.next.is_none()).then_some(ids));
        // After this rendering: a signal must not change while it is read.
        Effect::new(move |_| more.set(false));
        let tabs = vec![
            Tab::new("等核实", "/residents/pending", !confirmed),
            Tab::new("已核实", "/residents/pending?state=confirmed", confirmed),
        ];
        let empty = page.rows.is_empty();
        let onward = page
            .next
            .map(|next| format!("/residents/pending?state={}&after={next}", state.get_untracked()));
        let rows = page
            .rows
            .into_iter()
            .map(|row| view! { <Row row confirm/> })
            .collect_view();
        view! {
            <Page title="核实居民登记">
                <div class="stack loose">
                    <Done/>
                    {trouble(confirm)}
                    <Tabs label="登记的状态" tabs/>
                    <Show when=move || more.get()>
                        <Notice tone=Tone::Go title="刚刚有新的登记" live=true>
                            <p>"点“显示”会刷新这一页，没有提交的内容要重填。"</p>
                            <Button kind=ButtonKind::Plain icon=Glyph::Refresh on_click=move |_| again()>"显示"</Button>
                        </Notice>
                    </Show>
                    {empty.then(|| view! { <Empty icon=Glyph::Verified title="这里没有登记" detail="居民登记后会出现在这里，请在 3 天内核实。"/> })}
                    {rows}
                    {onward.map(|onward| view! { <Pager onward=onward/> })}
                </div>
            </Page>
        }
        .into_any()
    })
}

#[component]
fn Row(row: PendingResident, confirm: ServerAction<api::ConfirmResident>) -> impl IntoView {
    let id = row.id.to_string();
    let waiting = row.state == ResidencyState::Waiting;
    let (for_confirm, for_refuse) = (id.clone(), id.clone());
    view! {
        <Card title=format!("{} {}", row.name, row.phone)>
            <p>{format!("{}，{}，{} 登记", row.node_name, row.door, row.since.zh_short())}</p>
            <Unmask id/>
            {waiting.then(|| view! {
                <div class="buttons">
                    <ActionForm action=confirm>
                        <input type="hidden" name="id" value=for_confirm/>
                        <Button icon=Glyph::Check submit=true>"核实，住在这里"</Button>
                    </ActionForm>
                </div>
                <Refuse id=for_refuse/>
            })}
        </Card>
    }
}

#[component]
fn Refuse(id: String) -> impl IntoView {
    let action = ServerAction::<api::RefuseResident>::new();
    let form = format!("refuse-{id}");
    let open = was_refused::<api::RefuseResident>(&form);
    let reasons = RefusalReason::ALL
        .iter()
        .map(|reason| Choice::new(reason.code(), reason.label()))
        .collect();
    view! {
        <details class="fold" open=open>
            <summary>"不通过"</summary>
            <Form action prefix=form>
                <input type="hidden" name="id" value=id/>
                <Select name="reason" label="原因" choices=reasons/>
                <Field name="words" label="补充说明" hint="本人会看到。" kind=FieldKind::Textarea optional=true max_length=200/>
                <Submit kind=ButtonKind::Danger>"不通过"</Submit>
            </Form>
        </details>
    }
}

#[component]
fn Unmask(id: String) -> impl IntoView {
    let action = ServerAction::<api::UnmaskResident>::new();
    let form = format!("unmask-{id}");
    let open = was_refused::<api::UnmaskResident>(&form);
    let seen = answer_of(action, &form);
    let reasons = UnmaskReason::ALL
        .iter()
        .map(|reason| Choice::new(reason.code(), reason.label()))
        .collect();
    view! {
        {move || seen.get().map(|details| view! {
            <Notice tone=Tone::Go live=true title=details.name>
                {format!("{}，{}", details.phone.unwrap_or_else(|| "没有手机号".into()), details.door)}
            </Notice>
        })}
        <details class="fold" open=open>
            <summary>"看完整信息"</summary>
            <Form action prefix=form>
                <input type="hidden" name="id" value=id/>
                <Select name="reason" label="为什么要看" choices=reasons hint="会记下来，本人能看到是谁、为什么看。"/>
                <Field name="words" label="补充说明" optional=true max_length=200/>
                <Submit kind=ButtonKind::Plain>"看"</Submit>
            </Form>
        </details>
    }
}
