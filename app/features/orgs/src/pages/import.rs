//! Importing a divisions file: send it, see what it would change, apply it.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use shared::RecordId;
use ui::{
    Button, ButtonKind, Card, Column, Fault, Field, FieldKind, Figure, FigureKind, FileField, Glyph, Notice,
    Page, Resource, SendForm, Shape, Skeleton, Submit, Table, Tone, cell,
};

use super::{
    WAYS,
    importing::{Another, Importing, Refused, limit},
};
use crate::{
    api,
    model::{Counts, Difference, Differences, ImportPreview},
};

pub struct ImportPage;

#[lazy_route]
impl LazyRoute for ImportPage {
    // What this names is loaded with every page: all is made in `view`, which comes with this one.
    fn data() -> Self {
        Self
    }

    fn view(_page: Self) -> AnyView {
        let importing = Importing::at("/admin/orgs/import");
        let asked = importing.asked();
        let shown = Resource::new(
            move || asked.get(),
            move |(id, _)| async move {
                if id.is_empty() {
                    return api::may_import().await.map(|()| None);
                }
                match importing.take(&id) {
                    Some(preview) => Ok(Some(preview)),
                    None => api::preview(id).await.map(Some),
                }
            },
        );
        view! {
            <Transition fallback=|| view! { <Skeleton shape=Shape::Block/> }>
                {move || Suspend::new(async move {
                    match shown.await {
                        Ok(None) => view! { <Send importing/> }.into_any(),
                        Ok(Some(preview)) => view! { <Preview preview importing/> }.into_any(),
                        Err(error) => view! { <Fault error ways=WAYS/> }.into_any(),
                    }
                })}
            </Transition>
        }
        .into_any()
    }
}

fn crumbs() -> Vec<(String, String)> {
    vec![("组织".to_owned(), "/orgs".to_owned())]
}

#[component]
fn Send(importing: Importing<ImportPreview>) -> impl IntoView {
    view! {
        <Page title="导入区划" above=crumbs()>
            <Refused/>
            <Card>
                <p>"先看看文件会带来哪些变化，确认以后才会改动。同一个文件导入两次，第二次什么也不会变。"</p>
                <SendForm action="/admin/orgs/import/upload" files=limit() on_done=importing.on_sent()>
                    <FileField name="file" label="区划文件" accept=".csv,text/csv"
                        hint="CSV，UTF-8 或 GB18030 编码，最多 50 MB，表头为 code,name,level,parent_code"/>
                    <Field name="effective" label="生效日期" hint="不填就是今天" kind=FieldKind::Date optional=true/>
                    <Submit icon=Glyph::Upload>"看看会有哪些变化"</Submit>
                </SendForm>
            </Card>
        </Page>
    }
}

#[component]
fn Preview(preview: ImportPreview, importing: Importing<ImportPreview>) -> impl IntoView {
    let said = format!(
        "{}，{} 传上来，生效日期 {}",
        preview.file_name,
        preview.sent_at.zh_short(),
        preview.effective.zh()
    );
    let body = if let Some((at, counts)) = preview.applied {
        view! {
            <Notice tone=Tone::Done title=format!("已在 {} 导入", at.zh_short())>{counts.to_string()}</Notice>
            <div class="buttons"><Button href="/orgs">"看组织"</Button></div>
        }
        .into_any()
    } else if preview.fault_count > 0 {
        view! { <Faults preview/> }.into_any()
    } else {
        view! { <Changes preview importing/> }.into_any()
    };
    view! {
        <Page title="导入区划" eyebrow=said above=crumbs()>
            <Refused/>
            {body}
            <Another page=importing.page/>
        </Page>
    }
}

