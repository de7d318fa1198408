//! Open311 through the whole router, on both engines: as the specification has it, as the Python package `georeport` reads it, and what
//! it says to input that is broken. `docs/OPEN311.md` names these tests beside the sentences that they hold.

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use db::{on, test::on_both};
use reports::{model::CategoryForm, server::category};
use shared::Timestamp;

use super::{
    visitor::HERE,
    world::{DOOR, FORM, PHONE, WORDS, key, texts, world, xml},
};

#[tokio::test(flavor = "multi_thread")]
async fn services_and_what_they_ask_are_told_in_both_formats() {
    on_both(|t| async move {
        let w = world(&t, 3).await?;
        let json = w
            .house
            .read("/open311/v2/services.json?jurisdiction_id=320581")
            .await;
        assert_eq!(json.status, StatusCode::OK);
        assert_eq!(
            json.header(header::CONTENT_TYPE),
            "application/json; charset=utf-8"
        );
        assert_eq!(json.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), "*");
        let services = json.json();
        let parking = services
            .as_array()
            .and_then(|all| all.iter().find(|one| one["service_code"] == "parking"))
            .ok_or("no such service")?;
        assert_eq!(parking["service_name"], "停车");
        assert_eq!(parking["metadata"], true);
        assert_eq!(parking["type"], "realtime");
        for field in ["description", "keywords", "group"] {
            assert!(
                parking[field].as_str().is_some_and(|text| !text.is_empty()),
                "{field}"
            );
        }
        let text = w.house.read("/open311/v2/services.xml").await;
        assert_eq!(text.header(header::CONTENT_TYPE), "text/xml; charset=utf-8");
        assert!(
            text.text
                .starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
        );
        let document = xml(&text.text);
        let codes = texts(&document, "services/service/service_code");
        assert_eq!(Some(codes.len()), services.as_array().map(Vec::len));
        assert!(codes.contains(&"parking"));

        let definition = w.house.read("/open311/v2/services/parking.json").await.json();
        assert_eq!(definition["service_code"], "parking");
        let attribute = &definition["attributes"][0];
        assert_eq!(attribute["variable"], true);
        assert_eq!(attribute["datatype"], "singlevaluelist");
        assert_eq!(attribute["required"], false);
        assert_eq!(attribute["order"], 1);
        assert_eq!(attribute["values"][0]["key"], "小区地面");
        let document = xml(&w.house.read("/open311/v2/services/parking.xml").await.text);
        let keys = texts(
            &document,
            "service_definition/attributes/attribute/values/value/key",
        );
        assert!(keys.contains(&"小区地面") && keys.contains(&"yes"), "{keys:?}");

        // A category without questions asks nothing.
        let none = w.house.read("/open311/v2/services/hygiene.json").await.json();
        assert_eq!(none["attributes"], serde_json::json!([]));

        let discovery = w.house.read("/open311/v2/discovery.json").await.json();
        assert_eq!(
            discovery["endpoints"][0]["url"],
            "http://linli.example/open311/v2"
        );
        assert_eq!(discovery["endpoints"][0]["type"], "production");
        assert_eq!(
            discovery["endpoints"][0]["formats"],
            serde_json::json!(["text/xml", "application/json"])
        );
        let document = xml(&w.house.read("/open311/v2/discovery.xml").await.text);
        for name in ["changeset", "contact", "key_service"] {
            assert!(
                !texts(&document, &format!("discovery/{name}"))[0].is_empty(),
                "{name}"
            );
        }
        assert_eq!(
            texts(&document, "discovery/endpoints/endpoint/specification"),
            ["http://wiki.open311.org/GeoReport_v2"]
        );
        Ok(())
    })
    .await;
}

