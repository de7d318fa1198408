//! Orders on their way back: with the answer, and again with the end; of what went into another matter, with that one's.

use db::test::{TestDb, on_both};
use grid::server::Settings;
use shared::{Actor, Permission, Timestamp};

use super::super::{Outcome, does, form, place, send, somebody, step, take as takes, with};
use super::{NUMBER, hotline, order, sent};
use crate::{
    model::{ActForm, Action, OrderState, Sent, State},
    server::{
        clock,
        figures::Format,
        orders::{self, export, take},
        store,
    },
};

/// The one order, of those that are to be given back or of all.
async fn row(t: &TestDb, who: &Actor, back: bool) -> Outcome<Option<OrderState>> {
    let cx = with(t, who, Permission::ReportDispatch)?;
    Ok(orders::page(&cx, back, "").await?.rows.into_iter().next())
}

/// The cells of the one order in the file that is taken along.
async fn cells(t: &TestDb, who: &Actor) -> Outcome<Vec<String>> {
    let cx = with(t, who, Permission::ReportDispatch)?;
    let (file, _) = export::export(&cx, Format::Csv).await?;
    let text = String::from_utf8(file)?;
    let line = text.lines().nth(1).ok_or("no order in the file")?;
    Ok(line
        .split(',')
        .map(|cell| cell.trim_matches('"').to_owned())
        .collect())
}

async fn gives(t: &TestDb, who: &Actor) -> Outcome {
    let cx = with(t, who, Permission::ReportDispatch)?;
    let order = row(t, who, true).await?.ok_or("nothing to give")?;
    assert_eq!(orders::give_back(&cx, &order.id.to_string()).await?, 1);
    assert_eq!(row(t, who, true).await?, None, "it was given");
    Ok(())
}

/// What the file says: how it stands, the result, the 回访, and whether it is late.
fn told(cells: &[String]) -> [&str; 4] {
    [8, 9, 11, 15].map(|at| cells[at].as_str())
}

#[tokio::test]
async fn an_order_goes_back_with_its_answer_and_again_with_its_end() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let hotline = hotline(&t).await?;
        let taken = take::take(&t.cx, &Settings::default(), &hotline, &order(&t)).await?;
        let matter = sent(&t, &taken.code).await?;
        for action in [Action::Accept, Action::Begin] {
            does(&t, &p.worker, &matter, action).await?;
        }
        assert_eq!(row(&t, &p.staff, true).await?, None, "nothing to say yet");
        t.clock.advance(Timestamp::HOUR);
        does(&t, &p.worker, &matter, Action::Answer).await?;
        let answered = row(&t, &p.staff, true).await?.ok_or("no answer")?;
        assert_eq!(
            (answered.state, answered.result.as_deref()),
            (State::Answered, Some("说明"))
        );
        assert!(answered.answered.is_some() && answered.checked.is_none() && answered.ended.is_none());
        assert_eq!(
            told(&cells(&t, &p.staff).await?),
            ["反馈", "说明", "", "否"],
            "within its limit"
        );
        gives(&t, &p.staff).await?;

        t.clock.advance(Timestamp::HOUR);
        does(&t, &p.staff, &matter, Action::Check).await?;
        does(&t, &p.staff, &matter, Action::Call).await?;
        t.clock.advance(8 * Timestamp::DAY);
        does(&t, &p.staff, &matter, Action::Call).await?;
        assert_eq!(row(&t, &p.staff, true).await?, None, "the 回访 goes with the end");
        assert_eq!(clock::end(&t.cx).await?, 1);
        let ended = row(&t, &p.staff, true).await?.ok_or("no end")?;
        assert_eq!(
            (ended.state, ended.checked.as_deref()),
            (State::Closed, Some("说明"))
        );
        assert!(ended.ended > ended.given && ended.rating.is_none());
        assert_eq!(told(&cells(&t, &p.staff).await?), ["办结", "说明", "说明", "否"]);
        gives(&t, &p.staff).await
    })
    .await;
}

fn into(other: &Sent) -> ActForm {
    ActForm {
        matter: other.number.clone(),
        ..step(Action::Merge)
    }
}

#[tokio::test]
async fn an_order_whose_matter_went_into_another_goes_back_with_what_is_said_there() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let second = somebody(&t, None).await?;
        let hotline = hotline(&t).await?;
        let due = t.cx.now().plus(2 * Timestamp::DAY);
        let taken = take::take(&t.cx, &Settings::default(), &hotline, &order(&t)).await?;
        let own = sent(&t, &taken.code).await?;
        let problem = form("problem", "facility");
        let other = send(&t, &p.resident, "device-key-1", &problem).await?;
        let last = send(&t, &second, "device-key-1", &problem).await?;
        takes(&t, &p.secretary, &own, &into(&other)).await?;
        takes(&t, &p.secretary, &other, &into(&last)).await?;

        assert_eq!(
            row(&t, &p.staff, true).await?,
            None,
            "what went into another is not answered by that"
        );
        let open = row(&t, &p.staff, false).await?.ok_or("no order")?;
        assert_eq!(
            (open.number.as_str(), open.matter.as_str(), open.state),
            (NUMBER, last.number.as_str(), State::Reported)
        );
        assert!(open.ended.is_none());
        let mut tx = t.cx.read().await?;
        let stored = store::by_code(&mut tx, &last.code).await?.ok_or("no matter")?;
        drop(tx);
        let at = stored.due_at.ok_or("no limit")?;
        assert!(
            at <= due && due.0 - at.0 < Timestamp::SECOND,
            "its limit goes along: {at:?}"
        );

        t.clock.advance(Timestamp::HOUR);
        for action in [Action::Accept, Action::Begin, Action::Answer] {
            does(&t, &p.worker, &last, action).await?;
        }
        let answered = row(&t, &p.staff, true).await?.ok_or("no answer")?;
        assert_eq!(
            (answered.state, answered.result.as_deref()),
            (State::Answered, Some("说明"))
        );
        assert_eq!(told(&cells(&t, &p.staff).await?), ["反馈", "说明", "", "否"]);
        assert_eq!(row(&t, &p.elsewhere, false).await?, None);
        gives(&t, &p.staff).await?;

        t.clock.advance(Timestamp::HOUR);
        does(&t, &p.staff, &last, Action::Check).await?;
        does(&t, &second, &last, Action::Rate).await?;
        let ended = row(&t, &p.staff, true).await?.ok_or("no end")?;
        assert_eq!(
            (ended.state, ended.result.as_deref()),
            (State::Closed, Some("说明"))
        );
        assert!(
            ended.checked.is_none() && ended.rating.is_none(),
            "what was heard of somebody else, and how they rated it, is not the platform's"
        );
        let file = cells(&t, &p.staff).await?;
        assert_eq!(told(&file), ["办结", "说明", "", "否"]);
        assert_eq!(file[12], "");
        gives(&t, &p.staff).await
    })
    .await;
}
