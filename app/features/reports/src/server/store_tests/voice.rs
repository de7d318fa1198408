//! Spoken words: who hears them, that they may stand alone, and that they go with the matter's.

use db::{
    execute,
    test::{TestDb, on_both},
    upload,
};
use shared::{Actor, AppError, Permission, RecordId, Role, Timestamp};

use super::{
    COMMUNITY, DISTRICT, Outcome, STREET, does, form, place, sees, send, signed_in, somebody, step, take,
    with,
};
use crate::{
    model::{ActForm, Action, CategoryForm, NewReport, Reporter, RoutingForm, Sent},
    server::{
        act, category, clock,
        hand::Hand,
        many, report, rules, upkeep,
        voice::{self, Handed},
    },
};

/// As a browser records it, as far as it is looked at.
fn spoken() -> Vec<u8> {
    b"\x1a\x45\xdf\xa3\x9fB\x82\x84webm................A_OPUS................".to_vec()
}

async fn says(t: &TestDb, who: &Actor, key: &str, voice: Vec<u8>) -> Result<Sent, AppError> {
    says_of(t, who, key, "facility", voice).await
}

async fn says_of(
    t: &TestDb,
    who: &Actor,
    key: &str,
    category: &str,
    voice: Vec<u8>,
) -> Result<Sent, AppError> {
    let cx = signed_in(t, who)?;
    let form = NewReport {
        words: String::new(),
        ..form("problem", category)
    };
    let handed = Handed {
        photos: Vec::new(),
        voice: Some(voice),
    };
    let settings = grid::server::Settings::default();
    report::report_handed(&cx, &settings, &Reporter::Account(who.user), key, &form, handed).await
}

async fn hears(t: &TestDb, who: &Actor, id: RecordId) -> Result<bool, AppError> {
    let cx = signed_in(t, who)?;
    Ok(voice::heard(&cx, &Hand::default(), id).await.is_ok())
}

