//! Who is told what of a draft.

use notices::model::{Importance, NoticeRow, View};

use super::*;

/// Somebody's messages, the newest first.
pub async fn inbox(who: &Request) -> Result<Vec<NoticeRow>, AppError> {
    let inbox = notices::server::inbox::list(&who.signed_in()?, View::All, "").await?;
    Ok(inbox.rows.rows)
}

fn asks(row: &NoticeRow) -> bool {
    row.importance == Importance::Action && !row.done
}

#[tokio::test]
async fn who_may_approve_is_asked_and_the_author_hears_what_became_of_it() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let town = holder(&t, "13900000004", Role::TownAdmin, "320581001").await?;
        let elsewhere = holder(&t, "13900000005", Role::Secretary, "320581001002").await?;
        let day = house.today().plus_days(2);
        let (id, version) = house.hand_in(&house.worker, vec![shift(10_000)], day).await?;
        let asked = inbox(&house.secretary).await?;
        assert_eq!(asked.len(), 1);
        assert_eq!(asked[0].words, "某人起草了花园浜社区居委会的边界，等您审批");
        assert_eq!(asked[0].href, Some(format!("/map/drafts/{id}")));
        assert!(asks(&asked[0]));
        // Whoever is nearest: not those above as well, nor who may not, nor who did it.
        for other in [&town, &elsewhere, &house.other, &house.worker] {
            assert_eq!(inbox(other).await?, []);
        }

        t.clock.advance(Timestamp::MINUTE);
        refuse(&house.approves(), id, version, "名称不合适").await?;
        assert!(!asks(&inbox(&house.secretary).await?[0]), "it is decided");
        let told = inbox(&house.worker).await?;
        assert_eq!(
            told[0].words,
            "您起草的花园浜社区居委会的边界没有通过：名称不合适"
        );
        assert!(asks(&told[0]));
        let cx = house.draws(&house.worker);
        reopen(&cx, id, version + 1).await?;
        assert!(!asks(&inbox(&house.worker).await?[0]), "they are at it");
        t.clock.advance(Timestamp::MINUTE);
        propose(&cx, id, version + 2, &house.proposal(day)).await?;
        let asked = inbox(&house.secretary).await?;
        assert_eq!((asked.len(), asks(&asked[0])), (2, true), "asked again");

        t.clock.advance(Timestamp::MINUTE);
        approve(&house.approves(), id, version + 3, "").await?;
        assert!(!inbox(&house.secretary).await?.iter().any(asks));
        t.clock.advance(2 * Timestamp::DAY);
        assert_eq!(put_due(&t.cx).await?, 1);
        let told: Vec<String> = inbox(&house.worker)
            .await?
            .into_iter()
            .map(|row| row.words)
            .collect();
        assert_eq!(told.len(), 3);
        assert!(told[0].contains(&format!("从 {} 起生效了", day.zh())), "{told:?}");
        assert!(
            told[1].contains(&format!("通过了，{} 生效", day.zh())),
            "{told:?}"
        );
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_secretarys_draft_goes_further_up_and_what_holds_at_once_is_told_once() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let town = holder(&t, "13900000004", Role::TownAdmin, "320581001").await?;
        let (id, version) = house
            .hand_in(&house.secretary, vec![shift(9_000)], house.today())
            .await?;
        assert_eq!(inbox(&house.secretary).await?, []);
        assert_eq!(inbox(&town).await?.len(), 1);
        approve(&town.require(Permission::MapApprove)?, id, version, "").await?;
        assert!(!inbox(&town).await?.iter().any(asks));
        let told = inbox(&house.secretary).await?;
        assert_eq!(told.len(), 1);
        assert!(told[0].words.contains("起生效了"));
        // One that is taken back asks nobody any more.
        let (id, version) = house.hand_in(&house.other, vec![split()], house.today()).await?;
        assert!(inbox(&house.secretary).await?.iter().any(asks));
        withdraw(&house.draws(&house.other), id, version).await?;
        assert!(!inbox(&house.secretary).await?.iter().any(asks));
        TestResult::Ok(())
    })
    .await;
}
