//! Cards, lists, tables, figures, and the small things in them.

use leptos::prelude::*;
use shared::Timestamp;

use crate::{
    Badge, Bar, BarChart, Button, ButtonKind, Card, Column, Figure, FigureKind, Glyph, Handout, Icon,
    Initial, Legend, List, ListRow, MaskKind, Masked, Photo, Qr, Steps, Swatch, Table, Time, TimeForm, Tone,
    Tree, TreeRow, cell, waiting::WaitingCard,
};

/// A few cards as they stand on a resident's home page.
#[component]
pub fn HomeSample() -> impl IntoView {
    let steps = ["上报", "受理", "处置", "核查", "评价"]
        .map(String::from)
        .to_vec();
    view! {
        <section>
            <h2>"卡片"</h2>
            <div class="tiles">
                <a class="lead" href="/_ui">
                    <span class="words"><b>"看到问题？说一声"</b><span>"拍张照片就行，2 个工作日内有人答复"</span></span>
                    <span class="disc"><Icon name=Glyph::Add/></span>
                </a>
                <Card title="我反映的事" end=|| view! { <a href="/_ui">"全部 3 件"</a> }>
                    <div class="row spread top"><b>"3 幢楼道灯不亮"</b><Badge tone=Tone::Due>"还有 1 天"</Badge></div>
                    <p class="small quiet">"物业已上门，等配件，周三换好"</p>
                    <Steps steps at=2/>
                </Card>
                <Card title="今晚议事会" end=|| view! { <Badge tone=Tone::Go icon=Glyph::Clock>"19:00 开始"</Badge> }>
                    <p>"社区活动室几点开门？晚上留给谁用？"</p>
                    <div class="buttons"><Button>"我要参加"</Button><Button kind=ButtonKind::Plain>"看议题"</Button></div>
                </Card>
                <WaitingCard icon=Glyph::Image title="点位的照片等您审核" detail="3 张".to_owned() href="/_ui"/>
                <Card warm=true>
                    <Figure label="可用积分" value="126" kind=FigureKind::Points>"12 月 31 日有 20 分到期"</Figure>
                </Card>
            </div>
        </section>
    }
}

#[component]
pub fn Lists() -> impl IntoView {
    view! {
        <section>
            <h2>"列表和树"</h2>
            <div class="split even">
                <List label="等我处理">
                    <ListRow title="东门地面车位被锁" detail="停车 · 物业、社区协办" icon=Glyph::Car href="/_ui">
                        <Badge tone=Tone::Late>"超期 4 小时"</Badge>
                    </ListRow>
                    <ListRow title="夜间施工噪声" detail="噪声 · 待核查" icon=Glyph::Sound href="/_ui">
                        <Badge tone=Tone::Due>"今天 17:00"</Badge>
                    </ListRow>
                    <ListRow title="楼道堆物" detail="占用公共空间 · 已办结"><Badge tone=Tone::Done>"办完"</Badge></ListRow>
                </List>
                <Card title="组织" flush=true>
                    <Tree label="组织">
                        <TreeRow name="常熟市" href="/_ui" parts=true open=RwSignal::new(true) end=|| "17 个镇街">
                            <TreeRow name="虞山街道" href="/_ui" parts=true open=RwSignal::new(true) end=|| "45 个社区">
                                <TreeRow name="报北社区" href="/_ui" current=true end=|| "9 个网格"/>
                                <TreeRow name="花园浜社区" href="/_ui" parts=true end=|| "11 个网格"/>
                            </TreeRow>
                        </TreeRow>
                    </Tree>
                </Card>
            </div>
        </section>
    }
}

#[component]
pub fn Tables() -> impl IntoView {
    let rows = [
        ("花园浜社区", "11", "2,140", Tone::Done, "按期"),
        ("报北社区", "9", "1,862", Tone::Late, "1 件超期"),
    ]
    .map(|(name, grids, homes, tone, state)| {
        vec![
            cell(view! { <a href="/_ui">{name}</a> }),
            cell(grids),
            cell(homes),
            cell(view! { <Badge tone>{state}</Badge> }),
        ]
    })
    .into_iter()
    .collect();
    let columns = vec![
        Column::text("社区"),
        Column::number("网格"),
        Column::number("户数"),
        Column::text("办理"),
    ];
    view! {
        <section>
            <h2>"表"</h2>
            <Table caption="虞山街道的社区" columns rows/>
        </section>
    }
}

#[component]
pub fn Figures() -> impl IntoView {
    let bars = vec![
        Bar::new("停车", 36.0, "36 件"),
        Bar::new("噪声", 19.0, "19 件"),
        Bar::new("占用公共空间", 9.0, "9 件").tone(Tone::Due),
        Bar::new("治安", 1.0, "1 件").tone(Tone::Late),
    ];
    let entries = ["0–2", "3–5", "6–9", "10 以上"]
        .into_iter()
        .zip(1..)
        .map(|(words, tone)| (Swatch::Tone(tone), words.to_owned()))
        .chain([
            (Swatch::None, "没有数".to_owned()),
            (Swatch::Late, "有超期".to_owned()),
        ])
        .collect();
    view! {
        <section>
            <h2>"数字和图"</h2>
            <div class="split even">
                <Card><BarChart caption="本月反映最多的事" bars/></Card>
                <div class="stack">
                    <div class="halves">
                        <Card><Figure label="在办" value="7" kind=FigureKind::Middle><Badge tone=Tone::Late>"1 件超期"</Badge></Figure></Card>
                        <Card><Figure label="按期办结" value="98.6" unit="%" kind=FigureKind::Middle>"本月 72 件"</Figure></Card>
                    </div>
                    <Legend title="每千户在办" entries/>
                </div>
            </div>
        </section>
    }
}

#[component]
pub fn Small() -> impl IntoView {
    // 2026-11-23 14:05 in Asia/Shanghai.
    let at = Timestamp(1_795_413_900_000_000);
    view! {
        <section>
            <h2>"小件"</h2>
            <div class="sample">
                <Badge>"草稿"</Badge>
                <Badge tone=Tone::Go>"在办"</Badge>
                <Badge tone=Tone::Due>"还有 1 天"</Badge>
                <Badge tone=Tone::Late>"超期 4 小时"</Badge>
                <Badge tone=Tone::Done>"办完"</Badge>
                <Initial name="张三"/>
                <Masked kind=MaskKind::Name value="张三丰"/>
                <Masked kind=MaskKind::Phone value="13812341234"/>
                <Time at/>
                <Time at form=TimeForm::Full/>
            </div>
            <ul class="photos" role="list">
                <li><Photo src="/icon-192.png" alt="邻里的图标" width=192 height=192/><p>"照片"</p></li>
            </ul>
            <Qr text="https://linli.example/m/7F3K2" label="扫一扫看这件事"/>
            <Handout label="查询码" text="K7MP-2QXW-9HTR"/>
        </section>
    }
}
