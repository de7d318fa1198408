//! Importing places, households and persons: send a file, see what it would change, apply it.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use orgs::importing::{Another, Importing, Refused, limit};
use shared::{RecordId, datum::Datum};
use ui::{
    Button, Card, Choice, Column, Figure, FigureKind, FileField, Glyph, Notice, Page, Resource, Select,
    SendForm, Submit, Table, Tone, cell,
};

use super::frame::loaded;
use crate::{
    api,
    model::{self, Counts, Preview, SHOWN},
};

pub struct ImportRoute;

#[lazy_route]
impl LazyRoute for ImportRoute {
    // What this names is loaded with every page: all is made in `view`, which comes with this one.
    fn data() -> Self {
        Self
    }

    fn view(_page: Self) -> AnyView {
        let importing = Importing::at("/admin/people/import");
        let asked = importing.asked();
        let shown = Resource::new(
            move || asked.get(),
            move |(id, _)| async move {
                if id.is_empty() {
                    return api::may_import().await.map(|()| None);
                }
                match importing.take(&id) {
                    Some(preview) => Ok(Some(preview)),
                    None => api::preview_import(id).await.map(Some),
                }
            },
        );
        loaded(shown, move |preview| match preview {
            None => view! { <Send importing/> }.into_any(),
            Some(preview) => view! { <Sent preview importing/> }.into_any(),
        })
    }
}

fn crumbs() -> Vec<(String, String)> {
    vec![("居民和房屋".to_owned(), "/people".to_owned())]
}

#[component]
fn Send(importing: Importing<Preview>) -> impl IntoView {
    let columns = [
        ("网格编码", "15 位；没有登记过的楼要写，登记过的可以不写"),
        (
            "地址，或者 小区、幢、单元、室",
            "写法不限：“三栋二单元五零一室”和“3幢2单元501”是同一室",
        ),
        ("面积", "建筑面积，平方米"),
        (
            "经度、纬度",
            "楼栋在地图上的位置；要在下面选坐标系。已经画了轮廓的不按文件改",
        ),
        ("服务用房面积", "整个小区的，平方米"),
        ("姓名", "空着就只登记房屋；没有姓名又没有室号的，只登记这一幢"),
        ("性别、出生年份、手机号", "出生可以只写年份，也可以写日期"),
        (
            "身份证号、身份证同意",
            "不是必须的；本人单独同意的填“是”，没有同意的不能导入",
        ),
        ("居住情况", "户籍常住、常住、暂住、户籍不住；空着按常住"),
        ("与户代表关系、户代表、产权人", "后两项填“是”或“否”"),
        ("居民小组", "这一户属于哪个居民小组，写社区登记的名称"),
    ];
    let rows = columns
        .into_iter()
        .map(|(name, words)| vec![cell(name), cell(words)])
        .collect();
    let datums = std::iter::once(Choice::new("", "文件里没有经度和纬度"))
        .chain(Datum::ALL.map(|datum| Choice::new(datum.code(), datum.label())))
        .collect::<Vec<_>>();
    view! {
        <Page title="导入居民和房屋" above=crumbs()>
            <Refused/>
            <Card>
                <p>"先看看文件会带来哪些变化，确认以后才会改动；有一行不对就一行也不导入。同一个文件导入两次，第二次什么也不会变。文件里没有的人，不会因此被删除。"</p>
                <SendForm action="/admin/people/import/upload" files=limit() on_done=importing.on_sent()>
                    <FileField name="file" label="名册文件" accept=".xlsx,.csv,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                        hint="XLSX，或 CSV（UTF-8、GB18030），最多 50 MB、20 万行；XLSX 只读第一张表"/>
                    <Select name="datum" label="经度和纬度用的坐标系" choices=datums optional=true hint="存下来时统一换算成 CGCS2000"/>
                    <Submit icon=Glyph::Upload>"看看会有哪些变化"</Submit>
                </SendForm>
            </Card>
            <Table caption="表头可以有这些列" columns=vec![Column::text("列"), Column::text("说明")] rows/>
        </Page>
    }
}

