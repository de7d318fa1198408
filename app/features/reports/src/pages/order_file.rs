//! `/admin/reports/orders/import`: what a file of orders would do, line by line, before anything is done.

use leptos::prelude::*;
use ui::{Button, ButtonKind, Card, Column, Form, Notice, Page, Resource, Submit, Table, Tone, cell};

use super::frame::{loaded, query};
use crate::{
    api::orders::{self, ImportOrders},
    model::{OrderLine, OrderPreview, SHOWN},
};

const ABOVE: &str = "/admin/reports/orders";

pub fn page() -> AnyView {
    let id = query("id");
    let import = ServerAction::<ImportOrders>::new();
    let shown = Resource::new(move || id.get(), orders::preview_orders);
    loaded(shown, move |preview: OrderPreview| {
        view! { <File preview import/> }.into_any()
    })
}

fn table(caption: String, lines: Vec<OrderLine>) -> impl IntoView {
    let columns = ["行", "工单编号", "会怎样"].map(Column::text).to_vec();
    let rows = lines
        .into_iter()
        .map(|line| {
            vec![
                cell(format!("第 {} 行", line.line)),
                cell(line.number),
                cell(line.said),
            ]
        })
        .collect::<Vec<_>>();
    view! { <Table caption columns rows/> }
}

#[component]
fn File(preview: OrderPreview, import: ServerAction<ImportOrders>) -> impl IntoView {
    let said = format!("{}，{}", preview.file_name, preview.platform);
    let above = vec![("12345 和平台工单".to_owned(), ABOVE.to_owned())];
    let id = preview.id.to_string();
    let body = if let Some(at) = preview.applied {
        view! { <Notice tone=Tone::Done>{format!("已在 {} 导入。", at.zh_short())}</Notice> }.into_any()
    } else if preview.faults.is_empty() {
        let counts = format!(
            "新的 {} 件，内容有变化 {} 件，没有变化 {} 件，已经办结 {} 件。",
            preview.new, preview.updated, preview.same, preview.ended
        );
        view! {
            <Card title="会怎样">
                <p>{counts}</p>
                <Form action=import prefix="import">
                    <input type="hidden" name="id" value=id/>
                    <Submit>"导入这些工单"</Submit>
                </Form>
            </Card>
            {table(format!("每一行（最多列出 {SHOWN} 行）"), preview.lines)}
        }
        .into_any()
    } else {
        let title = format!("有 {} 行不对，一行也没有导入", preview.faults.len());
        let faults: Vec<OrderLine> = preview.faults.into_iter().take(SHOWN).collect();
        view! {
            <Notice tone=Tone::Late title>"改好以后再传一次。表头算第 1 行。"</Notice>
            {table(format!("不对的行（最多列出 {SHOWN} 行）"), faults)}
        }
        .into_any()
    };
    view! {
        <Page title="导入工单" eyebrow=said above=above>
            <div class="stack loose">
                {body}
                <div class="buttons"><Button kind=ButtonKind::Quiet href=ABOVE>"换一个文件"</Button></div>
            </div>
        </Page>
    }
}
