//! When one is told beside the inbox: quiet hours, and one message a day.

use leptos::prelude::*;
use ui::{Card, Checkbox, Choice, Form, Select, Submit};

use crate::{
    api,
    model::{NO_DIGEST, Quiet, Times},
};

fn hours() -> Vec<Choice> {
    (0..24)
        .map(|hour| Choice::new(hour.to_string(), format!("{hour}:00")))
        .collect()
}

/// The form. Where there are no quiet hours, it offers the usual ones.
#[component]
pub fn WhenTold(times: Times, action: ServerAction<api::SetTimes>) -> impl IntoView {
    let offered = times.quiet.unwrap_or(Quiet::USUAL);
    let digest = times
        .digest
        .map_or_else(|| NO_DIGEST.to_owned(), |hour| hour.to_string());
    let digests: Vec<Choice> = std::iter::once(Choice::new(NO_DIGEST, "不汇总，来一条提醒一条"))
        .chain(
            hours()
                .into_iter()
                .map(|hour| Choice::new(hour.value, format!("每天 {} 汇总一次", hour.label))),
        )
        .collect();
    view! {
        <Card title="什么时候提醒">
            <Form action prefix="times">
                <Checkbox name="quiet" label="夜里不打扰" checked=times.quiet.is_some()
                    hint="这段时间里不发短信、不弹通知，过后再发。只有夜里也得马上出门办的急事例外。"/>
                <Select name="from" label="从几点起" choices=hours() value=offered.from.to_string()/>
                <Select name="to" label="到几点为止" choices=hours() value=offered.to.to_string()/>
                <Select name="digest" label="不急的消息" choices=digests value=digest
                    hint="选了汇总，不急的消息一天只提醒一次，只说还有几条没看；都看过了就不发。急事仍然马上提醒。"/>
                <Submit>"保存时间"</Submit>
            </Form>
        </Card>
    }
}
