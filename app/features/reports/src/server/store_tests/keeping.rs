//! What those who handle matters do beside the steps: categories, urgency, seeing who reported, and what waits.

use accounts::server::looks;
use db::{Cx, test::on_both};
use shared::{AppError, Permission, Role};

use super::{COMMUNITY, does, form, place, sees, send, somebody, step, take, with};
use crate::{
    model::{Action, CategoryForm, Urgency},
    server::{category, unmask, waiting},
};

fn noise() -> CategoryForm {
    CategoryForm {
        label: "噪声".into(),
        urgency: "ordinary".into(),
        offered: true,
        ..CategoryForm::default()
    }
}

#[tokio::test]
async fn a_category_is_kept_and_one_that_was_closed_meanwhile_is_refused_in_words() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let district = somebody(&t, Some((Role::DistrictAdmin, "320581"))).await?;
        assert_eq!(
            with(&t, &p.town, Permission::ReportCategories).map(|_| ()),
            Err(AppError::Forbidden)
        );
        let cx = with(&t, &district, Permission::ReportCategories)?;
        let shorter = CategoryForm {
            days: "2".into(),
            lead: "secretary".into(),
            labels: vec!["哪一幢".into()],
            kinds: vec!["text".into()],
            ..noise()
        };
        category::save(&cx, "noise", None, &shorter).await?;
        let page = category::page(&cx).await?;
        let codes: Vec<&str> = page.rows.iter().map(|row| row.category.code.as_str()).collect();
        assert_eq!(codes[2], "noise", "it stays where it stood: {codes:?}");
        assert!(page.rows[2].own && !page.rows[1].own);

        let led = send(&t, &p.resident, "device-key-1", &form("problem", "noise")).await?;
        let shown = sees(&t, &p.secretary, &led).await?;
        assert_eq!(
            (shown.held.role, shown.held.unit.code.as_str()),
            (Role::Secretary, COMMUNITY)
        );
        let seven = send(&t, &p.resident, "device-key-2", &form("problem", "parking")).await?;
        let later = sees(&t, &p.staff, &seven).await?.due.ok_or("no deadline")?;
        assert!(
            shown.due.ok_or("no deadline")?.at < later.at,
            "its own limit is shorter"
        );

        let closed = CategoryForm {
            offered: false,
            ..noise()
        };
        category::save(&cx, "noise", None, &closed).await?;
        let Err(AppError::Invalid(errors)) =
            send(&t, &p.resident, "device-key-3", &form("problem", "noise")).await
        else {
            return Err("it was taken".into());
        };
        assert_eq!(errors[0].field, "category");
        assert!(errors[0].message.contains("停用"), "{}", errors[0].message);
        assert_eq!(
            sees(&t, &p.staff, &led).await?.category,
            "噪声",
            "what is there stays"
        );

        let new = CategoryForm {
            label: "高空抛物".into(),
            ..noise()
        };
        category::save(&cx, "", None, &new).await?;
        let again = category::save(&cx, "", None, &new).await.map_err(|e| e.status());
        assert_eq!(again, Err(422), "one name twice");
        assert_eq!(
            category::save(&cx, "nothing", None, &noise()).await,
            Err(AppError::NotFound)
        );
        Ok(())
    })
    .await;
}

/// The code of its only question.
async fn question_of_noise(cx: &Cx) -> Result<String, AppError> {
    let rows = category::page(cx).await?.rows;
    let noise = rows.into_iter().find(|row| row.category.code == "noise");
    let questions = noise.map(|row| row.category.questions).unwrap_or_default();
    Ok(questions.into_iter().map(|question| question.code).collect())
}

