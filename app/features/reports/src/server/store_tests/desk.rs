//! What eases the work of those who handle matters: filters they keep, many at once, standard answers.

use db::{execute, test::on_both};
use shared::{AppError, Permission, Role};

use super::{
    COMMUNITY, ELSEWHERE, GRID, STREET, does, everything, form, place, sees, send, state, step, take, with,
};
use crate::{
    model::{ActForm, Action, Filter, StandardForm, State, VIEWS},
    server::{list, many, standard, upkeep, views},
};

#[tokio::test]
async fn a_filter_is_kept_for_who_made_it() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let cx = with(&t, &p.secretary, Permission::ReportHandle)?;
        let parking = Filter {
            category: "parking".into(),
            late: true,
            after: "anywhere".into(),
            ..Filter::default()
        };
        views::save(&cx, "停车", parking.clone()).await?;
        views::save(&cx, "停车", parking).await?;
        let kept = list::work(&cx, &everything()).await?.views;
        assert_eq!(kept.len(), 1, "one of that name is replaced");
        assert_eq!(
            (kept[0].filter.category.as_str(), kept[0].filter.after.as_str()),
            ("parking", "")
        );
        let other = with(&t, &p.staff, Permission::ReportHandle)?;
        assert!(list::work(&other, &everything()).await?.views.is_empty());
        let id = kept[0].id.to_string();
        assert_eq!(views::remove(&other, &id).await, Err(AppError::NotFound));
        views::remove(&cx, &id).await?;
        for n in 0..VIEWS {
            views::save(&cx, &format!("第{n}个"), Filter::default()).await?;
        }
        let more = views::save(&cx, "再一个", Filter::default()).await;
        assert_eq!(more.map_err(|e| e.status()), Err(422));
        views::save(&cx, "第1个", everything()).await?;
        let mut tx = t.cx.write().await?;
        execute!(
            tx,
            "update user_account set state = 'erased' where id = $1",
            p.secretary.user
        )?;
        tx.commit().await?;
        upkeep::forget(&t.cx).await?;
        assert!(list::work(&cx, &everything()).await?.views.is_empty());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn of_many_at_once_each_has_its_own_outcome() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let mut codes = Vec::new();
        let mut sent = Vec::new();
        for n in 0..3 {
            let matter = send(
                &t,
                &p.resident,
                &format!("device-key-{n}"),
                &form("problem", "noise"),
            )
            .await?;
            codes.push(matter.code.clone());
            sent.push(matter);
        }
        let hidden = send(&t, &p.resident, "device-key-9", &form("complaint", "community")).await?;
        does(&t, &p.secretary, &sent[1], Action::Accept).await?;
        let cx = with(&t, &p.secretary, Permission::ReportDispatch)?;
        let mut asked = codes.clone();
        asked.extend([codes[0].clone(), hidden.code.clone(), "nothing".into()]);
        let outcomes = many::take(&cx, &asked, "accept", "").await?;
        let done: Vec<bool> = outcomes.iter().map(|outcome| outcome.done).collect();
        assert_eq!(done, [true, false, true], "what one may not see has no outcome");
        assert!(outcomes[1].words.contains("受理"), "{}", outcomes[1].words);
        assert_eq!(state(&t, &p.secretary, &sent[2]).await?, State::Accepted);

        let to = format!("{COMMUNITY}:staff");
        let outcomes = many::take(&cx, &codes, "dispatch", &to).await?;
        assert!(outcomes.iter().all(|outcome| outcome.done));
        let page = sees(&t, &p.secretary, &sent[0]).await?;
        assert_eq!((page.state, page.held.role), (State::Dispatched, Role::Staff));
        let outcomes = many::take(&cx, &codes, "dispatch", &format!("{ELSEWHERE}:secretary")).await?;
        assert!(outcomes.iter().all(|outcome| !outcome.done));
        for (codes, action, to) in [
            (&codes[..0], "accept", ""),
            (&codes[..], "withdraw", ""),
            (&codes[..], "dispatch", " "),
        ] {
            let wrong = many::take(&cx, codes, action, to).await;
            assert_eq!(wrong.map(|_| ()).map_err(|e| e.status()), Err(422), "{action}");
        }
        assert!(
            list::work(&with(&t, &p.secretary, Permission::ReportHandle)?, &everything())
                .await?
                .targets
                .iter()
                .any(|target| target.value == to)
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_standard_answer_is_chosen_below_the_unit_that_keeps_it() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let cx = with(&t, &p.secretary, Permission::ReportDispatch)?;
        let lamp = StandardForm {
            title: "路灯报修".into(),
            words: "已报路灯管理所，三天内修好。".into(),
            ..StandardForm::default()
        };
        // Strangers read it: what may be somebody's own is confirmed first.
        let called = StandardForm {
            words: "打 52881234 找王师傅。".into(),
            ..lamp.clone()
        };
        let refused = standard::save(&cx, COMMUNITY, "", &called).await;
        let refused = refused.err().ok_or("kept")?;
        let said: String = refused.for_field("confirmed").collect();
        assert!(
            said.contains("“答复的内容”第 3 个字起 8 个字像电话号码"),
            "{said}"
        );
        standard::save(&cx, COMMUNITY, "", &lamp).await?;
        let town = with(&t, &p.town, Permission::ReportDispatch)?;
        standard::save(&town, STREET, "", &lamp).await?;
        let elsewhere = with(&t, &p.elsewhere, Permission::ReportDispatch)?;
        assert_eq!(
            standard::save(&elsewhere, COMMUNITY, "", &lamp).await,
            Err(AppError::NotFound)
        );
        let page = standard::page(&cx, COMMUNITY).await?;
        let units: Vec<&str> = page.rows.iter().map(|row| row.unit.code.as_str()).collect();
        assert_eq!(units, [COMMUNITY, STREET], "the nearest first");
        let id = page.rows[0].standard.id.to_string();
        assert_eq!(
            standard::save(&elsewhere, ELSEWHERE, &id, &lamp).await,
            Err(AppError::NotFound),
            "another unit's is not theirs to change"
        );

        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        for action in [Action::Accept, Action::Begin] {
            does(&t, &p.worker, &matter, action).await?;
        }
        let page = sees(&t, &p.worker, &matter).await?;
        assert_eq!(page.standards.len(), 2);
        assert!(sees(&t, &p.resident, &matter).await?.standards.is_empty());
        let silent = ActForm {
            words: String::new(),
            ..step(Action::Answer)
        };
        let refused = take(&t, &p.worker, &matter, &silent).await;
        assert_eq!(refused.map_err(|e| e.status()), Err(422));
        let chosen = ActForm {
            standard: id.clone(),
            ..silent
        };
        take(&t, &p.worker, &matter, &chosen).await?;
        let told = sees(&t, &p.resident, &matter).await?;
        let answer = told.steps.iter().find(|step| step.action == Action::Answer);
        assert_eq!(
            answer.and_then(|step| step.words.as_deref()),
            Some("已报路灯管理所，三天内修好。")
        );
        standard::remove(&cx, COMMUNITY, &id).await?;
        assert_eq!(standard::page(&cx, GRID).await?.rows.len(), 1);
        let confirmed = StandardForm {
            confirmed: said,
            ..called
        };
        standard::save(&cx, COMMUNITY, "", &confirmed).await?;
        assert_eq!(standard::page(&cx, GRID).await?.rows.len(), 2);
        assert!(with(&t, &p.worker, Permission::ReportDispatch).is_err());
        Ok(())
    })
    .await;
}
