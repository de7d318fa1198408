//! The counts of a roll, each explained: what it is, how it was counted, what it rests on, and what it means when people meet.

use leptos::prelude::*;
use ui::{Badge, Card, Column, Figure, FigureKind, Notice, Table, Tone, cell};

use super::{
    frame::square_metres,
    roll::{GroupTable, elected, ratio},
};
use crate::model::{
    EstateOwners, OWNERS_RULE, Quorum, RollCounts, RollPage, Rule, deputy_rule, owners_due, quorums,
};

#[component]
pub fn Counts(page: RollPage) -> impl IntoView {
    let counts = page.counts;
    let people = if page.village { "村民" } else { "居民" };
    let figures = [
        ("户数".to_owned(), counts.households, "户"),
        ("有户代表的".to_owned(), counts.represented, "户"),
        (format!("18 岁以上{people}"), counts.adults, "人"),
        (
            if page.whole {
                format!("{people}代表")
            } else {
                format!("住在这里的{people}代表")
            },
            counts.deputies,
            "人",
        ),
    ]
    .map(|(label, n, unit)| view! { <Figure label value=n.to_string() unit=unit kind=FigureKind::Middle/> })
    .collect_view();
    let left_out = [
        (counts.temporary, "暂住（不满半年或临时借住）"),
        (counts.away, "户籍在这里、人住在别处"),
        (counts.unknown_age, "没有登记出生年份"),
        (
            counts.turning,
            "今年满 18 岁、只登记了年份（补登日期后从生日起算，否则从年底起算）",
        ),
    ];
    let left_out = left_out
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, why)| view! { <li>{format!("{n} 人：{why}")}</li> })
        .collect::<Vec<_>>();
    let missing = counts.households - counts.represented;
    let day = page.on.zh();
    view! {
        <Card title=format!("{day}的人数")>
            <div class="tiles people-tiles">{figures}</div>
        </Card>
        <Card title="这些数是怎么数的">
            <ul class="people-why">
                <li>"户：那一天登记着人的户，在已经划定的网格里。"</li>
                <li>{format!("18 岁以上{people}：那一天年满 18 周岁，户籍常住或者常住（半年以上）。只知道出生年份的，从满 18 岁那年的 12 月 31 日起算，不会多算。")}</li>
                <li>{format!("户代表：每户一人，年满 18 周岁，住在这里。还有 {missing} 户没有户代表。")}</li>
                <li>"谁算常住、谁算暂住，法律没有写明，这里按“住满半年”；各地可以有自己的规定。"<Badge tone=Tone::Due>"待核"</Badge></li>
            </ul>
            {(!left_out.is_empty()).then(|| view! {
                <p>"没有计入的："</p>
                <ul class="people-why">{left_out}</ul>
            })}
        </Card>
        {if page.whole {
            view! { <Meetings counts people village=page.village/> }.into_any()
        } else {
            view! { <Notice>{format!("{people}会议和{people}代表按整个社区（村）算，请看社区（村）的名册。这里只数这个网格。")}</Notice> }
                .into_any()
        }}
        {(!page.groups.is_empty())
            .then(|| view! { <GroupTable groups=page.groups village=page.village whole=page.whole/> })}
        {(!page.owners.is_empty()).then(|| view! { <Owners owners=page.owners/> })}
    }
}

/// What the counts of a community mean when it meets and elects.
#[component]
fn Meetings(counts: RollCounts, people: &'static str, village: bool) -> impl IntoView {
    let meant = quorums(&counts, village)
        .into_iter()
        .map(|quorum| view! { <Meaning quorum/> })
        .collect_view();
    view! {
        <Card title="开会要用的数">
            <ul class="people-quorums" role="list">{meant}</ul>
        </Card>
        <Card title=format!("{people}代表够不够")>
            <p>{format!("{}，任期五年：{}。", elected(village), ratio(counts.households, counts.deputies, village))}</p>
            <Source rule=deputy_rule(village).rule/>
        </Card>
    }
}

/// What owners need who decide together: how many, and how much they own.
#[component]
fn Owners(owners: Vec<EstateOwners>) -> impl IntoView {
    let columns = vec![
        Column::text("小区"),
        Column::number("业主"),
        Column::number("房屋"),
        Column::number("建筑面积"),
        Column::text("要来多少"),
        Column::text("没有计入的"),
    ];
    let rows = owners
        .into_iter()
        .map(|estate| {
            let due = format!(
                "{} 人，{}",
                owners_due(estate.owners),
                square_metres(owners_due(estate.area))
            );
            let unknown = estate.rooms - estate.owned;
            let left_out = if unknown == 0 {
                "没有".to_owned()
            } else {
                format!("{unknown} 套没有登记业主")
            };
            vec![
                cell(estate.name),
                cell(format!("{} 人", estate.owners)),
                cell(format!("{} 套", estate.owned)),
                cell(square_metres(estate.area)),
                cell(due),
                cell(left_out),
            ]
        })
        .collect();
    view! {
        <Card title="业主共同决定要用的数">
            <p>"面积占三分之二以上、人数占三分之二以上的业主参加表决才算数。一个人有几套的，算一个人；面积是登记的建筑面积。"</p>
            <Table caption="各小区的业主" columns rows/>
            <Source rule=OWNERS_RULE/>
        </Card>
    }
}

#[component]
fn Meaning(quorum: Quorum) -> impl IntoView {
    view! {
        <li>
            <p class="row wrap close"><b>{quorum.title}</b><span class="figure">{quorum.value}<span class="unit">{quorum.unit}</span></span></p>
            <p>{quorum.words}</p>
            <Source rule=quorum.rule/>
        </li>
    }
}

/// What a number rests on, and whether its wording was read.
#[component]
fn Source(rule: Rule) -> impl IntoView {
    view! {
        <p class="small quiet">
            {format!("依据：{}", rule.source)}
            {(!rule.read).then(|| view! { <Badge tone=Tone::Due>"待核"</Badge> })}
        </p>
    }
}
