//! Routing: rules, whom a matter goes to without one, and the try-out.

use db::{execute, test::on_both};
use shared::{AppError, Permission, Role};

use super::{COMMUNITY, DISTRICT, ELSEWHERE, GRID, STREET, form, place, sees, send, somebody, with};
use crate::{
    model::{NewReport, RoutingForm},
    server::rules,
};

fn rule(role: Role) -> RoutingForm {
    RoutingForm {
        role: role.code().into(),
        ..RoutingForm::default()
    }
}

#[tokio::test]
async fn the_first_rule_that_matches_decides_and_the_try_out_says_which() {
    on_both(|t| async move {
        let p = place(&t).await?;
        somebody(&t, Some((Role::Property, COMMUNITY))).await?;
        let cx = with(&t, &p.town, Permission::ReportRules)?;
        let lamp = RoutingForm {
            category: "facility".into(),
            contains: "路灯 电梯".into(),
            ..rule(Role::Property)
        };
        rules::save(&cx, STREET, "", &lamp).await?;
        let before = send(&t, &p.resident, "device-key-0", &form("problem", "noise")).await?;
        assert_eq!(sees(&t, &p.staff, &before).await?.held.role, Role::GridWorker);
        let lit = send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        let page = sees(&t, &p.staff, &lit).await?;
        assert_eq!(
            (page.held.role, page.held.unit.code.as_str()),
            (Role::Property, COMMUNITY)
        );
        let tried = rules::page(&cx, STREET).await?;
        assert_eq!((tried.tried, tried.unmatched, tried.rows.len()), (2, 1, 1));
        assert_eq!(tried.rows[0].matched, 1);

        let unknown = RoutingForm {
            category: "nothing".into(),
            ..rule(Role::Staff)
        };
        let wrong = rules::save(&cx, STREET, "", &unknown)
            .await
            .map_err(|e| e.status());
        assert_eq!(wrong, Err(422));
        assert_eq!(
            rules::save(&cx, DISTRICT, "", &lamp).await,
            Err(AppError::NotFound)
        );
        let id = tried.rows[0].id.to_string();
        assert_eq!(
            rules::remove(&cx, COMMUNITY, &id).await,
            Err(AppError::NotFound),
            "another unit's"
        );
        rules::remove(&cx, STREET, &id).await?;
        assert!(rules::page(&cx, COMMUNITY).await?.rows.is_empty());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_rule_that_nobody_can_serve_is_passed_over() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let property = somebody(&t, Some((Role::Property, COMMUNITY))).await?;
        let cx = with(&t, &p.town, Permission::ReportRules)?;
        for (position, role) in [(1, Role::SocialOrg), (2, Role::Property)] {
            let rule = RoutingForm {
                position,
                category: "facility".into(),
                unit: COMMUNITY.into(),
                ..rule(role)
            };
            rules::save(&cx, STREET, "", &rule).await?;
        }
        let served = send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        assert_eq!(sees(&t, &p.staff, &served).await?.held.role, Role::Property);
        let tried = rules::page(&cx, STREET).await?;
        let matched: Vec<i64> = tried.rows.iter().map(|row| row.matched).collect();
        assert_eq!(
            (matched, tried.unmatched),
            (vec![0, 1], 0),
            "the try-out says the same"
        );

        // Whoever may not sign in serves nobody.
        let mut tx = t.cx.write().await?;
        execute!(
            tx,
            "update user_account set state = 'suspended' where id = $1",
            property.user
        )?;
        tx.commit().await?;
        let next = send(&t, &p.resident, "device-key-2", &form("problem", "facility")).await?;
        assert_eq!(sees(&t, &p.staff, &next).await?.held.role, Role::GridWorker);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn without_a_rule_it_goes_to_the_first_post_that_somebody_holds() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let there = NewReport {
            node: ELSEWHERE.into(),
            ..form("help", "other")
        };
        let matter = send(&t, &p.resident, "device-key-1", &there).await?;
        let held = sees(&t, &p.elsewhere, &matter).await?.held;
        assert_eq!((held.role, held.unit.code.as_str()), (Role::Secretary, ELSEWHERE));
        let here = send(&t, &p.resident, "device-key-2", &form("help", "other")).await?;
        assert_eq!(sees(&t, &p.worker, &here).await?.held.unit.code, GRID);
        let nowhere = NewReport {
            node: STREET.into(),
            ..form("help", "other")
        };
        let refused = send(&t, &p.resident, "device-key-3", &nowhere)
            .await
            .map_err(|e| e.status());
        assert_eq!(refused, Err(422), "a street is no place to go to");
        Ok(())
    })
    .await;
}
