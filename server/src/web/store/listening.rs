//! Nobody listens longer than they may: an event stream ends with the session, the role or the account that it was opened with.

use std::time::Duration;

use accounts::server::{role, session};
use axum::{
    body::Body,
    http::{Request, Response, StatusCode, header},
};
use db::{
    DbError, execute, on,
    test::{TestDb, TestResult, on_both},
};
use http_body_util::BodyExt;
use shared::{Permission, SessionId, Timestamp};
use tower::ServiceExt;

use super::visitor::{House, house, sign_in};

/// Many beats.
const WHILE: Duration = Duration::from_millis(400);
const PATIENCE: Duration = Duration::from_secs(10);

impl House {
    async fn listen(&self, topics: &str, token: &str) -> Response<Body> {
        let request = Request::builder()
            .uri(format!("/events?topics={topics}"))
            .header(header::COOKIE, format!("linli={token}"))
            .body(Body::empty())
            .expect("a request");
        self.router.clone().oneshot(request).await.expect("an answer")
    }

    async fn stream(&self, topics: &str, token: &str) -> Body {
        let response = self.listen(topics, token).await;
        assert_eq!(response.status(), StatusCode::OK, "{topics}");
        response.into_body()
    }
}

/// Whether the stream goes on and says nothing.
async fn goes_on(stream: &mut Body) -> bool {
    tokio::time::timeout(WHILE, stream.frame()).await.is_err()
}

async fn ends(stream: Body) -> bool {
    tokio::time::timeout(PATIENCE, stream.collect()).await.is_ok()
}

async fn last_seen(t: &TestDb, session: SessionId) -> Result<Timestamp, DbError> {
    const LAST: &str = "select last_seen_at from session where id = $1";
    let mut tx = t.cx.read().await?;
    on!(tx, |c| sqlx::query_scalar(LAST).bind(session).fetch_one(c).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_signed_out_hears_no_more() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let user = house.nobody;
        let (here, elsewhere) = (sign_in(&t, user).await?, sign_in(&t, user).await?);
        let own = format!("user/{user}");
        let ending = house.stream(&format!("site,{own}"), &here).await;
        let mut staying = house.stream(&own, &elsewhere).await;
        let mut public = house.stream("site", &here).await;
        assert!(goes_on(&mut staying).await);

        let visit = session::resolve(&t.house, &here).await?.ok_or("no session")?;
        let mut tx = t.cx.write().await?;
        session::revoke(&mut tx, user, visit.actor.session).await?;
        tx.commit().await?;
        assert!(ends(ending).await, "signed out here");
        assert!(goes_on(&mut staying).await, "not there");
        assert!(goes_on(&mut public).await, "anybody may hear that");
        let again = house.listen(&own, &here).await;
        assert_eq!(again.status(), StatusCode::UNAUTHORIZED);
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_role_has_ended_or_whose_account_is_suspended_hears_no_more() {
    on_both(|t| async move {
        const SUSPEND: &str = "update user_account set state = 'suspended' where id = $1";
        let house = house(&t).await?;
        let user = house.elsewhere[&Permission::StaffView];
        let token = sign_in(&t, user).await?;
        let visit = session::resolve(&t.house, &token).await?.ok_or("no session")?;
        let work = format!("path/{}", visit.actor.grants[0].path);
        let own = format!("user/{user}");
        let working = house.stream(&work, &token).await;
        let mut mine = house.stream(&own, &token).await;

        let mut tx = t.cx.write().await?;
        let grants = role::of_user(&mut tx, user).await?;
        for grant in grants {
            role::end(&mut tx, t.cx.keys(), grant.id, user, grant.role, None).await?;
        }
        tx.commit().await?;
        assert!(ends(working).await, "works there no more");
        assert_eq!(house.listen(&work, &token).await.status(), StatusCode::NOT_FOUND);
        // That the role has ended is told to them, and is the last that they hear before they are suspended.
        let told = tokio::time::timeout(PATIENCE, mine.frame()).await?;
        assert!(told.is_some(), "still signed in");

        let mut tx = t.cx.write().await?;
        execute!(tx, SUSPEND, user)?;
        tx.commit().await?;
        assert!(ends(mine).await, "suspended");
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_does_not_keep_a_session_from_being_idle() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let user = house.nobody;
        let token = sign_in(&t, user).await?;
        let visit = session::resolve(&t.house, &token).await?.ok_or("no session")?;
        let before = last_seen(&t, visit.actor.session).await?;
        let mut stream = house.stream(&format!("user/{user}"), &token).await;
        t.clock.advance(5 * Timestamp::MINUTE);
        assert!(goes_on(&mut stream).await);
        assert_eq!(last_seen(&t, visit.actor.session).await?, before);
        t.clock.advance(400 * Timestamp::DAY);
        assert!(ends(stream).await, "nobody was there for more than a year");
        TestResult::Ok(())
    })
    .await;
}
