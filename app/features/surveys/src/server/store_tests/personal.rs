//! What may be somebody's own is pointed out before it is published.

use db::test::on_both;
use shared::{AppError, Role};

use super::{COMMUNITY, GRID, Outcome, acts, close, form, founded, keeper, sees, signed_in, somebody};
use crate::{
    model::{NewForm, ProposalId},
    server::{opening, proposal},
};

/// What was pointed out.
fn said<T>(refused: Result<T, AppError>) -> Outcome<String> {
    let error = refused.err().ok_or("it was taken")?;
    Ok(error.for_field("confirmed").collect())
}

#[tokio::test]
async fn what_may_be_somebodys_own_is_confirmed_before_it_is_published() {
    on_both(|t| async move {
        founded(&t).await?;
        let staff = somebody(&t, Role::Staff, COMMUNITY).await?;
        let resident = somebody(&t, Role::Resident, GRID).await?;
        let cx = keeper(&t, &staff)?;
        let asked = NewForm {
            words: "想问的打 52881234".into(),
            ..form(&t, "proposals")
        };
        let told = said(opening::open(&cx, &asked).await)?;
        assert!(
            told.contains("“为什么征集，意见会怎么用”第 6 个字起 8 个字像电话号码"),
            "{told}"
        );
        let asked = NewForm {
            confirmed: told,
            ..asked
        };
        let code = opening::open(&cx, &asked).await?;

        proposal::propose(&signed_in(&t, &resident)?, &code, "我家 3 幢 501 门口的灯不亮").await?;
        let id: ProposalId = sees(&t, &staff, &code).await?.proposals.rows[0].id.parse()?;
        let as_typed = |action: &str, words: &str, confirmed: &str| proposal::ActForm {
            words: words.into(),
            confirmed: confirmed.into(),
            ..acts(action)
        };
        let words = "赵小明说 3 幢 501 门口的灯不亮";
        let told = said(proposal::act(&cx, id, &as_typed("publish", words, "")).await)?;
        assert!(told.contains("门牌") && !told.contains("501"), "{told}");
        assert!(
            !told.contains("名字"),
            "who proposed is found out by nobody: {told}"
        );
        let other = as_typed("publish", "打 13812345678 问", &told);
        assert_ne!(
            said(proposal::act(&cx, id, &other).await)?,
            told,
            "another text is not confirmed"
        );
        assert!(!sees(&t, &staff, &code).await?.proposals.rows[0].published);
        proposal::act(&cx, id, &as_typed("publish", "3 幢门口的灯不亮", "")).await?;

        let reasons = "物业 52881234 下周来换";
        let told = said(proposal::act(&cx, id, &as_typed("decide", reasons, "")).await)?;
        proposal::act(&cx, id, &as_typed("decide", reasons, &told)).await?;

        close(&t).await?;
        let outcome = "采纳 1 条，有事打 52881234";
        let told = said(opening::end(&cx, &code, true, outcome, "").await)?;
        assert!(told.contains("第 12 个字起 8 个字像电话号码"), "{told}");
        opening::end(&cx, &code, true, outcome, &told).await?;
        assert_eq!(sees(&t, &staff, &code).await?.outcome, outcome);
        Ok(())
    })
    .await;
}
