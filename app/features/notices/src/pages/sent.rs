//! What left lately beside the inbox, and what became of it.

use leptos::prelude::*;
use ui::{Badge, Card, List, ListRow, Tone};

use crate::model::{SentRow, SentState};

/// The last few, if there are any.
#[component]
pub fn Sent(rows: Vec<SentRow>) -> impl IntoView {
    let rows = rows
        .into_iter()
        .map(|row| {
            let state = row.state;
            let tone = match state {
                SentState::Sent => Tone::Done,
                SentState::Waiting => Tone::Due,
                SentState::Failed => Tone::Late,
                SentState::Dropped => Tone::Quiet,
            };
            let detail = format!("{} · {}", row.channel.label(), row.at.zh_short());
            view! {
                <ListRow title=row.label detail>
                    <Badge tone>{state.label()}</Badge>
                </ListRow>
            }
        })
        .collect::<Vec<_>>();
    (!rows.is_empty()).then(|| {
        view! {
            <Card title="最近的提醒" flush=true>
                <List label="最近的提醒">{rows}</List>
            </Card>
        }
    })
}
