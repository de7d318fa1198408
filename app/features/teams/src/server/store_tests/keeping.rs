//! Whose a post is, that it goes with the account, and how long it is kept.

use accounts::{
    model::Phone,
    server::{account as accounts_store, erasure},
};
use db::{on, test::on_both};
use shared::{Permission, Role, Timestamp};

use super::*;
use crate::server::keeping;

#[tokio::test]
async fn a_post_is_told_to_its_holder_and_goes_with_the_account() {
    on_both(|t| async move {
        organised(&t).await?;
        let staff = worker(&t, 1, "邵一凡", Role::Staff, COMMUNITY).await?;
        let keep = with(&t, &staff, Permission::TeamKeep)?;
        let number = phone(2);
        let user = service::add_user(&t.cx, "钱大妈", &number, None).await?;
        add(&keep, GRID, &form(Post::Volunteer, "钱大妈", &number)).await?;
        add(&keep, GRID, &form(Post::Volunteer, "孙大爷", &phone(3))).await?;
        let hers = own(&t, &enter(&t, user).await?)?;
        let told = keeping::gather(&hers).await?;
        assert_eq!(told["posts"].as_array().map(Vec::len), Some(1));
        let post = &told["posts"][0];
        assert_eq!(
            (post["post"].as_str(), post["phone"].as_str()),
            (Some("志愿者"), Some(number.as_str()))
        );

        // Her number becomes somebody else's; the post stays hers.
        let mut tx = t.cx.write().await?;
        let next = Phone::parse("phone", &phone(9))?;
        accounts_store::set_phone(&mut tx, t.cx.keys(), user, &next).await?;
        tx.commit().await?;
        let heir = service::add_user(&t.cx, "别人", &number, None).await?;
        let told = keeping::gather(&own(&t, &enter(&t, heir).await?)?).await?;
        assert_eq!(told["posts"].as_array().map(Vec::len), Some(0));
        // The other one registers after the post was entered.
        let late = service::add_user(&t.cx, "孙大爷", &phone(3), None).await?;
        assert_eq!(keeping::keep(&t.cx).await?, 0, "nobody has gone");

        for (gone, left) in [(user, vec!["孙大爷"]), (late, vec![])] {
            let mut tx = t.cx.write().await?;
            let due = tx.now();
            let request = erasure::open(&mut tx, gone, due).await?;
            tx.commit().await?;
            assert!(erasure::run(&t.cx, request).await?);
            assert_eq!(keeping::keep(&t.cx).await?, 1);
            let team = team_of(&own(&t, &staff)?, GRID).await?;
            assert_eq!(names(&team, Post::Volunteer), left);
        }
        assert_eq!(keeping::keep(&t.cx).await?, 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_post_that_ended_long_ago_is_forgotten() {
    on_both(|t| async move {
        organised(&t).await?;
        let staff = worker(&t, 1, "邵一凡", Role::Staff, COMMUNITY).await?;
        let keep = with(&t, &staff, Permission::TeamKeep)?;
        let ended = EntryForm {
            to: "2026-01-31".into(),
            ..form(Post::Volunteer, "钱大妈", &phone(2))
        };
        add(&keep, GRID, &ended).await?;
        add(&keep, GRID, &form(Post::Volunteer, "孙大爷", &phone(3))).await?;
        keeping::keep(&t.cx).await?;
        assert_eq!(posts(&t).await?, 2, "the team of that day can be told");
        t.clock.advance((keeping::KEPT + 1) * Timestamp::DAY);
        keeping::keep(&t.cx).await?;
        assert_eq!(posts(&t).await?, 1, "who is still there stays");
        Ok(())
    })
    .await;
}

async fn posts(t: &TestDb) -> Outcome<i64> {
    let mut tx = t.cx.read().await?;
    Ok(on!(tx, |c| sqlx::query_scalar::<_, i64>(
        "select count(*) from team_post"
    )
    .fetch_one(c)
    .await)?)
}
