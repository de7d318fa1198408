//! Drafts that go with a post to whoever takes it over.

use db::on;
use tasks::server::succession::Post;

use super::*;

fn user(who: &Request) -> UserId {
    who.actor.as_ref().unwrap().user
}

/// The post of the grid worker at the first grid.
async fn post(house: &House) -> Result<Post, AppError> {
    let mut tx = house.t.cx.read().await?;
    let node = nodes::by_code(&mut tx, &code(ONE))
        .await?
        .ok_or(AppError::NotFound)?;
    Ok(Post {
        path: node.path,
        unit: node.id,
        role: Role::GridWorker,
        user: user(&house.worker),
    })
}

/// How many were said to go to this one, and how many went.
async fn hand(house: &House, to: &Request) -> Result<(usize, i64), AppError> {
    let post = post(house).await?;
    let mut tx = house.t.cx.write().await?;
    let going = going(&mut tx, &post).await?;
    let open = going.iter().filter(|not_to| **not_to != Some(user(to))).count();
    let passed = take_over(&mut tx, &post, user(to)).await?;
    tx.commit().await?;
    Ok((open, passed))
}

#[tokio::test]
async fn what_somebody_draws_goes_on_with_whoever_takes_over() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let (id, version) = house.begin(&house.worker, vec![shift(10_000)]).await?;
        assert_eq!(
            one(&house.draws(&house.other), id).await,
            Err(AppError::NotFound),
            "it is the author's alone"
        );
        assert_eq!(hand(&house, &house.other).await?, (1, 1));
        assert_eq!(hand(&house, &house.other).await?, (0, 0), "it has gone");

        // Whoever left has neither the draft nor its next save.
        assert_eq!(
            one(&house.draws(&house.worker), id).await,
            Err(AppError::NotFound)
        );
        let cx = house.draws(&house.worker);
        let late = save(&cx, &code(COMMUNITY), Some((id, version)), vec![shift(5_000)], 1).await;
        assert!(matches!(late, Err(AppError::NotFound)));
        let cx = house.draws(&house.other);
        let open = editing(&cx, &Settings::default(), &code(COMMUNITY)).await?;
        let draft = open.draft.ok_or("no draft")?;
        assert_eq!((draft.id, draft.version, draft.done), (id, version + 1, 1));
        assert_eq!(list(&cx, None, "").await?.mine.rows.len(), 1);
        assert!(one(&cx, id).await?.steps[0].words.contains("岗位交接"));

        // It is handed in; whoever drew it at first decides on it as little as its author, whatever they are by now.
        propose(&cx, id, draft.version, &house.proposal(house.today())).await?;
        let mut actor = house.worker.actor.as_deref().unwrap().clone();
        actor
            .grants
            .clone_from(&house.secretary.actor.as_ref().unwrap().grants);
        let promoted = t.request(Some(actor));
        let decides = promoted.require(Permission::MapApprove)?;
        assert_eq!(
            approve(&decides, id, draft.version + 1, "").await,
            Err(AppError::Forbidden)
        );
        assert!(!one(&house.draws(&promoted), id).await?.doings.decide);
        assert_eq!(waiting(&decides).await?, 0);
        let shown = list(&house.draws(&promoted), None, "").await?;
        assert_eq!((shown.waiting.rows.len(), shown.others.rows.len()), (0, 1));
        assert_eq!(waiting(&house.approves()).await?, 1);
        approve(&house.approves(), id, draft.version + 1, "").await?;
        assert_eq!(house.state(id).await?, DraftState::InEffect);
        assert_eq!(hand(&house, &house.other).await?, (0, 0), "it is done");
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_is_made_of_a_draft_that_was_handed_over_is_drawn_by_the_same() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let (id, version) = house.begin(&house.worker, vec![shift(10_000)]).await?;
        assert_eq!(hand(&house, &house.other).await?, (1, 1));
        let (theirs, seen) = house
            .hand_in(&house.worker, vec![shift(-20_000)], house.today())
            .await?;
        approve(&house.approves(), theirs, seen, "").await?;
        let cx = house.draws(&house.other);
        rebase(&cx, id, version + 1, Choice::Mine).await?;
        let drafts = list(&cx, None, "").await?.mine.rows;
        let copy = drafts.iter().find(|draft| draft.state == DraftState::Withdrawn);
        let copy = copy.ok_or("no copy")?.id;
        let mut tx = t.cx.read().await?;
        let copy = store::by_id(&mut tx, copy).await?.ok_or("no copy")?;
        assert!(store::drew(&mut tx, &copy, user(&house.worker)).await?);
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_was_handed_in_or_sent_back_comes_to_whoever_took_over() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let today = house.today();
        let (id, version) = house.hand_in(&house.worker, vec![shift(10_000)], today).await?;
        assert_eq!(hand(&house, &house.other).await?, (1, 1));
        assert_eq!(house.state(id).await?, DraftState::Proposed);
        refuse(&house.approves(), id, version + 1, "再量一次").await?;
        let shown = one(&house.draws(&house.other), id).await?;
        assert!(shown.row.mine && shown.doings.reopen);
        // Sent back before: the post goes on to the secretary, who refused it, and may draw but no more decide.
        let mut tx = t.cx.write().await?;
        let back = "update grid_draft set author_id = $2 where id = $1";
        db::execute!(tx, back, id, user(&house.worker))?;
        tx.commit().await?;
        assert_eq!(hand(&house, &house.secretary).await?, (1, 1));
        let shown = one(&house.draws(&house.secretary), id).await?;
        assert!(shown.row.mine && shown.doings.reopen);
        reopen(&house.draws(&house.secretary), id, shown.version).await?;

        // What lies long is given up.
        let (old, version) = house.hand_in(&house.worker, vec![shift(7_000)], today).await?;
        refuse(&house.approves(), old, version, "不用改").await?;
        t.clock.advance(91 * Timestamp::DAY);
        assert_eq!(hand(&house, &house.other).await?, (0, 0));
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_its_author_can_go_on_with_stays_and_nothing_is_thrown_away() {
    on_both(|t| async move {
        let house = house(&t).await?;
        // Who approved it cannot become who drew it.
        let day = house.today().plus_days(9);
        let (approved, version) = house.hand_in(&house.worker, vec![shift(4_000)], day).await?;
        approve(&house.approves(), approved, version, "").await?;
        assert_eq!(hand(&house, &house.secretary).await?, (0, 0));
        assert_eq!(hand(&house, &house.other).await?, (1, 1));

        // Two drafts of one unit cannot both be drawn by one: the one that came rests.
        let (own, own_version) = house.begin(&house.other, vec![shift(6_000)]).await?;
        let (id, _) = house.begin(&house.worker, vec![shift(10_000)]).await?;
        assert_eq!(hand(&house, &house.other).await?, (1, 1));
        let cx = house.draws(&house.other);
        let came = one(&cx, id).await?;
        assert!(came.row.mine && came.row.state == DraftState::Withdrawn);
        let both = reopen(&cx, id, came.version).await;
        assert!(matches!(both, Err(AppError::Conflict(_))), "{both:?}");
        withdraw(&cx, own, own_version).await?;
        reopen(&cx, id, came.version).await?;
        let mut tx = t.cx.read().await?;
        const DREW: &str =
            "select count(*) from grid_draft_step where draft_id = $1 and user_id = $2 and state = 'drafted'";
        let drew: i64 = on!(tx, |c| sqlx::query_scalar(DREW)
            .bind(id)
            .bind(user(&house.worker))
            .fetch_one(c)
            .await)?;
        assert_eq!(drew, 1);
        drop(tx);

        // By another role they draw there still.
        let (staying, _) = house.begin(&house.worker, vec![shift(8_000)]).await?;
        grant(&t.cx, "13900000001", Role::Staff, COMMUNITY, None, None).await?;
        assert_eq!(hand(&house, &house.secretary).await?, (0, 0));
        assert!(one(&house.draws(&house.worker), staying).await?.row.mine);
        TestResult::Ok(())
    })
    .await;
}
