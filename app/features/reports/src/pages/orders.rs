//! `/admin/reports/orders`: orders of 12345 and other platforms: what is to be given back, all of them, and the form for a file.

use leptos::prelude::*;
use leptos_router::location::Url;
use orgs::importing::{Refused, limit};
use shared::RecordId;
use ui::{
    Badge, Button, ButtonKind, Card, Choice, Empty, FileField, Form, Glyph, Notice, Page, Pager, Resource,
    Select, SendForm, Submit, Tone, sending::follow, successes,
};

use super::frame::{loaded, query};
use crate::{
    api::orders::{self, GiveBackOrders},
    model::{OrderState, OrdersPage, State},
};

const HERE: &str = "/admin/reports/orders";
const UPLOAD: &str = "/admin/reports/orders/import/upload";

pub fn page() -> AnyView {
    let (show, after) = (query("show"), query("after"));
    let give = ServerAction::<GiveBackOrders>::new();
    let given = successes(give);
    let shown = Resource::new(
        move || (show.get(), after.get(), given.get()),
        |(show, after, _)| orders::get_orders(show != "all", after),
    );
    loaded(shown, move |page: OrdersPage| {
        view! { <Orders page give/> }.into_any()
    })
}

#[component]
fn Done() -> impl IntoView {
    let done = query("done");
    move || {
        let words = match done.get().as_str() {
            "given" => "已记下：这些结果交还平台了。",
            "imported" => "已导入。每一件都已经交到人手里，时限按工单和本单位里更早的算。",
            _ => return None,
        };
        Some(view! { <Notice tone=Tone::Done live=true>{words}</Notice> })
    }
}

#[component]
fn Orders(page: OrdersPage, give: ServerAction<GiveBackOrders>) -> impl IntoView {
    let OrdersPage {
        back,
        rows,
        next,
        platforms,
    } = page;
    let none = rows.is_empty();
    let ids = rows
        .iter()
        .map(|row| row.id.to_string())
        .collect::<Vec<_>>()
        .join(",");
    let show = if back { "" } else { "show=all&" };
    let onward = next.map(|next| format!("{HERE}?{show}after={}", Url::escape(&next)));
    let rows = rows.into_iter().map(|row| view! { <Row row/> }).collect_view();
    let (empty, detail) = if back {
        (
            "没有要交还的",
            "办完答复的、退单的会列在这里，带上结果和回访情况交还平台。",
        )
    } else {
        ("还没有工单", "从文件导入，或者由平台经接口送来。")
    };
    view! {
        <Page title="12345 和平台工单">
            <div class="stack loose">
                <Done/>
                // Without script a file that is not taken leads back here.
                <Refused/>
                <nav class="buttons" aria-label="看哪些工单">
                    <Button kind=ButtonKind::Plain href=HERE>"要交还的"</Button>
                    <Button kind=ButtonKind::Plain href=format!("{HERE}?show=all")>"全部工单"</Button>
                </nav>
                {none.then(|| view! { <Empty icon=Glyph::Send title=empty detail/> })}
                {(!none).then(|| view! { <div class="stack" role="list">{rows}</div> })}
                {onward.map(|onward| view! { <Pager onward/> })}
                {(back && !none).then(|| view! {
                    <Card title="交还平台">
                        <p>"先把结果导出，传到平台；传好以后在这里记下，这一页的就不再列出来。经接口取走的，平台自己会记。"</p>
                        <div class="buttons">
                            <Button kind=ButtonKind::Plain href="/admin/reports/orders/export?as=xlsx" external=true>"导出 Excel"</Button>
                            <Button kind=ButtonKind::Plain href="/admin/reports/orders/export?as=csv" external=true>"导出 CSV"</Button>
                        </div>
                        <Form action=give prefix="given">
                            <input type="hidden" name="ids" value=ids/>
                            <Submit>"这一页的已经交还"</Submit>
                        </Form>
                    </Card>
                })}
                <Import platforms/>
            </div>
        </Page>
    }
}

#[component]
fn Import(platforms: Vec<(RecordId, String)>) -> impl IntoView {
    if platforms.is_empty() {
        return view! {
            <Card title="导入工单"><p>"还没有登记平台。请区县管理员先在“工单平台密钥”里登记。"</p></Card>
        }
        .into_any();
    }
    view! {
        <Card title="导入工单">
            <p>"先看看每一行会怎样，确认以后才导入；有一行不对就一行也不导入。同一个编号的工单只有一件，内容变了就补充到在办的事里。"</p>
            <SendForm action=UPLOAD files=limit() on_done=follow()>
                <FileField name="file" label="工单文件" accept=".xlsx,.csv,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                    hint="XLSX 或 CSV，最多 2000 行；要有“工单编号”和“诉求内容”，可以有诉求类型、诉求类别、社区代码、地址、姓名、电话、办理时限"/>
                {
                    let choices = platforms
                        .into_iter()
                        .map(|(id, label)| Choice::new(id.to_string(), label))
                        .collect::<Vec<_>>();
                    view! { <Select name="platform" label="哪个平台的" choices/> }
                }
                <Submit icon=Glyph::Upload>"看看每一行会怎样"</Submit>
            </SendForm>
        </Card>
    }
    .into_any()
}

fn standing(row: &OrderState) -> (Tone, &'static str) {
    match row.state {
        State::Refused => (Tone::Due, "退单"),
        State::Accepted if row.returned => (Tone::Due, "退单，由街道裁定"),
        state if state.has_ended() => (Tone::Done, state.label()),
        state => (Tone::Go, state.label()),
    }
}

#[component]
fn Row(row: OrderState) -> impl IntoView {
    let (tone, state) = standing(&row);
    let due = row
        .due
        .map_or_else(String::new, |due| format!("，工单时限 {}", due.zh_short()));
    let facts = format!(
        "{}，{} 收到{due}，{}，{}，由{}办理",
        row.platform,
        row.received.zh_short(),
        row.category,
        row.place,
        row.unit
    );
    let given = row.given.map(|at| format!("{} 交还过", at.zh_short()));
    let told = [
        ("办理结果", row.result),
        ("回访", row.checked),
        ("满意度", row.rating),
        ("退单原因", row.refused),
    ]
    .into_iter()
    .filter_map(|(label, words)| words.map(|words| view! { <p><strong>{label}"："</strong>{words}</p> }))
    .collect_view();
    let href = format!("/reports/{}", row.code);
    let (number, link) = (row.number, format!("看办理过程 {}", row.matter));
    view! {
        <div role="listitem">
            <Card title=number end=move || view! { <Badge tone>{state}</Badge> }>
                <p class="small quiet">{facts}</p>
                {told}
                {given.map(|given| view! { <p class="small quiet">{given}</p> })}
                <p><a href=href>{link}</a></p>
            </Card>
        </div>
    }
}
