//! What is found in texts, and what is not.

use super::*;

fn kinds(text: &str) -> Vec<Personal> {
    personal(text, &[]).into_iter().map(|found| found.what).collect()
}

fn shown(text: &str, names: &[String]) -> Vec<String> {
    let cut = |found: Found| -> String { text.chars().skip(found.from).take(found.length).collect() };
    personal(text, names).into_iter().map(cut).collect()
}

#[test]
fn telephone_numbers_are_found_however_they_are_written() {
    for text in [
        "打13812345678找我",
        "打 138 1234 5678 找我",
        "138-1234-5678",
        "8613812345678",
        "１３８１２３４５６７８",
        "0512-52881234",
        "电话051252881234",
        "52881234",
        "打 52881234 问",
        "座机５２８８１２３４。",
    ] {
        assert_eq!(kinds(text), [Personal::Phone], "{text}");
    }
    assert_eq!(shown("打 138 1234 5678 找我", &[]), ["138 1234 5678"]);
}

#[test]
fn what_merely_has_figures_is_none() {
    for text in [
        "2026-11-30 起路灯不亮",
        "12345 热线转来，编号 320581001001-2026-0012",
        "3 幢门口，坏了 3 天，修了 1200 元",
        "公交 221 路，办公室在一楼，两室一厅",
        "3 号 2026 年",
        "20261130 起停水",
        "单号 SZ52881234",
        "一共 52881234 元",
        "52881234.50",
        "12345678",
        "新E时代广场",
        "",
    ] {
        assert_eq!(kinds(text), [], "{text}");
    }
}

#[test]
fn identity_numbers_plates_and_doors_are_found() {
    assert_eq!(kinds("证号32058119900101002X"), [Personal::Identity]);
    assert_eq!(kinds("卡号6222021102012345678"), [Personal::Identity]);
    for text in ["苏E12345占了车位", "苏e·D12345", "苏 E 8K888", "粤Z1234港"] {
        assert_eq!(kinds(text), [Personal::Plate], "{text}");
    }
    for text in [
        "3 幢 501 漏水",
        "2单元1203",
        "501室",
        "501 室",
        "五零一室",
        "3-2-501",
    ] {
        assert_eq!(kinds(text), [Personal::Door], "{text}");
    }
    assert_eq!(shown("住3-2-501，漏水", &[]), ["3-2-501"]);
}

#[test]
fn names_of_whoever_reported_are_found_wherever_they_stand() {
    let names = ["赵小明".to_owned(), "赵".to_owned()];
    let text = "赵小明说，请找赵小明";
    assert_eq!(shown(text, &names), ["赵小明", "赵小明"]);
    assert_eq!(shown("赵家浜的路灯", &names), [""; 0]);
}

#[test]
fn of_several_fields_each_is_named_and_what_was_confirmed_holds_for_all_of_them() {
    let fields = [("名称", "找 52881234"), ("内容", "路灯不亮\n住3-2-501")];
    let said = pointed_out_in(&fields, &[]).unwrap_or_default();
    assert!(said.contains("“名称”第 3 个字起 8 个字像电话号码"), "{said}");
    assert!(said.contains("“内容”第 2 行第 2 个字起 7 个字像门牌号"), "{said}");
    assert!(confirm_in(&fields, &[], "").is_err());
    assert_eq!(confirm_in(&fields, &[], &said), Ok(()));
    assert!(confirm_in(&fields[..1], &[], &said).is_err(), "another text");
    assert_eq!(confirm("路灯不亮", &[], ""), Ok(()));
}

#[test]
fn what_is_said_names_the_place_and_never_the_thing() {
    let said = pointed_out("路灯不亮\n打13812345678", &[]).unwrap_or_default();
    assert!(said.contains("第 2 行第 2 个字起 11 个字像电话号码"), "{said}");
    assert!(!said.contains("138"), "{said}");
    assert_eq!(pointed_out("路灯不亮", &[]), None);
    let many = "13812345678。".repeat(20);
    let said = pointed_out(&many, &[]).unwrap_or_default();
    assert!(
        said.contains("一共 20 处") && said.chars().count() < 400,
        "{said}"
    );
}