/// As the Python package `georeport` reads: a list of requests, one request as the first of a list, a definition as an object.
#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_published_is_told_and_nothing_personal() {
    on_both(|t| async move {
        let w = world(&t, 3).await?;
        let pinned = w.report(1, "noise", "120.7512345,31.6541999").await?;
        let closed = w.report(2, "parking", "").await?;
        let inner = w.report(3, "noise", "").await?;
        w.publish(&pinned, "花园浜广场晚上太吵 <b>&").await?;
        w.publish(&closed, "车挡住了消防通道").await?;
        w.end(&closed).await?;

        let all = w.house.read("/open311/v2/requests.json").await;
        let list = all.json();
        assert_eq!(list.as_array().map(Vec::len), Some(2), "{}", all.text);
        let all_xml = w.house.read("/open311/v2/requests.xml").await;
        for secret in [DOOR, PHONE, WORDS, &inner, "120.7512345", "31.6541999", "1381234"] {
            assert!(!all.text.contains(secret) && !all_xml.text.contains(secret), "{secret}");
        }
        let document = xml(&all_xml.text);
        assert_eq!(texts(&document, "service_requests/request/service_request_id").len(), 2);
        assert!(texts(&document, "service_requests/request/description").contains(&"花园浜广场晚上太吵 <b>&"));

        let one = w.house.read(&format!("/open311/v2/requests/{pinned}.json")).await.json();
        let one = &one[0];
        assert_eq!(one["service_request_id"], pinned.as_str());
        assert_eq!(one["status"], "open");
        assert_eq!(one["service_code"], "noise");
        assert_eq!(one["lat"], 31.6, "where the name of its unit stands");
        assert_eq!(one["long"], 120.7);
        assert_eq!(one["address_id"], HERE);
        assert_eq!(one["requested_datetime"], "2026-11-23T06:05:00Z");
        assert!(one["expected_datetime"].is_string() && one["media_url"].is_null());
        let token = w.house.read(&format!("/open311/v2/tokens/{pinned}.json")).await.json();
        assert_eq!(token[0]["service_request_id"], pinned.as_str());
        assert_eq!(token[0]["token"], pinned.as_str());

        for missing in [
            format!("/open311/v2/requests/{inner}.json"),
            format!("/open311/v2/tokens/{inner}.json"),
            "/open311/v2/requests/nothing.json".into(),
        ] {
            let answer = w.house.read(&missing).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{missing}");
            assert_eq!(answer.json()[0]["code"], 404);
        }

        let found = async |query: &str| -> Vec<String> {
            let answer = w.house.read(&format!("/open311/v2/requests.json?{query}")).await;
            assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.text);
            let list = answer.json();
            let ids = list.as_array().into_iter().flatten();
            ids.filter_map(|one| one["service_request_id"].as_str().map(str::to_owned))
                .collect()
        };
        let named = format!("service_request_id={pinned},{inner}&status=closed");
        for (query, expected) in [
            ("status=open", vec![&pinned]),
            ("status=closed", vec![&closed]),
            ("service_code=noise", vec![&pinned]),
            ("service_code=noise,hygiene&status=open,closed", vec![&pinned]),
            ("jurisdiction_id=320582", vec![]),
            ("jurisdiction_id=320581001", vec![&closed, &pinned]),
            ("start_date=2026-11-24T00:00:00Z", vec![]),
            ("end_date=2026-11-23T00:00:00Z", vec![]),
            ("start_date=2026-11-23T14:05:00%2B08:00&end_date=2026-11-23T14:05:00+08:00", vec![&closed, &pinned]),
            ("page_size=1000000", vec![&closed, &pinned]),
            ("page_size=1&page=3", vec![]),
            (named.as_str(), vec![&pinned]),
        ] {
            let mut found = found(query).await;
            let mut expected: Vec<String> = expected.into_iter().cloned().collect();
            found.sort();
            expected.sort();
            assert_eq!(found, expected, "{query}");
        }
        let mut pages = found("page_size=1&page=1").await;
        pages.extend(found("page_size=1&page=2").await);
        assert!(pages.len() == 2 && pages.contains(&pinned) && pages.contains(&closed));
        let first = w.house.read("/open311/v2/requests.json?page_size=1&status=open,closed").await;
        assert_eq!(
            first.header(header::LINK),
            "<http://linli.example/open311/v2/requests.json?page%5Fsize=1&status=open%2Cclosed&page=2>; rel=\"next\""
        );
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_reports_and_finds_its_own_and_twice_is_once() {
    on_both(|t| async move {
        let w = world(&t, 3).await?;
        let body = "service_code=facility&address_string=%E8%8A%B1%E5%9B%AD%E6%B5%9C3%E5%B9%A2&description=%E8%B7%AF%E7%81%AF%E4%B8%8D%E4%BA%AE\
                    &first_name=%E5%B0%8F%E6%98%8E&email=a%40b.cn&phone=13812341234&attribute[danger]=yes";
        let first = w.post(body, Some("one")).await;
        assert_eq!(first.status, StatusCode::OK, "{}", first.text);
        let first = first.json();
        let code = first[0]["service_request_id"].as_str().ok_or("no id")?.to_owned();
        assert!(first[0]["service_notice"].is_string() && first[0].get("token").is_none());
        let again = w.post(body, Some("one")).await.json();
        assert_eq!(again, first, "the same word is the same report");
        let other = w.post(&format!("{body}&lat=31.6"), Some("one")).await;
        assert_eq!(other.status, StatusCode::BAD_REQUEST, "half a place");
        assert_eq!(w.matters().await?, 1);

        // It is nobody's to read but the program's own, and tells it how it stands.
        let address = format!("/open311/v2/requests/{code}.json");
        assert_eq!(w.house.read(&address).await.status, StatusCode::NOT_FOUND);
        let own = w.house.read(&format!("{address}?api_key={}", w.key)).await;
        assert_eq!(own.header(header::CACHE_CONTROL), "no-store");
        let own = own.json();
        assert_eq!(own[0]["status"], "open");
        assert_eq!(own[0]["status_notes"], "上报");
        assert!(own[0]["description"].is_null() && own[0]["lat"].is_null());
        let stranger = key(&t, "别的应用", "320581", 3).await?;
        let theirs = w.house.read(&format!("{address}?api_key={stranger}")).await;
        assert_eq!(theirs.status, StatusCode::NOT_FOUND);

        // Without a word, the same content on the same day is one report; the third is one too many for this key's day.
        let plain = "service_code=noise&address_id=320581001001&description=%E5%90%B5";
        let third = w.post(plain, None).await;
        assert_eq!(third.status, StatusCode::OK, "{}", third.text);
        assert_eq!(w.matters().await?, 2);
        let more = w.post(plain, None).await;
        assert_eq!(more.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(more.headers.contains_key(header::RETRY_AFTER));
        assert_eq!(more.json()[0]["code"], 429);
        t.clock.advance(3 * Timestamp::DAY);
        let later = w.post(plain, None).await;
        assert_eq!(later.status, StatusCode::OK, "another day is another report");
        assert_eq!(w.post(plain, None).await.json(), later.json());
        assert_eq!(w.matters().await?, 3);

        let mut tx = t.cx.read().await?;
        let (origin, open): (String, bool) =
            on!(tx, |c| sqlx::query_as("select origin, may_publish from matter where code = $1")
                .bind(&code)
                .fetch_one(c)
                .await)?;
        assert_eq!((origin.as_str(), open), ("client", false));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_input_is_answered_with_a_list_of_errors_and_the_right_status() {
    on_both(|t| async move {
        let w = world(&t, 100).await?;
        let asks = CategoryForm {
            label: "噪声".into(),
            urgency: "ordinary".into(),
            offered: true,
            labels: vec!["是什么声音".into()],
            kinds: vec!["text".into()],
            required: vec!["true".into()],
            codes: vec!["source".into()],
            ..CategoryForm::default()
        };
        category::save(&t.cx, "noise", None, &asks).await?;
        let here = "address_id=320581001001";
        for (what, body, status) in [
            ("no service code", format!("{here}&description=x"), 400),
            ("an unknown service", format!("service_code=ufo&{here}"), 404),
            ("no place", "service_code=hygiene".into(), 400),
            ("the Pacific", "service_code=hygiene&lat=10.0&long=-160.0".into(), 400),
            ("half a place", "service_code=hygiene&lat=31.6".into(), 400),
            ("a required answer is missing", format!("service_code=noise&{here}"), 400),
            ("nobody knows where", "service_code=hygiene&address_string=%E6%9C%88%E7%90%83".into(), 400),
            ("no such unit", "service_code=hygiene&address_id=320581009009".into(), 400),
            ("a bad jurisdiction", format!("service_code=hygiene&{here}&jurisdiction_id=city.gov"), 404),
            ("outside of its jurisdiction", format!("service_code=hygiene&{here}&jurisdiction_id=320582"), 400),
            ("no telephone", format!("service_code=hygiene&{here}&phone=12"), 400),
            ("ten thousand emoji", format!("service_code=hygiene&{here}&description={}", "%F0%9F%98%80".repeat(10_000)), 400),
        ] {
            let answer = w.post(&body, None).await;
            assert_eq!(answer.status.as_u16(), status, "{what}: {}", answer.text);
            let errors = answer.json();
            assert_eq!(errors[0]["code"], status, "{what}");
            assert!(errors[0]["description"].as_str().is_some_and(|text| !text.is_empty()), "{what}");
        }
        let missing = w.post(&format!("service_code=noise&{here}"), None).await.json();
        let words = missing[0]["description"].as_str().unwrap_or_default().to_owned();
        assert!(words.starts_with("attribute["), "{words}");

        // Keys: none, a wrong one, one that was taken back; in XML as in JSON.
        let well = format!("service_code=hygiene&{here}");
        for body in [well.clone(), format!("api_key=linli_wrong&{well}"), format!("api_key=&{well}")] {
            let answer = w.house.sent("/open311/v2/requests.xml", FORM, &body, None).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN);
            assert_eq!(answer.header(header::CONTENT_TYPE), "text/xml; charset=utf-8");
            let document = xml(&answer.text);
            assert_eq!(texts(&document, "errors/error/code"), ["403"]);
            assert_eq!(texts(&document, "errors/error/description").len(), 1);
        }

        // XML is no form: no entity of it is ever looked at.
        let bomb = "<?xml version=\"1.0\"?><!DOCTYPE r [<!ENTITY a \"ha\"><!ENTITY x SYSTEM \"file:///etc/passwd\">]>\
                    <request><service_code>&a;&x;</service_code></request>";
        for kind in ["text/xml", "application/xml", FORM, ""] {
            let answer = w.house.sent("/open311/v2/requests.xml", kind, bomb, None).await;
            assert!(matches!(answer.status.as_u16(), 400 | 403), "{kind}: {}", answer.status);
            assert!(!answer.text.contains("root:") && !answer.text.contains("haha"));
            assert!(!texts(&xml(&answer.text), "errors/error/description").is_empty());
        }
        let entity = w.post(&format!("{well}&description=%26x%3B%3C!DOCTYPE%3E"), None).await;
        assert_eq!(entity.status, StatusCode::OK, "{}", entity.text);
        assert_eq!(w.matters().await?, 1, "and nothing else of all this");

        for (address, status) in [
            ("/open311/v2/services/ufo.json", 404),
            ("/open311/v2/services/.json", 400),
            ("/open311/v2/requests/.json", 400),
            ("/open311/v2/tokens/.json", 400),
            ("/open311/v2/services.json?jurisdiction_id=city.gov", 404),
            ("/open311/v2/requests.json?jurisdiction_id=99", 404),
            ("/open311/v2/requests.json?service_code=ufo", 404),
            ("/open311/v2/requests.json?status=lost", 400),
            ("/open311/v2/requests.json?page=0", 400),
            ("/open311/v2/requests.json?page=99999999999999999999", 400),
            ("/open311/v2/requests.json?start_date=yesterday", 400),
            ("/open311/v2/requests.json?start_date=2026-01-01T00:00:00Z&end_date=2026-12-01T00:00:00Z", 400),
            ("/open311/v2/requests.json?api_key=linli_wrong", 403),
            ("/open311/v2/requests.json?status=%FF", 400),
            ("/open311/v2/nothing.json", 404),
            ("/open311/v9/services.json", 404),
            ("/open311/nothing/at/all.json", 404),
        ] {
            let answer = w.house.read(address).await;
            assert_eq!(answer.status.as_u16(), status, "{address}: {}", answer.text);
            assert_eq!(answer.json()[0]["code"], status, "{address}");
        }
        let other = w.house.read("/open311/v2/services.txt").await;
        assert_eq!(other.status, StatusCode::NOT_FOUND);
        assert_eq!(texts(&xml(&other.text), "errors/error/code"), ["404"]);
        let put = Request::builder()
            .method(Method::PUT)
            .uri("/open311/v2/requests.json")
            .body(Body::empty())?;
        assert_eq!(w.house.say(put).await.json()[0]["code"], 400);
        Ok(())
    })
    .await;
}
