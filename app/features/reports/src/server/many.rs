//! Many matters at once: each is a step of its own, asked of the table, with an outcome of its own.

use std::{collections::BTreeSet, time::Duration};

use db::{Cx, throttle};
use shared::AppError;

use super::{act, sight, store};
use crate::model::{ActForm, Action, MANY, Outcome};

/// How often in a day somebody does so.
const MOST: i64 = 60;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Takes the matters in, or gives all of them to a post.
///
/// # Errors
/// [`AppError::Invalid`] on `action` and `to`, [`AppError::TooManyRequests`]. What is wrong with one matter stands in its outcome.
pub async fn take(cx: &Cx, codes: &[String], action: &str, to: &str) -> Result<Vec<Outcome>, AppError> {
    let action = action
        .parse::<Action>()
        .ok()
        .filter(|action| matches!(action, Action::Accept | Action::Dispatch));
    let action = action.ok_or_else(|| AppError::invalid("action", "请选受理，还是派单。"))?;
    let codes: BTreeSet<&str> = codes
        .iter()
        .map(|code| code.trim())
        .filter(|code| !code.is_empty())
        .collect();
    if codes.is_empty() {
        return Err(AppError::invalid("action", "请先在列表里勾选要一起办的事。"));
    }
    if codes.len() > MANY {
        return Err(AppError::invalid("action", format!("一次最多办 {MANY} 件。")));
    }
    if action == Action::Dispatch && to.trim().is_empty() {
        return Err(AppError::invalid("to", "请选交给哪个单位、由谁办。"));
    }
    let user = cx.user()?;
    throttle::take(cx, &format!("reports.many/{user}"), MOST, DAY).await?;
    let form = ActForm {
        action: action.code().to_owned(),
        to: to.trim().to_owned(),
        ..ActForm::default()
    };
    let mut outcomes = Vec::new();
    for code in codes {
        // What somebody may not see has no number for them.
        let Some(number) = number(cx, code).await? else {
            continue;
        };
        let outcome = match act::one_of_many(cx, code, &form).await {
            Ok(()) => Outcome {
                number,
                done: true,
                words: String::new(),
            },
            Err(error @ (AppError::Internal { .. } | AppError::Unavailable)) => return Err(error),
            Err(error) => Outcome {
                number,
                done: false,
                words: why(&error),
            },
        };
        outcomes.push(outcome);
    }
    outcomes.sort_by(|one, other| one.number.cmp(&other.number));
    Ok(outcomes)
}

/// Why one of them was not done. What was only spoken needs words of its own, and the form of many has none.
fn why(error: &AppError) -> String {
    match error {
        AppError::Invalid(fields) if fields.iter().any(|field| field.field == "words") => {
            "反映人说的是语音，他们听不到。请打开这件事，写下要办什么再派单。".into()
        }
        error => error.message(),
    }
}

async fn number(cx: &Cx, code: &str) -> Result<Option<String>, AppError> {
    let mut tx = cx.read().await?;
    let Some(matter) = store::by_code(&mut tx, code).await? else {
        return Ok(None);
    };
    let sight = sight::of(cx, &mut tx, &matter).await?;
    Ok(sight.whole().then(|| matter.shown_number()))
}
