//! Orders of platforms: taken in once, with their own limit, and given back with what was done.

mod back;
mod limit;

use db::{
    on,
    test::{TestDb, on_both},
};
use grid::server::Settings;
use shared::{AppError, Permission, Role, Timestamp};

use super::{COMMUNITY, DISTRICT, ELSEWHERE, GRID, Outcome, does, place, sees, somebody, with};
use crate::{
    model::{Action, Came, OrderForm, PlatformForm, Sent, State},
    server::{
        orders::{
            self, import,
            platform::{self, Platform},
            take,
        },
        upkeep,
    },
};

const NUMBER: &str = "JS20261130-0001";

async fn hotline(t: &TestDb) -> Outcome<Platform> {
    let form = PlatformForm {
        label: "12345".into(),
        node: DISTRICT.into(),
    };
    let given = platform::give(&t.cx, &form).await?;
    let mut tx = t.cx.read().await?;
    Ok(platform::by_id(&mut tx, given.id).await?.ok_or("no platform")?)
}

fn order(t: &TestDb) -> OrderForm {
    OrderForm {
        number: NUMBER.into(),
        words: "3 幢门口的路灯三天不亮了".into(),
        node: GRID.into(),
        name: "李大明".into(),
        phone: "13812341234".into(),
        due: t.cx.now().plus(2 * Timestamp::DAY).rfc3339(),
        ..OrderForm::default()
    }
}

async fn sent(t: &TestDb, code: &str) -> Outcome<Sent> {
    let mut tx = t.cx.read().await?;
    let matter = crate::server::store::by_code(&mut tx, code)
        .await?
        .ok_or("no matter")?;
    Ok(Sent {
        code: code.into(),
        number: matter.shown_number(),
        tracking: None,
    })
}

