//! The counts of a roll, each explained: what it is, how it was counted, what it rests on, and what it means when people meet.

use leptos::prelude::*;
use ui::{Badge, Card, Figure, FigureKind, Tone};

use super::roll::{GroupTable, elected, ratio};
use crate::model::{Quorum, RollPage, Rule, deputy_rule, quorums};

#[component]
pub fn Counts(page: RollPage) -> impl IntoView {
    let counts = page.counts;
    let people = if page.village { "村民" } else { "居民" };
    let figures = [
        ("户数".to_owned(), counts.households, "户"),
        ("有户代表的".to_owned(), counts.represented, "户"),
        (format!("18 岁以上{people}"), counts.adults, "人"),
        (format!("{people}代表"), counts.deputies, "人"),
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
    let meant = quorums(&counts, page.village)
        .into_iter()
        .map(|quorum| view! { <Meaning quorum/> })
        .collect_view();
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
        <Card title="开会要用的数">
            <ul class="people-quorums" role="list">{meant}</ul>
        </Card>
        <Card title=format!("{people}代表够不够")>
            <p>{format!("{}，任期五年：{}。", elected(page.village), ratio(counts.households, counts.deputies, page.village))}</p>
            <Source rule=deputy_rule(page.village).rule/>
        </Card>
        {(!page.groups.is_empty()).then(|| view! { <GroupTable groups=page.groups village=page.village/> })}
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
