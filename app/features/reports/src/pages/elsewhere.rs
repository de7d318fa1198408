//! What does not belong here, or not first: danger to life, and what has a door of its own.

use leptos::prelude::*;
use ui::{Button, ButtonKind, Glyph, List, ListRow, Notice, Tone};

use crate::model::Door;

/// Words by which a danger to life is told.
const DANGER: [&str; 18] = [
    "着火",
    "起火",
    "失火",
    "火灾",
    "煤气",
    "燃气泄漏",
    "救命",
    "晕倒",
    "昏迷",
    "流血",
    "没有呼吸",
    "打人",
    "持刀",
    "行凶",
    "跳楼",
    "落水",
    "溺水",
    "触电",
];

/// Words by which it is told that something has another door.
const DOORS: [(Door, &[&str]); 7] = [
    (Door::Court, &["起诉", "判决", "法院"]),
    (Door::Arbitration, &["仲裁"]),
    (Door::Review, &["行政复议", "复议"]),
    (Door::Disclosure, &["信息公开申请", "申请信息公开"]),
    (Door::Discipline, &["贪污", "受贿", "违纪", "吃拿卡要"]),
    (Door::Petition, &["信访", "上访"]),
    (
        Door::Owners,
        &["业主大会", "业委会选举", "维修资金", "更换物业", "物业费涨价"],
    ),
];

/// What is listed for everybody, in the order in which it is asked for.
const LISTED: [(Door, &str); 8] = [
    (Door::Owners, "换物业、用维修资金、业委会选举"),
    (Door::Petition, "信访事项"),
    (Door::Discipline, "举报党员干部违纪违法"),
    (Door::Court, "要打官司，或者法院正在审的"),
    (Door::Arbitration, "劳动、合同等已经约定仲裁的"),
    (Door::Review, "不服行政决定"),
    (Door::Disclosure, "要求公开政府信息"),
    (Door::Hotline, "别的政务服务，也可以打 12345"),
];

/// The telephone number with which a door's name begins.
fn number(door: Door) -> Option<String> {
    let number: String = door.label().chars().take_while(char::is_ascii_digit).collect();
    (!number.is_empty()).then_some(number)
}

/// Whether somebody's life may be in danger, by what is told.
fn is_danger(words: &str) -> bool {
    DANGER.iter().any(|sign| words.contains(sign))
}

/// Where it may belong, by what is told.
fn doors(words: &str) -> Vec<Door> {
    DOORS
        .iter()
        .filter(|(_, signs)| signs.iter().any(|sign| words.contains(sign)))
        .map(|(door, _)| *door)
        .collect()
}

/// The numbers to call first where a life is in danger.
#[component]
pub fn Danger() -> impl IntoView {
    let calls = Door::DANGER
        .into_iter()
        .filter_map(|door| {
            let number = number(door)?;
            let href = format!("tel:{number}");
            let words = door.label().trim_start_matches(|c: char| c.is_ascii_digit()).to_owned();
            Some(view! {
                <a class="button plain" href=href rel="external"><b>{number}</b><span class="small">{words}</span></a>
            })
        })
        .collect_view();
    view! {
        <section class="reports-danger" aria-label="有生命危险先打电话">
            <p><b>"有生命危险，先打电话"</b></p>
            <div class="reports-calls">{calls}</div>
        </section>
    }
}

/// What the words of a report make one think of, while they are typed: nothing is refused for it.
#[component]
pub fn Heard(words: RwSignal<String>) -> impl IntoView {
    let danger = Memo::new(move |_| words.with(|words| is_danger(words)));
    let found = Memo::new(move |_| words.with(|words| doors(words)));
    view! {
        <Show when=move || danger.get()>
            <Notice tone=Tone::Late live=true title="如果现在就有危险，请先打电话">
                "报警 110，火警和抢险 119，急救 120。打完再回来写，您写的还在。"
            </Notice>
        </Show>
        <Show when=move || found.with(|found| !found.is_empty())>
            <Notice tone=Tone::Due live=true title="这件事可能要去别的地方办">
                {move || {
                    let labels: Vec<&str> = found.get().into_iter().map(Door::label).collect();
                    format!("{}。不确定也可以先交上来，我们会告诉您该去哪里。", labels.join("；"))
                }}
            </Notice>
        </Show>
    }
}

/// The doors for what is not handled here.
#[component]
pub fn Elsewhere() -> impl IntoView {
    let rows = LISTED
        .into_iter()
        .map(|(door, what)| view! { <ListRow title=door.label() detail=what/> })
        .collect_view();
    view! {
        <details class="fold">
            <summary>"哪些事不在这里办"</summary>
            <div class="stack">
                <List label="不在这里办的事，该去哪里">{rows}</List>
                <div class="buttons">
                    <Button kind=ButtonKind::Plain icon=Glyph::Phone href="tel:12345" external=true>"打电话 12345"</Button>
                    <Button kind=ButtonKind::Plain icon=Glyph::Talk href="/mediation">"和别人有矛盾，申请调解"</Button>
                </div>
            </div>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn danger_to_life_is_heard_in_plain_words() {
        assert!(is_danger("三楼好像着火了"));
        assert!(!is_danger("楼道灯不亮"));
        let numbers: Vec<String> = Door::DANGER.into_iter().filter_map(number).collect();
        assert_eq!(numbers, ["110", "119", "120"]);
    }

    #[test]
    fn what_has_another_door_is_told_of_it() {
        assert_eq!(doors("我要举报他受贿"), [Door::Discipline]);
        assert_eq!(
            doors("想动用维修资金修屋顶，不行就起诉"),
            [Door::Court, Door::Owners]
        );
        assert!(doors("广场舞太吵").is_empty());
        assert!(number(Door::Court).is_none());
    }
}