#[component]
fn Faults(preview: ImportPreview) -> impl IntoView {
    let columns = vec![Column::text("行"), Column::text("字段"), Column::text("原因")];
    let rows = preview
        .faults
        .into_iter()
        .map(|fault| {
            let line = if fault.line == 0 {
                "整个文件".to_owned()
            } else {
                format!("第 {} 行", fault.line)
            };
            vec![cell(line), cell(fault.field), cell(fault.reason)]
        })
        .collect();
    let title = format!("文件有 {} 处问题，一行也没有导入", preview.fault_count);
    let file = format!("/admin/orgs/import/faults/{}", preview.id);
    view! {
        <Notice tone=Tone::Late title=title>"改好以后再传一次。表头算第 1 行。"</Notice>
        <div class="buttons">
            <Button kind=ButtonKind::Quiet icon=Glyph::Download href=file external=true>"下载全部问题（CSV）"</Button>
        </div>
        <Table caption=format!("问题（最多列出 {} 处）", Differences::SHOWN) columns rows/>
    }
}

#[component]
fn Changes(preview: ImportPreview, importing: Importing<ImportPreview>) -> impl IntoView {
    let counts = preview.counts;
    let figures = [
        ("新增", counts.new),
        ("更名", counts.renamed),
        ("划转", counts.moved),
        ("撤销", counts.gone),
        ("不变", counts.unchanged),
    ]
    .map(|(label, n)| view! { <Figure label=label value=n.to_string() kind=FigureKind::Middle/> })
    .collect_view();
    let file = format!("/admin/orgs/import/differences/{}", preview.id);
    let file = (counts.changes() > 0).then(|| {
        view! {
            <div class="buttons">
                <Button kind=ButtonKind::Quiet icon=Glyph::Download href=file external=true>"下载全部变化（CSV）"</Button>
            </div>
        }
    });
    let Differences {
        new,
        renamed,
        moved,
        gone,
    } = preview.differences;
    view! {
        <Card title="会有哪些变化"><div class="tiles">{figures}</div></Card>
        {file}
        <Differing title="撤销" total=counts.gone list=gone/>
        <Differing title="划转" total=counts.moved list=moved/>
        <Differing title="更名" total=counts.renamed list=renamed/>
        <Differing title="新增" total=counts.new list=new/>
        {if counts.changes() == 0 {
            view! { <Notice tone=Tone::Done>"与现有区划完全一样，不用导入。"</Notice> }.into_any()
        } else {
            view! { <Apply id=preview.id counts importing/> }.into_any()
        }}
    }
}

#[component]
fn Differing(title: &'static str, total: usize, list: Vec<Difference>) -> impl IntoView {
    if list.is_empty() {
        return ().into_any();
    }
    let columns = ["编码", "级别", "现在", "以后"].map(Column::text).to_vec();
    let shown = list.len();
    let rows = list
        .into_iter()
        .map(|d| {
            vec![
                cell(d.code.to_string()),
                cell(d.kind.label()),
                cell(d.before),
                cell(d.after),
            ]
        })
        .collect();
    let caption = if shown < total {
        format!("{title} {total} 个，列出前 {shown} 个")
    } else {
        format!("{title} {total} 个")
    };
    view! {
        <details class="org-fold" open={total <= 20}>
            <summary>{caption.clone()}</summary>
            <Table caption columns rows/>
        </details>
    }
    .into_any()
}

#[component]
fn Apply(id: RecordId, counts: Counts, importing: Importing<ImportPreview>) -> impl IntoView {
    let hidden = [
        ("new", counts.new),
        ("renamed", counts.renamed),
        ("moved", counts.moved),
        ("gone", counts.gone),
        ("unchanged", counts.unchanged),
    ]
    .map(|(name, n)| view! { <input type="hidden" name=name value=n.to_string()/> })
    .collect_view();
    let on_stop = importing.on_stop(id, api::stop_import);
    view! {
        <SendForm action="/admin/orgs/import/apply" on_done=importing.on_applied() on_stop=on_stop>
            <input type="hidden" name="id" value=id.to_string()/>
            {hidden}
            <Submit>{format!("导入这 {} 处变化", counts.changes())}</Submit>
        </SendForm>
    }
}