#[component]
fn Sent(preview: Preview, importing: Importing<Preview>) -> impl IntoView {
    let datum = preview
        .datum
        .map(|datum| format!("，{}", datum.label()))
        .unwrap_or_default();
    let said = format!(
        "{}，{} 传上来{datum}",
        preview.file_name,
        preview.sent_at.zh_short()
    );
    let body = if let Some((at, counts)) = preview.applied {
        view! {
            <Notice tone=Tone::Done title=format!("已在 {} 导入", at.zh_short())>{counts.to_string()}</Notice>
            <div class="buttons"><Button href="/people">"看居民"</Button></div>
        }
        .into_any()
    } else if preview.fault_count > 0 {
        view! { <Faults preview/> }.into_any()
    } else {
        view! { <Changes preview importing/> }.into_any()
    };
    view! {
        <Page title="导入居民和房屋" eyebrow=said above=crumbs()>
            <Refused/>
            {body}
            <Another page=importing.page/>
        </Page>
    }
}

/// Lines with what is to be said of them.
fn table(caption: String, list: Vec<model::Fault>) -> impl IntoView {
    let columns = vec![Column::text("行"), Column::text("字段"), Column::text("原因")];
    let rows = list
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
    view! { <Table caption columns rows/> }
}

#[component]
fn Faults(preview: Preview) -> impl IntoView {
    let title = format!("文件有 {} 处问题，一行也没有导入", preview.fault_count);
    view! {
        <Notice tone=Tone::Late title=title>"改好以后再传一次。表头算第 1 行。"</Notice>
        {table(format!("问题（最多列出 {SHOWN} 处）"), preview.faults)}
    }
}

#[component]
fn Changes(preview: Preview, importing: Importing<Preview>) -> impl IntoView {
    let Counts {
        estates,
        buildings,
        rooms,
        areas,
        places,
        services,
        groups,
        households,
        new,
        changed,
        moved,
        unchanged,
    } = preview.counts;
    let figures = [
        ("新增小区", estates),
        ("新增幢", buildings),
        ("新增室", rooms),
        ("更正面积", areas),
        ("标上位置的幢", places),
        ("登记服务用房的小区", services),
        ("编入居民小组的户", groups),
        ("新增户", households),
        ("新增人", new),
        ("更正", changed),
        ("搬家", moved),
        ("不变", unchanged),
    ]
    .map(|(label, n)| view! { <Figure label=label value=n.to_string() kind=FigureKind::Middle/> })
    .collect_view();
    let shown = preview.differences.len();
    let columns = ["行", "谁", "现在", "以后"].map(Column::text).to_vec();
    let rows: Vec<Vec<AnyView>> = preview
        .differences
        .into_iter()
        .map(|d| {
            vec![
                cell(format!("第 {} 行", d.line)),
                cell(d.what),
                cell(d.before),
                cell(d.after),
            ]
        })
        .collect();
    let total = new + changed + moved + places + services + groups;
    let caption = if shown < total {
        format!("人、位置、小组和服务用房的变化 {total} 处，列出前 {shown} 处")
    } else {
        format!("人、位置、小组和服务用房的变化 {total} 处")
    };
    view! {
        <Card title="会有哪些变化"><div class="tiles people-tiles">{figures}</div></Card>
        {(!preview.notes.is_empty()).then(|| table("认出是同一户的不同写法，请看一眼".to_owned(), preview.notes))}
        {(!rows.is_empty()).then(|| view! { <Table caption columns rows/> })}
        {if preview.counts.changes() == 0 {
            view! { <Notice tone=Tone::Done>"与现有登记完全一样，不用导入。"</Notice> }.into_any()
        } else {
            view! { <Apply id=preview.id counts=preview.counts importing/> }.into_any()
        }}
    }
}

#[component]
fn Apply(id: RecordId, counts: Counts, importing: Importing<Preview>) -> impl IntoView {
    let hidden = [
        ("estates", counts.estates),
        ("buildings", counts.buildings),
        ("rooms", counts.rooms),
        ("areas", counts.areas),
        ("places", counts.places),
        ("services", counts.services),
        ("groups", counts.groups),
        ("households", counts.households),
        ("new", counts.new),
        ("changed", counts.changed),
        ("moved", counts.moved),
        ("unchanged", counts.unchanged),
    ]
    .map(|(name, n)| view! { <input type="hidden" name=name value=n.to_string()/> })
    .collect_view();
    let on_stop = importing.on_stop(id, api::stop_import);
    view! {
        <SendForm action="/admin/people/import/apply" on_done=importing.on_applied() on_stop=on_stop>
            <input type="hidden" name="id" value=id.to_string()/>
            {hidden}
            <Submit>{format!("导入这 {} 处变化", counts.changes())}</Submit>
        </SendForm>
    }
}
