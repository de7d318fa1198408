//! What came of a questionnaire: figures, each question a table.

use leptos::prelude::*;
use ui::{Card, Column, Table, cell};

use crate::model::{Ask, Kind, SurveyPage, Told};

#[component]
pub fn Results(page: SurveyPage) -> impl IntoView {
    if page.kind != Kind::Questions || !page.phase.tells() {
        return ().into_any();
    }
    let Some(answered) = page.answered else {
        return view! { <Card title="统计"><p>"答的人少于 5 个，不公布统计。"</p></Card> }.into_any();
    };
    let each = page
        .results
        .into_iter()
        .map(|told| view! { <Question told answered/> })
        .collect::<Vec<_>>();
    view! {
        <Card title="统计">
            <div class="stack">
                <p>{format!("收到 {answered} 份。少于 5 人的，和推算得出来的，不显示。")}</p>
                {each}
            </div>
        </Card>
    }
    .into_any()
}

#[component]
fn Question(told: Told, answered: i64) -> impl IntoView {
    let average = told
        .average
        .map(|average| view! { <p>{format!("平均 {average}")}</p> });
    let said = (!told.said.is_empty()).then(|| {
        let words = told
            .said
            .into_iter()
            .map(|words| view! { <li>{words}</li> })
            .collect::<Vec<_>>();
        view! { <p class="small quiet">"只有工作人员看得到文字："</p><ul class="stack tight">{words}</ul> }
    });
    let nothing = (told.ask == Ask::Words && said.is_none())
        .then(|| view! { <p class="small quiet">"写的话不公开。"</p> });
    let table = (!told.rows.is_empty()).then(|| {
        let columns = vec![
            Column::text("选项"),
            Column::number("人数"),
            Column::number("占比"),
        ];
        let rows = told
            .rows
            .into_iter()
            .map(|(choice, many)| {
                let (count, share) = match many {
                    Some(many) => (many.to_string(), format!("{}%", many * 100 / answered.max(1))),
                    None => ("不显示".to_owned(), "不显示".to_owned()),
                };
                vec![cell(choice), cell(count), cell(share)]
            })
            .collect::<Vec<_>>();
        view! { <Table caption=told.title.clone() columns rows keep=true/> }
    });
    view! {
        <section>
            <h3>{told.title.clone()}</h3>
            {table}
            {average}
            {said}
            {nothing}
        </section>
    }
}
