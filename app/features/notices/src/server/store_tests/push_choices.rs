//! Web Push: which services are asked, who may turn it on, and what of it is chosen.

use std::sync::Arc;

use db::test::on_both;
use shared::{Acting, Actor, AppError};

use super::{
    browser::{Browser, Service},
    left, own, person, sent, work,
};
use crate::{
    model::{Kind, Topic},
    server::{
        Notice, choice, holding,
        push::{Push, PushConfig, USUAL_HOSTS, Vapid, subscription},
        setting,
    },
};

#[tokio::test]
async fn only_services_that_are_allowed_are_asked_and_only_by_oneself() {
    on_both(|t| async move {
        let (service, here) = (Service::start().await, Push::for_tests());
        let me = person(&t, 1).await?;
        let cx = own(&t, &me);
        let config = PushConfig {
            key: Vapid::fresh(),
            contact: "mailto:push@example.gov.cn".into(),
            hosts: USUAL_HOSTS.map(ToOwned::to_owned).to_vec(),
        };
        let real = Push::new(&config)?;
        let browser = Browser::new(&service, 1);
        let (p256dh, auth) = browser.says();
        for endpoint in [
            browser.endpoint.as_str(),
            "https://localhost/x",
            "https://10.0.0.1/x",
            "https://fcm.googleapis.com:444/x",
            "http://fcm.googleapis.com/x",
            "",
        ] {
            let refused = subscription::begin(&cx, &real, endpoint, &p256dh, &auth).await;
            assert!(matches!(refused, Err(AppError::Invalid(_))), "{endpoint}");
        }
        let good = "https://fcm.googleapis.com/fcm/send/1";
        for (p256dh, auth) in [("", auth.as_str()), (p256dh.as_str(), "")] {
            let refused = subscription::begin(&cx, &real, good, p256dh, auth).await;
            assert!(matches!(refused, Err(AppError::Invalid(_))));
        }
        subscription::begin(&cx, &real, good, &p256dh, &auth).await?;
        // What is stored is looked at again: the list may be another one by now.
        let mut tx = t.cx.read().await?;
        let device = subscription::live(&mut tx, me.user).await?.remove(0);
        assert!(subscription::address(&tx, &device, &real)?.is_some());
        assert!(subscription::address(&tx, &device, &here)?.is_none());
        let narrow = Push::new(&PushConfig {
            hosts: vec!["push.example.gov.cn".into()],
            ..config
        })?;
        assert!(subscription::address(&tx, &device, &narrow)?.is_none());
        drop(tx);

        let resident = person(&t, 2).await?;
        let acting = Actor {
            acting_for: Some(Acting {
                user: resident.user,
                name: "王芳".into(),
            }),
            ..me
        };
        let cx = own(&t, &acting);
        assert!(matches!(
            browser.subscribe(&cx, &here).await,
            Err(AppError::Conflict(_))
        ));
        assert!(matches!(subscription::end(&cx).await, Err(AppError::Conflict(_))));
        assert!(matches!(
            setting::set_pushed(&cx, &[]).await,
            Err(AppError::Conflict(_))
        ));
        assert!(service.seen().is_empty());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn topics_are_chosen_and_a_device_is_not_flooded() {
    on_both(|t| async move {
        let (service, push) = (Service::start().await, Arc::new(Push::for_tests()));
        let me = person(&t, 1).await?;
        let cx = own(&t, &me);
        Browser::new(&service, 1).subscribe(&cx, &push).await?;
        let codes = |topics: &[Topic]| {
            topics
                .iter()
                .map(|topic| topic.code().to_owned())
                .collect::<Vec<_>>()
        };
        let bad = setting::set_pushed(&cx, &["weather".to_owned()]).await;
        assert!(matches!(bad, Err(AppError::Invalid(_))));
        setting::set_pushed(&cx, &codes(&[Topic::Safety])).await?;
        let page = choice::page(&cx, Some(&push)).await?;
        let pushed: Vec<Topic> = page
            .topics
            .iter()
            .filter(|choice| choice.pushed)
            .map(|choice| choice.topic)
            .collect();
        assert_eq!(pushed, [Topic::Safety]);
        sent(&t, &Notice::new(me.user, Kind::Looked, "1")).await?;
        assert_eq!(work(&t, Some(&push)).await?, 0);
        for n in 0..15 {
            sent(&t, &Notice::new(me.user, Kind::NewDevice, format!("device/{n}"))).await?;
        }
        assert_eq!(work(&t, Some(&push)).await?, 15);
        assert_eq!(service.seen().len(), 12);
        let left = left(&t, me.user).await?;
        assert_eq!(
            left.iter().filter(|one| *one == "push dropped limited").count(),
            3
        );
        // It is part of what one can have a copy of, and goes with the account.
        let exported = holding::gather(&cx).await?;
        assert_eq!(exported["sent"].as_array().map(Vec::len), Some(15));
        assert_eq!(
            exported["settings"]["devices_pushed_to_since"]
                .as_array()
                .map(Vec::len),
            Some(1)
        );
        assert_eq!(
            choice::page(&cx, Some(&push)).await?.sent.len(),
            5,
            "the last few"
        );
        Ok(())
    })
    .await;
}