#[tokio::test]
async fn an_answer_stays_under_the_question_that_was_asked() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let district = somebody(&t, Some((Role::DistrictAdmin, "320581"))).await?;
        let cx = with(&t, &district, Permission::ReportCategories)?;
        let asks = |code: &str, label: &str| CategoryForm {
            codes: vec![code.into()],
            labels: vec![label.into()],
            kinds: vec!["text".into()],
            ..noise()
        };
        category::save(&cx, "noise", None, &asks("", "几点开始")).await?;
        let first = question_of_noise(&cx).await?;
        let mut report = form("problem", "noise");
        report.answers.insert(first.clone(), "半夜".into());
        let matter = send(&t, &p.resident, "device-key-1", &report).await?;
        let told = vec![("几点开始".to_owned(), "半夜".to_owned())];
        assert_eq!(sees(&t, &p.staff, &matter).await?.answers, told);
        // In other words, and then gone, with another one in its place.
        category::save(&cx, "noise", None, &asks(&first, "什么声音")).await?;
        assert_eq!(sees(&t, &p.staff, &matter).await?.answers, told);
        category::save(&cx, "noise", None, &asks("", "有没有人受伤")).await?;
        assert_ne!(question_of_noise(&cx).await?, first, "a code is given once");
        assert_eq!(sees(&t, &p.staff, &matter).await?.answers, told);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_matter_may_be_more_urgent_than_it_was_reported() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        let before = sees(&t, &p.staff, &matter).await?.due.ok_or("no deadline")?;
        let accept = |urgency: &str| {
            let mut accept = step(Action::Accept);
            accept.urgency = urgency.into();
            accept
        };
        let wrong = take(&t, &p.worker, &matter, &accept("complex"))
            .await
            .map_err(|e| e.status());
        assert_eq!(wrong, Err(422), "whoever has it gives themselves no more time");
        let odd = take(&t, &p.staff, &matter, &accept("whenever"))
            .await
            .map_err(|e| e.status());
        assert_eq!(odd, Err(422));
        take(&t, &p.worker, &matter, &accept("urgent")).await?;
        let page = sees(&t, &p.staff, &matter).await?;
        assert_eq!(page.urgency, Some(Urgency::Urgent));
        assert!(page.due.ok_or("no deadline")?.at < before.at);
        assert_eq!(
            page.steps.last().and_then(|step| step.urgency),
            Some(Urgency::Urgent)
        );

        let other = send(&t, &p.resident, "device-key-2", &form("problem", "facility")).await?;
        take(&t, &p.staff, &other, &accept("complex")).await?;
        let page = sees(&t, &p.staff, &other).await?;
        assert_eq!(page.urgency, Some(Urgency::Complex));
        assert!(page.due.ok_or("no deadline")?.at > before.at);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_reported_is_seen_with_a_reason_and_the_reporter_sees_that() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        let cx = with(&t, &p.staff, Permission::Unmask)?;
        for (reason, words) in [("", ""), ("other", " ")] {
            let refused = unmask::unmask(&cx, &matter.code, reason, words)
                .await
                .map_err(|e| e.status());
            assert_eq!(refused.map(|_| ()), Err(422));
        }
        let seen = unmask::unmask(&cx, &matter.code, "contact", "约时间").await?;
        assert_eq!(seen.name, "赵小明");
        assert!(seen.phone.is_some_and(|phone| phone.starts_with("139")));
        let elsewhere = with(&t, &p.elsewhere, Permission::Unmask)?;
        assert_eq!(
            unmask::unmask(&elsewhere, &matter.code, "contact", "").await,
            Err(AppError::NotFound)
        );
        let mut tx = t.cx.read().await?;
        let looks = looks::of_user(&mut tx, p.resident.user).await?;
        assert_eq!(looks.len(), 1);
        assert!(looks[0].what.contains("您反映的"), "{}", looks[0].what);
        assert!(looks[0].why.contains("约时间") && !looks[0].role.is_empty());
        drop(tx);

        // Those complained about do not learn whose complaint it is, whatever they may otherwise.
        let about = send(&t, &p.resident, "device-key-2", &form("complaint", "community")).await?;
        assert_eq!(
            unmask::unmask(&cx, &about.code, "contact", "").await,
            Err(AppError::NotFound)
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_waits_is_counted_for_those_whom_it_concerns() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let count = async |actor: &shared::Actor| -> Result<crate::model::Waiting, AppError> {
            waiting::count(&with(&t, actor, Permission::ReportHandle)?).await
        };
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        send(&t, &p.resident, "device-key-2", &form("complaint", "community")).await?;
        let worker = count(&p.worker).await?;
        assert_eq!((worker.held, worker.reported, worker.late), (1, 1, 0));
        let staff = count(&p.staff).await?;
        assert_eq!(
            (staff.held, staff.reported),
            (0, 1),
            "the complaint is not theirs"
        );
        let town = count(&p.town).await?;
        assert_eq!((town.held, town.reported), (1, 2));
        assert_eq!(count(&p.elsewhere).await?, crate::model::Waiting::default());
        for action in [Action::Accept, Action::Begin, Action::Answer] {
            does(&t, &p.worker, &matter, action).await?;
        }
        let worker = count(&p.worker).await?;
        assert_eq!((worker.held, worker.reported, worker.answered), (0, 0, 1));
        Ok(())
    })
    .await;
}