#[tokio::test]
async fn an_order_is_one_with_its_own_limit_and_its_caller_sealed() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let (settings, hotline) = (Settings::default(), hotline(&t).await?);
        let form = order(&t);
        let first = take::take(&t.cx, &settings, &hotline, &form).await?;
        assert_eq!(first.came, Came::New);
        let again = take::take(&t.cx, &settings, &hotline, &form).await?;
        assert_eq!((again.came, &again.code), (Came::Same, &first.code));

        let matter = sent(&t, &first.code).await?;
        let page = sees(&t, &p.staff, &matter).await?;
        let whose = page.reporter.ok_or("nobody")?;
        assert!(whose.name.starts_with('李') && !whose.name.contains("大明"));
        let mut tx = t.cx.read().await?;
        let stored = crate::server::store::by_code(&mut tx, &first.code)
            .await?
            .ok_or("no matter")?;
        // Seven working days by the house's own limit: the order's is earlier.
        let due = t.cx.now().plus(2 * Timestamp::DAY);
        let at = stored.due_at.ok_or("no limit")?;
        assert!(at <= due && due.0 - at.0 < Timestamp::SECOND, "{at:?}");
        let (caller, said): (String, String) =
            on!(tx, |c| sqlx::query_as("select caller, said from report_order")
                .fetch_one(c)
                .await)?;
        assert!(!caller.contains("大明") && !said.contains("路灯"));
        drop(tx);

        // Other words add to what is open; once it has ended they do not.
        let anew = OrderForm {
            words: "3 幢和 4 幢门口的路灯都不亮了".into(),
            ..form.clone()
        };
        let updated = take::take(&t.cx, &settings, &hotline, &anew).await?;
        assert_eq!((updated.came, &updated.code), (Came::Updated, &first.code));
        let steps = sees(&t, &p.staff, &matter).await?.steps;
        assert!(steps.iter().any(|step| step.action == Action::Add));
        does(&t, &p.staff, &matter, Action::Refuse).await?;
        let ended = take::take(&t.cx, &settings, &hotline, &form).await?;
        assert_eq!(ended.came, Came::Ended);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_wrong_order_goes_back_once_with_its_reason_and_right_door() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let hotline = hotline(&t).await?;
        let taken = take::take(&t.cx, &Settings::default(), &hotline, &order(&t)).await?;
        let cx = with(&t, &p.staff, Permission::ReportDispatch)?;
        assert!(orders::page(&cx, true, "").await?.rows.is_empty());
        assert_eq!(orders::page(&cx, false, "").await?.rows.len(), 1);
        let matter = sent(&t, &taken.code).await?;
        does(&t, &p.staff, &matter, Action::Refuse).await?;

        let back = orders::page(&cx, true, "").await?;
        let row = &back.rows[0];
        assert_eq!((row.number.as_str(), row.state), (NUMBER, State::Refused));
        let why = row.refused.clone().ok_or("no reason")?;
        assert!(why.contains("说明") && why.contains("法院"), "{why}");
        let id = row.id.to_string();
        let other = with(&t, &p.elsewhere, Permission::ReportDispatch)?;
        assert!(orders::page(&other, false, "").await?.rows.is_empty());
        assert_eq!(orders::give_back(&other, &id).await, Err(AppError::NotFound));
        assert_eq!(orders::give_back(&cx, &id).await?, 1);
        assert!(orders::page(&cx, true, "").await?.rows.is_empty());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_file_is_tried_out_and_imported_whole_or_not_at_all() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let hotline = hotline(&t).await?;
        let (cx, settings) = (
            with(&t, &p.staff, Permission::ReportDispatch)?,
            Settings::default(),
        );
        let platform = hotline.id.to_string();
        let file = |second: &str| {
            format!("工单编号,诉求内容,社区代码\nA-1,路灯不亮,{COMMUNITY}\nA-2,垃圾没有清,{second}\n")
                .into_bytes()
        };
        let id = import::receive(&cx, "a.csv", &file(ELSEWHERE), &platform)
            .await?
            .to_string();
        let tried = import::preview(&cx, &settings, &id).await?;
        assert_eq!((tried.new, tried.faults.len(), tried.faults[0].line), (1, 1, 3));
        assert_eq!(
            import::apply(&cx, &settings, &id).await.map_err(|e| e.status()),
            Err(409)
        );
        assert!(orders::page(&cx, false, "").await?.rows.is_empty());

        let id = import::receive(&cx, "a.csv", &file(GRID), &platform)
            .await?
            .to_string();
        assert_eq!(import::preview(&cx, &settings, &id).await?.new, 2);
        let other = with(&t, &p.elsewhere, Permission::ReportDispatch)?;
        assert_eq!(
            import::preview(&other, &settings, &id).await.map(|_| ()),
            Err(AppError::NotFound)
        );
        import::apply(&cx, &settings, &id).await?;
        assert_eq!(orders::page(&cx, false, "").await?.rows.len(), 2);
        assert!(import::preview(&cx, &settings, &id).await?.applied.is_some());
        assert_eq!(
            import::apply(&cx, &settings, &id).await.map_err(|e| e.status()),
            Err(409)
        );
        for wrong in ["", "编号\n1\n", "工单编号,诉求内容\n"] {
            let refused = import::receive(&cx, "a.csv", wrong.as_bytes(), &platform).await;
            assert_eq!(refused.map_err(|e| e.status()).map(|_| ()), Err(422), "{wrong}");
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_file_that_nobody_imports_is_forgotten_after_a_day() {
    const FILES: &str = "select count(*) from report_order_import";
    on_both(|t| async move {
        let p = place(&t).await?;
        let hotline = hotline(&t).await?;
        let cx = with(&t, &p.staff, Permission::ReportDispatch)?;
        let file =
            format!("工单编号,诉求内容,社区代码,姓名,电话\nA-1,路灯不亮,{COMMUNITY},李大明,13812341234\n");
        let id = import::receive(&cx, "a.csv", file.as_bytes(), &hotline.id.to_string())
            .await?
            .to_string();
        for (later, left) in [(0, 1), (Timestamp::DAY, 1), (Timestamp::HOUR, 0)] {
            t.clock.advance(later);
            upkeep::forget(&t.cx).await?;
            let mut tx = t.cx.read().await?;
            let files: i64 = on!(tx, |c| sqlx::query_scalar(FILES).fetch_one(c).await)?;
            assert_eq!(files, left, "{later} later");
        }
        let gone = import::preview(&cx, &Settings::default(), &id).await;
        assert_eq!(gone.map(|_| ()), Err(AppError::NotFound));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn keys_are_given_by_who_may_and_end() {
    on_both(|t| async move {
        place(&t).await?;
        let district = somebody(&t, Some((Role::DistrictAdmin, DISTRICT))).await?;
        let cx = with(&t, &district, Permission::ReportClients)?;
        let form = |node: &str| PlatformForm {
            label: "12345".into(),
            node: node.into(),
        };
        assert_eq!(
            platform::give(&cx, &form("32")).await.map(|_| ()),
            Err(AppError::NotFound)
        );
        let given = platform::give(&cx, &form(DISTRICT)).await?;
        assert!(!format!("{given:?}").contains(&given.key));
        let id = given.id.to_string();
        assert_eq!(platform::list(&cx).await?.len(), 1);
        platform::revoke(&cx, &id).await?;
        assert_eq!(platform::revoke(&cx, &id).await, Err(AppError::NotFound));
        let mut tx = t.cx.read().await?;
        assert!(platform::by_id(&mut tx, given.id).await?.is_none());
        Ok(())
    })
    .await;
}
