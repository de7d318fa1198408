//! What is read of a line, and what is refused.

use super::*;
use crate::server::import::table;

fn today() -> Date {
    "2026-11-23".parse().unwrap()
}

fn lines(text: &str) -> (Vec<Line>, Vec<Fault>) {
    measured(text, Some(Datum::Cgcs2000))
}

fn measured(text: &str, datum: Option<Datum>) -> (Vec<Line>, Vec<Fault>) {
    read(&table::read(text.as_bytes()).unwrap(), today(), datum).unwrap()
}

fn faults(text: &str) -> Vec<(u64, String)> {
    lines(text)
        .1
        .into_iter()
        .map(|fault| (fault.line, fault.field))
        .collect()
}

#[test]
fn columns_and_addresses_say_the_same() {
    let (by_columns, faults) = lines("小区,幢,单元,室,姓名,出生年份\n花园浜,3幢,2单元,501室,王芳,1950\n");
    assert!(faults.is_empty(), "{faults:?}");
    let (mut by_address, _) = lines("地址,姓名,出生年份\n花园浜三栋二单元五零一室,王芳,1950\n");
    by_address[0].said.clone_from(&by_columns[0].said);
    assert_eq!(by_columns, by_address);
    assert_eq!(by_columns[0].floor, Some(5));
}

#[test]
fn every_fault_has_its_line_and_field() {
    let text = "网格编码,小区,幢,单元,室,面积,姓名,性别,出生年份,手机号,身份证号,身份证同意,居住情况,与户代表关系,户代表,产权人\n\
        320581001001001,花园浜,3,2,501,89.5,王芳,女,1950,13812341234,,,户籍常住,本人,是,是\n\
        3205,,大门旁边,?,<,abc,张3,x,2090,138,123,,y,z,也许,\n\
        320581001001001,花园浜,3,2,502,,,,1950,,,,,,,\n\
        320581001001001,花园浜,3,2,503,,=1+1,,,,,,,,,\n\
        320581001001001,花园浜,3,2,504,,小明,,2015,,,,,,是,\n\
        320581001001001,花园浜,3,2,505,,老李,男,1949,,11010519491231002X,,,,,\n\
        320581001001001,花园浜,3,2,506,,老王,男,1948,,11010519491231002X,是,,,,\n";
    let found = faults(text);
    let of = |line: u64| {
        found
            .iter()
            .filter(|(at, _)| *at == line)
            .map(|(_, field)| field.as_str())
            .collect::<Vec<_>>()
    };
    assert!(of(2).is_empty());
    assert_eq!(
        of(3),
        [
            "网格编码",
            "小区",
            "幢",
            "单元",
            "室",
            "面积",
            "姓名",
            "性别",
            "居住情况",
            "与户代表关系",
            "身份证号",
            "出生年份",
            "手机号",
            "户代表"
        ]
    );
    assert_eq!(of(4), ["姓名"]);
    assert!(of(5).contains(&"姓名"));
    assert_eq!(of(6), ["户代表"]);
    assert_eq!(of(7), ["身份证同意"]);
    assert_eq!(of(8), ["出生年份"]);
}

#[test]
fn places_are_converted_once_and_refused_where_they_cannot_be() {
    let (lines, faults) = lines("小区,幢,经度,纬度\n花园浜,3,120.7402,31.6411\n");
    assert!(faults.is_empty(), "{faults:?}");
    assert_eq!(lines[0].place, Some((1_207_402_000, 316_411_000)));
    let (shifted, _) = measured(
        "小区,幢,经度,纬度\n花园浜,3,120.7402,31.6411\n",
        Some(Datum::Gcj02),
    );
    let (lon, lat) = shifted[0].place.unwrap();
    let away = (lon - 1_207_402_000).abs() + (lat - 316_411_000).abs();
    assert!((10_000..200_000).contains(&away), "{away}");
    let (_, faults) = measured("小区,幢,经度,纬度\n花园浜,3,120.7402,31.6411\n", None);
    assert_eq!((faults[0].line, faults[0].field.as_str()), (0, "坐标系"));
    let (_, faults) = lines_of_places();
    let told: Vec<(u64, &str)> = faults.iter().map(|f| (f.line, f.field.as_str())).collect();
    assert_eq!(
        told,
        [(2, "经度"), (3, "经度"), (4, "纬度"), (5, "经度"), (6, "经度")]
    );
}

fn lines_of_places() -> (Vec<Line>, Vec<Fault>) {
    lines(
        "小区,幢,经度,纬度\n花园浜,1,31.6411,120.7402\n花园浜,2,2.35,48.85\n花园浜,3,120.7,\n花园浜,4,东,31.6\n花园浜,5,,31.6\n",
    )
}

#[test]
fn an_identity_number_that_became_a_number_is_told_apart() {
    let (_, faults) = lines("小区,幢,姓名,身份证号,身份证同意\n花园浜,3,老李,1.10105194912310e17,是\n");
    assert!(faults[0].reason.contains("设成文本"), "{faults:?}");
}

#[test]
fn a_wrong_header_says_what_it_should_be() {
    let rows = table::read("甲,乙\n1,2\n".as_bytes()).unwrap();
    assert!(read(&rows, today(), None).unwrap_err().contains("表头"));
    assert!(read(&table::read(b"").unwrap(), today(), None).is_err());
    assert!(read(&table::read("小区,幢\n".as_bytes()).unwrap(), today(), None).is_err());
}
