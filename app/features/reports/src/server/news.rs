//! Short messages to whoever reported by number alone: they have no inbox. A message says that they are waited for or were answered, and not
//! about what. None comes at night, and none for what is over by then.

use std::time::Duration;

use accounts::{
    model::Phone,
    server::message::{self, Template},
};
use db::{Cx, DbError, NewJob, Tx, crypt::Field, throttle};
use shared::{AppError, Timestamp};

use super::store::{self, Stored};
use crate::model::{Action, MatterId, Origin, State};

/// The job's kind.
pub const JOB: &str = "reports.news";
/// Messages about one matter in a day at most.
const MOST: i64 = 3;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// From when to when one may ring, in hours of Shanghai.
const FROM: i64 = 8;
const UNTIL: i64 = 21;
/// How long one is worth sending, in microseconds.
const LIFE: i64 = Timestamp::DAY;

/// What the reporter is told of a step, and how the matter has to stand for it to be still so. Of what went to the petition office they are told no
/// more than of anything else that is not taken: a telephone lies on a table.
const fn said(action: Action, state: State) -> Option<&'static str> {
    match (action, state) {
        (Action::Pause, State::Paused) => Some("等您补充情况，计时停着"),
        (Action::Answer, State::Answered | State::Checked) => Some("有了答复，请您看一看、评一评"),
        (Action::Refuse, State::Refused) => Some("有了答复，里面写了该去哪里办"),
        _ => None,
    }
}

/// Has whoever reported a matter by number told of a step, if it is one of which they are.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn queue(tx: &mut Tx, matter: &Stored, action: Action) -> Result<(), DbError> {
    let told = matter.origin == Origin::Phone && matter.phone.is_some();
    if !told || said(action, matter.state).is_none() {
        return Ok(());
    }
    let due = waking(tx.now());
    tx.enqueue(NewJob {
        kind: JOB,
        payload: serde_json::json!({ "id": matter.id, "action": action.code() }),
        due,
        key: Some(format!("{}/{}", matter.id, action.code())),
    })
    .await?;
    Ok(())
}

/// The first moment from `now` on at which a message may ring.
fn waking(now: Timestamp) -> Timestamp {
    let today = now.date();
    let from = today.start().plus(FROM * Timestamp::HOUR);
    if now < from {
        from
    } else if now < today.start().plus(UNTIL * Timestamp::HOUR) {
        now
    } else {
        today.plus_days(1).start().plus(FROM * Timestamp::HOUR)
    }
}

/// Sends it, if it is still so: the job's work.
///
/// # Errors
/// What the database answers.
pub async fn run(cx: &Cx, id: MatterId, action: Action) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let Some(matter) = store::by_id(&mut tx, id).await? else {
        return Ok(());
    };
    let (Some(what), Some(sealed)) = (said(action, matter.state), &matter.phone) else {
        return Ok(());
    };
    match throttle::check(&mut tx, &format!("reports.news/{id}"), MOST, DAY).await {
        Ok(()) => {}
        Err(AppError::TooManyRequests { .. }) => return Ok(()),
        Err(error) => return Err(error),
    }
    let phone = cx.keys().open_for(Field::Phone, matter.record(), sealed)?;
    let (phone, until) = (Phone::parse("phone", &phone)?, tx.now().plus(LIFE));
    let params = serde_json::json!({ "what": what });
    message::queue(&mut tx, &phone, Template::ReportNews, params, until).await?;
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_rings_at_night() {
        let day = "2026-11-23".parse::<shared::Date>().unwrap();
        let at = |hour: i64| day.start().plus(hour * Timestamp::HOUR);
        assert_eq!(waking(at(3)), at(8));
        assert_eq!(waking(at(8)), at(8));
        assert_eq!(waking(at(20)), at(20));
        assert_eq!(waking(at(21)), at(24 + 8));
        assert_eq!(waking(at(23)), at(24 + 8));
    }

    #[test]
    fn only_what_asks_for_them_or_answers_them_is_told() {
        let told = |action: &&Action| State::ALL.iter().any(|state| said(**action, *state).is_some());
        let told: Vec<&Action> = Action::ALL.iter().filter(told).collect();
        assert_eq!(told, [&Action::Refuse, &Action::Pause, &Action::Answer]);
        assert_eq!(said(Action::Pause, State::Handling), None, "it goes on by then");
    }
}
