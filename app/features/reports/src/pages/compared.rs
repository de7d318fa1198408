//! What it looked like before it was handled and afterwards, beside each other.

use leptos::prelude::*;
use ui::Card;

use super::steps::Photos;
use crate::model::{Action, Photo, StepRow};

/// Photos of the report and of when somebody began, and those of what was done: of parts, of the answer, of the 回访.
fn sorted(photos: Vec<Photo>, steps: &[StepRow]) -> [Vec<Photo>; 2] {
    let [mut before, mut after] = [photos, Vec::new()];
    for step in steps {
        match step.action {
            Action::Begin => before.extend(&step.photos),
            Action::PartDone | Action::Answer | Action::Check => after.extend(&step.photos),
            _ => {}
        }
    }
    [before, after]
}

/// Nothing unless there are both; on paper one will do.
#[component]
pub fn Compared(photos: Vec<Photo>, steps: Vec<StepRow>, #[prop(optional)] paper: bool) -> impl IntoView {
    let [before, after] = sorted(photos, &steps);
    let none = if paper {
        before.is_empty() && after.is_empty()
    } else {
        before.is_empty() || after.is_empty()
    };
    if none {
        return ().into_any();
    }
    let side = |words: &'static str, label: &'static str, photos: Vec<Photo>| {
        (!photos.is_empty()).then(|| {
            view! { <div class="stack tight"><b>{words}</b><Photos photos label/></div> }
        })
    };
    view! {
        <Card title="处置前后">
            <div class="halves">
                {side("处置前", "处置前的照片", before)}
                {side("处置后", "处置后的照片", after)}
            </div>
        </Card>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use shared::{RecordId, Timestamp};

    use super::*;
    use crate::model::{By, Seen, State};

    fn photo(n: u128) -> Photo {
        Photo {
            id: RecordId(uuid::Uuid::from_u128(n)),
            width: 4,
            height: 3,
        }
    }

    fn step(action: Action, photos: Vec<Photo>) -> StepRow {
        StepRow {
            action,
            state: State::Handling,
            at: Timestamp(0),
            by: By::Holder,
            who: None,
            unit: None,
            role: None,
            words: None,
            days: None,
            door: None,
            rating: None,
            urgency: None,
            class: None,
            seen: Seen::All,
            photos,
            voice: None,
            aside: None,
        }
    }

    #[test]
    fn photos_of_the_beginning_stand_before_and_those_of_the_answer_after() {
        let steps = [
            step(Action::Note, vec![photo(9)]),
            step(Action::Begin, vec![photo(2)]),
            step(Action::PartDone, vec![photo(3)]),
            step(Action::Answer, vec![photo(4)]),
        ];
        assert_eq!(
            sorted(vec![photo(1)], &steps),
            [vec![photo(1), photo(2)], vec![photo(3), photo(4)]]
        );
        assert_eq!(sorted(Vec::new(), &steps[..1]), [vec![], vec![]]);
    }
}
