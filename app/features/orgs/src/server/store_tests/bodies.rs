use db::test::on_both;
use shared::{AppError, Permission};

use super::*;
use crate::{
    model::{BodyForm, PostForm, TermForm, change},
    server::{
        bodies::{self, Existing, When},
        service,
    },
};

fn branch(name: &str) -> BodyForm {
    BodyForm::read("party_branch", name, "0512-52000000", "", "2023-01-01", "").expect("right")
}

#[tokio::test]
async fn bodies_terms_and_posts_stand_beside_a_node_while_they_last() {
    on_both(|t| async move {
        furnished(&t).await?;
        let (cx, place) = (&t.cx, code("320581001001"));
        let body = bodies::save_body(cx, &place, None, &branch("第一党支部")).await?;
        let term =
            bodies::save_term(cx, body, None, &TermForm::read("3", "2023-01-01", "2026-01-01")?).await?;
        let again = bodies::save_term(cx, body, None, &TermForm::read("3", "2023-01-01", "")?).await;
        assert!(matches!(again, Err(AppError::Invalid(_))), "{again:?}");
        let (b, k) = (body.to_string(), term.to_string());
        let form = PostForm::read("书记", "演示·甲", &b, &k, "1", "2023-01-01", "2025-01-01")?;
        let post = bodies::save_post(cx, &place, None, &form).await?;
        bodies::save_post(
            cx,
            &place,
            None,
            &PostForm::read("书记", "演示·乙", &b, &k, "1", "2025-01-01", "")?,
        )
        .await?;
        bodies::save_post(
            cx,
            &place,
            None,
            &PostForm::read("网格长", "演示·丙", "", "", "", "2023-01-01", "")?,
        )
        .await?;
        let id = node(cx, "320581001001").await?.id;
        let mut tx = cx.read().await?;
        for (when, names) in [
            (When::On(day("2024-06-01")), vec!["演示·甲"]),
            (When::On(day("2025-01-01")), vec!["演示·乙"]),
            (When::Ever, vec!["演示·甲", "演示·乙"]),
        ] {
            let (list, own) = bodies::beside(&mut tx, id, when).await?;
            assert_eq!(
                list[0]
                    .posts
                    .iter()
                    .map(|p| p.person_name.as_str())
                    .collect::<Vec<_>>(),
                names
            );
            assert_eq!((list[0].terms.len(), own.len()), (1, 1));
        }
        assert!(
            bodies::beside(&mut tx, id, When::On(day("2022-01-01")))
                .await?
                .0
                .is_empty()
        );
        drop(tx);
        let stuck = bodies::remove_body(cx, Existing { id: body, version: 1 }).await;
        assert!(matches!(stuck, Err(AppError::Conflict(_))));
        assert!(matches!(
            bodies::remove_term(cx, Existing { id: term, version: 1 }).await,
            Err(AppError::Conflict(_))
        ));
        bodies::remove_post(cx, Existing { id: post, version: 1 }).await?;
        assert!(matches!(
            bodies::remove_post(cx, Existing { id: post, version: 1 }).await,
            Err(AppError::NotFound)
        ));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_second_of_two_writers_is_told() {
    on_both(|t| async move {
        furnished(&t).await?;
        let (cx, place) = (&t.cx, code("320581001001"));
        let id = bodies::save_body(cx, &place, None, &branch("第一党支部")).await?;
        let seen = Some(Existing { id, version: 1 });
        bodies::save_body(cx, &place, seen, &branch("第一支部")).await?;
        let second = bodies::save_body(cx, &place, seen, &branch("首支部")).await;
        assert!(matches!(second, Err(AppError::Conflict(_))), "{second:?}");
        assert!(matches!(
            bodies::remove_body(cx, Existing { id, version: 1 }).await,
            Err(AppError::Conflict(_))
        ));
        bodies::remove_body(cx, Existing { id, version: 2 }).await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_belongs_elsewhere_is_refused() {
    on_both(|t| async move {
        furnished(&t).await?;
        let cx = &t.cx;
        let body = bodies::save_body(cx, &code("320582100004"), None, &branch("别处的支部")).await?;
        let term = bodies::save_term(cx, body, None, &TermForm::read("1", "2023-01-01", "")?).await?;
        let post =
            |body: &str, term: &str| PostForm::read("书记", "演示·甲", body, term, "", "2023-01-01", "");
        let refused = bodies::save_post(cx, &code("320581001001"), None, &post(&body.to_string(), "")?).await;
        assert!(matches!(refused, Err(AppError::Invalid(_))), "{refused:?}");
        let refused = bodies::save_post(cx, &code("320582100004"), None, &post("", &term.to_string())?).await;
        assert!(matches!(refused, Err(AppError::Invalid(_))), "{refused:?}");
        let below = cx_below(&t, "32/3205/320581/", Permission::OrgEdit)?;
        let outside = [
            bodies::save_body(&below, &code("320582100004"), None, &branch("甲"))
                .await
                .map(|_| ()),
            bodies::save_body(
                &below,
                &code("320581001001"),
                Some(Existing { id: body, version: 1 }),
                &branch("甲"),
            )
            .await
            .map(|_| ()),
            bodies::save_term(&below, body, None, &TermForm::read("2", "2023-01-01", "")?)
                .await
                .map(|_| ()),
            bodies::save_post(&below, &code("320582100004"), None, &post("", "")?)
                .await
                .map(|_| ()),
            bodies::remove_body(&below, Existing { id: body, version: 1 }).await,
            bodies::remove_term(&below, Existing { id: term, version: 1 }).await,
        ];
        for result in outside {
            assert_eq!(result, Err(AppError::NotFound));
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn they_end_with_their_node() {
    on_both(|t| async move {
        furnished(&t).await?;
        let place = code("320581001001");
        bodies::save_body(&t.cx, &place, None, &branch("第一党支部")).await?;
        let order = change::Order::read("2025-01-01", "", 1, day("2026-11-23"))?;
        service::abolish(&t.cx, &place, &order).await?;
        assert_eq!(
            count(&t.cx, "select count(*) from body where valid_to = '2025-01-01'").await?,
            1
        );
        Ok(())
    })
    .await;
}
