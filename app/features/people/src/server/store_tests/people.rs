use db::test::on_both;
use shared::{AppError, Scope};

use super::*;
use crate::{
    model::{Care, Consent, IdentityNumber},
    server::{consent, household, mine, search, unmask},
};
use accounts::model::UnmaskReason;

async fn found(cx: &Cx, q: &str) -> Outcome<Vec<String>> {
    let mut tx = cx.read().await?;
    let page = search::people(cx, &mut tx, &cx.scope, q, None).await?;
    Ok(page.rows.into_iter().map(|row| row.name).collect())
}

#[tokio::test]
async fn people_are_found_by_name_pinyin_initials_and_number() {
    on_both(|t| async move {
        furnished(&t).await?;
        for (q, names) in [
            ("王芳", vec!["王*"]),
            ("王", vec!["王*", "王**"]),
            ("小明", vec!["王**"]),
            ("wf", vec!["王*"]),
            ("WXM", vec!["王**"]),
            ("wangf", vec!["王*"]),
            ("liguoqiang", vec!["李**"]),
            ("13812340002", vec!["李**"]),
            ("138 1234 0002", vec!["李**"]),
            ("13812340009", vec![]),
            ("不存在", vec![]),
            ("\"'*\\", vec![]),
            ("", vec!["李**", "王*", "王**", "张*", "赵*", "周*"]),
        ] {
            assert_eq!(found(&t.cx, q).await?, names, "{q}");
        }
        let mut tx = t.cx.read().await?;
        let long = "王".repeat(65);
        assert!(matches!(
            search::people(&t.cx, &mut tx, &Scope::everything(), &long, None).await,
            Err(AppError::Invalid(_))
        ));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn addresses_are_found_as_people_say_them() {
    on_both(|t| async move {
        furnished(&t).await?;
        let look = |q: &'static str| {
            let cx = t.cx.clone();
            async move {
                let mut tx = cx.read().await?;
                let hits = search::addresses(&mut tx, &Scope::everything(), q).await?;
                Outcome::Ok(
                    hits.into_iter()
                        .map(|hit| (hit.words, hit.persons))
                        .collect::<Vec<_>>(),
                )
            }
        };
        let home = ("花园浜小区3幢2单元501室".to_owned(), 2);
        for q in [
            "花园浜3幢2单元501",
            "花园浜三栋二单元五零一室",
            "花园浜3-2-501",
            "3幢501",
            "2单元501室",
            "花园浜501",
        ] {
            assert_eq!(look(q).await?, std::slice::from_ref(&home), "{q}");
        }
        assert_eq!(look("花园浜").await?.len(), 2);
        assert_eq!(look("四丈湾12号").await?, [("四丈湾12号".to_owned(), 1)]);
        assert!(look("花").await?.is_empty());
        assert!(look("没有这个小区3幢").await?.is_empty());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_grid_worker_sees_the_own_grid_only() {
    on_both(|t| async move {
        furnished(&t).await?;
        let worker = worker(&t, 1, Role::GridWorker, GRID).await?;
        let cx = with(&t, &worker, Permission::PeopleView)?;
        assert_eq!(found(&cx, "").await?, ["李**", "王*", "王**"]);
        assert_eq!(found(&cx, "张伟").await?, Vec::<String>::new());
        assert_eq!(found(&cx, "13812340003").await?, Vec::<String>::new());
        let mut tx = cx.read().await?;
        assert!(
            search::addresses(&mut tx, &cx.scope, "花园浜5幢101")
                .await?
                .is_empty()
        );
        drop(tx);
        let theirs = home(&t.cx, "张伟").await?;
        assert_eq!(household::page(&cx, theirs).await.err(), Some(AppError::NotFound));
        let somebody = person(&t.cx, "张伟").await?;
        let refused = unmask::unmask(&cx, somebody, UnmaskReason::Visit, "").await;
        assert_eq!(refused.err(), Some(AppError::NotFound));
        let edit = with(&t, &worker, Permission::PeopleEdit)?;
        let refused = household::correct(&edit, somebody, 1, &form(false, "", "", "")).await;
        assert_eq!(refused.err(), Some(AppError::NotFound));
        // Whoever is above narrows to what is asked for, and never beyond the own.
        assert!(
            search::page(&cx, "", Some(&code(OTHER_GRID)), None)
                .await
                .is_err()
        );
        assert_eq!(
            search::page(&cx, "", Some(&code(COMMUNITY)), None)
                .await?
                .rows
                .rows
                .len(),
            3
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn lists_page_on_by_name_in_large_and_small_scopes() {
    on_both(|t| async move {
        organised(&t).await?;
        let mut text = String::from("网格编码,地址,姓名,出生年份\n");
        for n in 0..75 {
            text.push_str(&format!(
                "{GRID},花园浜{}幢{},王{},19{:02}\n",
                n / 10 + 1,
                n % 10 + 101,
                "甲".repeat(n % 3 + 1),
                n + 10
            ));
        }
        bring(&t.cx, &text).await?;
        for q in ["", "王", "w"] {
            let (mut after, mut seen) = (None, Vec::new());
            loop {
                let mut tx = t.cx.read().await?;
                let page = search::people(&t.cx, &mut tx, &t.cx.scope, q, after.as_ref()).await?;
                assert!(page.rows.len() <= search::PAGE);
                seen.extend(page.rows.into_iter().map(|row| row.id));
                match page.next {
                    Some(next) => after = Some(next.parse().map_err(|()| "a cursor")?),
                    None => break,
                }
            }
            let all = seen.len();
            seen.sort();
            seen.dedup();
            assert_eq!((all, seen.len()), (75, 75), "{q}");
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn seeing_somebody_in_full_needs_a_reason_and_is_seen() {
    on_both(|t| async move {
        furnished(&t).await?;
        let worker = worker(&t, 1, Role::GridWorker, GRID).await?;
        let cx = with(&t, &worker, Permission::Unmask)?;
        let id = person(&t.cx, "王芳").await?;
        let wordless = unmask::unmask(&cx, id, UnmaskReason::Other, " ").await;
        assert_eq!(wordless.unwrap_err().for_field("words").count(), 1);
        let details = unmask::unmask(&cx, id, UnmaskReason::Other, "核对门牌").await?;
        assert_eq!(
            (details.name.as_str(), details.phone.as_deref()),
            ("王芳", Some("13812340001"))
        );
        let mut tx = t.cx.read().await?;
        let looks = unmask::looks(&mut tx, id).await?;
        assert_eq!(looks.len(), 1);
        assert_eq!(looks[0].why, "其他（请写明）：核对门牌");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_page_of_a_household_is_masked() {
    on_both(|t| async move {
        furnished(&t).await?;
        let page = household::page(&t.cx, home(&t.cx, "王芳").await?).await?;
        assert_eq!(page.address, "花园浜小区3幢2单元501室");
        let names: Vec<&str> = page.members.iter().map(|m| m.name.as_str()).collect();
        assert_eq!(names, ["王*", "王**"]);
        assert_eq!(page.members[0].phone.as_deref(), Some("138****0001"));
        assert!(page.members[0].representative && page.members[0].owner);
        assert_eq!(page.area, Some(8950));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_is_sensitive_needs_consent_and_goes_with_it() {
    on_both(|t| async move {
        furnished(&t).await?;
        let id = person(&t.cx, "王芳").await?;
        let refused = household::care(&t.cx, id, &[Care::Meal], false).await;
        assert_eq!(refused.unwrap_err().for_field("consent").count(), 1);
        household::care(&t.cx, id, &[Care::Meal, Care::Call], true).await?;
        let page = household::page(&t.cx, home(&t.cx, "王芳").await?).await?;
        assert!(page.members[0].has_care && !page.members[1].has_care);
        let sent = serde_json::to_string(&page)?;
        assert!(!sent.contains(Care::Meal.code()), "that there is one is all that the page holds");
        let reader = worker(&t, 1, Role::GridWorker, GRID).await?;
        let details = unmask::unmask(&with(&t, &reader, Permission::Unmask)?, id, UnmaskReason::Visit, "").await?;
        assert_eq!(details.care, [Care::Meal, Care::Call]);
        assert_eq!(count(&t.cx, "select count(*) from audit_entry where action = 'people.person.unmask'").await?, 1);
        assert_eq!(count(&t.cx, "select count(*) from person where care like '%meal%'").await?, 0);

        let refused = household::identify(&t.cx, id, "11010519491231002X", false).await;
        assert_eq!(refused.unwrap_err().for_field("consent").count(), 1);
        household::identify(&t.cx, id, "11010519491231002X", true).await?;
        let other = person(&t.cx, "李国强").await?;
        let twice = household::identify(&t.cx, other, "11010519491231002X", true).await;
        assert_eq!(twice.unwrap_err().for_field("identity").count(), 1);

        for kind in [Consent::Care, Consent::Identity] {
            let mut tx = t.cx.write().await?;
            consent::withdraw(&mut tx, id, kind).await?;
            tx.commit().await?;
        }
        assert_eq!(
            count(&t.cx, "select count(*) from person where care is not null or identity is not null or identity_blind is not null").await?,
            0
        );
        // A child's guardian consents.
        let child = person(&t.cx, "王小明").await?;
        household::care(&t.cx, child, &[Care::Visit], true).await?;
        assert_eq!(count(&t.cx, "select count(*) from person_consent where basis = 'guardian'").await?, 1);
        assert!(IdentityNumber::invented("110105194912310021", day("2026-11-23")).is_ok());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn somebody_confirms_and_corrects_the_own_household() {
    on_both(|t| async move {
        furnished(&t).await?;
        let user = service::add_user(&t.cx, "王芳", "13812340001", None).await?;
        let id = person(&t.cx, "王芳").await?;
        let mut tx = t.cx.write().await?;
        db::execute!(tx, "update person set user_id = $1 where id = $2", user, id)?;
        tx.commit().await?;
        let actor = enter(&t, user).await?;
        let cx = t.request(Some(actor)).signed_in()?;
        let page = mine::page(&cx).await?.ok_or("no household")?;
        assert_eq!(
            (page.name.as_str(), page.phone.as_deref()),
            ("王芳", Some("13812340001"))
        );
        assert_eq!(
            page.members[1].name, "王**",
            "others of the household stay masked"
        );
        mine::confirm(&cx, page.version).await?;
        assert!(matches!(
            mine::confirm(&cx, page.version).await,
            Err(AppError::Conflict(_))
        ));
        let page = mine::page(&cx).await?.ok_or("no household")?;
        assert!(page.confirmed_at.is_some());
        mine::correct(&cx, page.version, &form(false, "王方", "", "13812345555")).await?;
        assert_eq!(found(&t.cx, "王方").await?, ["王*"]);
        assert_eq!(found(&t.cx, "13812345555").await?.len(), 1);
        mine::report(&cx, "王小明去年搬走了").await?;
        let seen = household::page(&t.cx, home(&t.cx, "王方").await?).await?;
        assert_eq!(seen.corrections[0].words, "王小明去年搬走了");
        household::handle(&t.cx, seen.corrections[0].id, "").await?;
        assert!(matches!(
            household::handle(&t.cx, seen.corrections[0].id, "").await,
            Err(AppError::Conflict(_))
        ));
        Ok(())
    })
    .await;
}