#[tokio::test]
async fn what_was_spoken_is_heard_by_the_reporter_and_staff_and_by_no_partner() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let property = somebody(&t, Some((Role::Property, COMMUNITY))).await?;
        let stranger = somebody(&t, None).await?;
        let matter = says(&t, &p.resident, "device-key-1", spoken()).await?;
        let again = says(&t, &p.resident, "device-key-1", spoken()).await?;
        assert_eq!(matter, again, "sent twice it is one");
        let other = says(&t, &p.resident, "device-key-1", [spoken(), vec![0]].concat()).await;
        assert!(other.is_err(), "other words under the same key");
        does(&t, &p.secretary, &matter, Action::Accept).await?;
        let dispatch = ActForm {
            to: format!("{COMMUNITY}:property"),
            ..step(Action::Dispatch)
        };
        let silent = ActForm {
            words: String::new(),
            ..dispatch.clone()
        };
        assert_eq!(
            take(&t, &p.secretary, &matter, &silent)
                .await
                .map_err(|e| e.status()),
            Err(422),
            "who hears nothing has to read what is to be done"
        );
        take(&t, &p.secretary, &matter, &dispatch).await?;
        let page = sees(&t, &property, &matter).await?;
        let asked = page.steps.iter().find(|step| step.action == Action::Dispatch);
        assert_eq!(asked.and_then(|step| step.words.as_deref()), Some("说明"));
        // What the reporter adds may be spoken too.
        let add = ActForm {
            action: Action::Add.code().into(),
            ..ActForm::default()
        };
        let cx = signed_in(&t, &p.resident)?;
        let handed = Handed {
            photos: Vec::new(),
            voice: Some(spoken()),
        };
        act::act_handed(&cx, &Hand::default(), &matter.code, &add, handed.clone()).await?;
        let page = sees(&t, &p.secretary, &matter).await?;
        let first = page.voice.ok_or("no voice")?;
        let added = page
            .steps
            .iter()
            .find_map(|step| step.voice)
            .ok_or("no voice of a step")?;
        for (who, may) in [
            (&p.resident, true),
            (&p.secretary, true),
            (&p.staff, true),
            (&property, false),
            (&p.elsewhere, false),
            (&stranger, false),
        ] {
            assert_eq!(hears(&t, who, first).await?, may, "{}", who.user);
            assert_eq!(hears(&t, who, added).await?, may, "{}", who.user);
        }
        let page = sees(&t, &property, &matter).await?;
        assert!(page.voice.is_none() && page.steps.iter().all(|step| step.voice.is_none()));
        // No photo, and of nobody else's steps.
        let photo = crate::server::photo::readable(&signed_in(&t, &p.staff)?, &Hand::default(), first).await;
        assert!(photo.is_err());
        let cx = signed_in(&t, &property)?;
        let begin = step(Action::Begin);
        let theirs = act::act_handed(&cx, &Hand::default(), &matter.code, &begin, handed).await;
        assert_eq!(theirs.map_err(|e| e.status()), Err(422));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn no_rule_and_no_category_gives_what_was_only_spoken_to_who_may_not_hear_it() {
    on_both(|t| async move {
        let p = place(&t).await?;
        somebody(&t, Some((Role::Property, COMMUNITY))).await?;
        let cx = with(&t, &p.town, Permission::ReportRules)?;
        let property = RoutingForm {
            category: "facility".into(),
            role: Role::Property.code().into(),
            ..RoutingForm::default()
        };
        rules::save(&cx, STREET, "", &property).await?;
        let written = send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        assert_eq!(sees(&t, &p.staff, &written).await?.held.role, Role::Property);
        let matter = says(&t, &p.resident, "device-key-2", spoken()).await?;
        assert_eq!(sees(&t, &p.staff, &matter).await?.held.role, Role::GridWorker);
        let tried = rules::page(&cx, STREET).await?;
        assert_eq!(
            (tried.rows[0].matched, tried.unmatched),
            (1, 1),
            "the try-out says the same"
        );

        let district = somebody(&t, Some((Role::DistrictAdmin, DISTRICT))).await?;
        let led = CategoryForm {
            label: "噪声".into(),
            urgency: "ordinary".into(),
            lead: Role::Property.code().into(),
            offered: true,
            ..CategoryForm::default()
        };
        let cx = with(&t, &district, Permission::ReportCategories)?;
        category::save(&cx, "noise", None, &led).await?;
        let written = send(&t, &p.resident, "device-key-3", &form("problem", "noise")).await?;
        assert_eq!(sees(&t, &p.staff, &written).await?.held.role, Role::Property);
        let said = says_of(&t, &p.resident, "device-key-4", "noise", spoken()).await?;
        assert_eq!(sees(&t, &p.staff, &said).await?.held.role, Role::GridWorker);

        // Of many at once it is the one that has to be opened.
        does(&t, &p.secretary, &matter, Action::Accept).await?;
        let cx = with(&t, &p.secretary, Permission::ReportDispatch)?;
        let codes = [matter.code.clone()];
        let outcomes = many::take(&cx, &codes, "dispatch", &format!("{COMMUNITY}:property")).await?;
        assert!(!outcomes[0].done && outcomes[0].words.contains("打开"));
        let outcomes = many::take(&cx, &codes, "dispatch", &format!("{COMMUNITY}:staff")).await?;
        assert!(outcomes[0].done, "{}", outcomes[0].words);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn it_is_told_by_its_content_and_goes_with_the_words() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let page = b"<!doctype html><title>voice.webm</title>".to_vec();
        let wrong = says(&t, &p.resident, "device-key-1", page).await;
        assert_eq!(wrong.map_err(|e| e.status()), Err(422));
        let large = [spoken(), vec![0; shared::voice::LARGEST]].concat();
        let wrong = says(&t, &p.resident, "device-key-2", large).await;
        assert_eq!(wrong.map_err(|e| e.status()), Err(422));
        let nothing = NewReport {
            words: String::new(),
            handed: true,
            ..form("problem", "facility")
        };
        let nothing = send(&t, &p.resident, "device-key-3", &nothing).await;
        assert!(nothing.is_err(), "a form says nothing of what was handed in");

        let matter = says(&t, &p.resident, "device-key-4", spoken()).await?;
        let id = sees(&t, &p.resident, &matter).await?.voice.ok_or("no voice")?;
        for action in [Action::Accept, Action::Begin, Action::Answer] {
            does(&t, &p.worker, &matter, action).await?;
        }
        erase(&t, &p.resident).await?;
        upkeep::forget(&t.cx).await?;
        t.clock.advance(8 * Timestamp::DAY);
        clock::end(&t.cx).await?;
        upkeep::forget(&t.cx).await?;
        let mut tx = t.cx.read().await?;
        assert!(upload::find(&mut tx, id).await?.is_none());
        Ok(())
    })
    .await;
}

async fn erase(t: &TestDb, who: &Actor) -> Outcome {
    let mut tx = t.cx.write().await?;
    execute!(
        tx,
        "update user_account set state = 'erased' where id = $1",
        who.user
    )?;
    tx.commit().await?;
    Ok(())
}
