//! `linli import people`

use std::io::{Cursor, Write as _};

use orgs::{model::change::Founding, server::service};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::place::{Place, Said};

const PERSONS: &str = "select count(*) from person";
const ROOMS: &str = "select count(*) from room";

/// A community with one grid, and one that has none.
async fn organised(place: &Place) {
    let file = place.file(
        "divisions.csv",
        "code,name,level,parent_code\n\
         32,江苏省,province,\n\
         3205,苏州市,city,32\n\
         320581,常熟市,district,3205\n\
         320581001,虞山街道,street,320581\n\
         320581001001,花园浜社区居委会,community,320581001\n",
    );
    place.linli(&["import", "divisions", file.to_str().unwrap()]).ok();
    let house = place.house().await;
    let cx = db::access::system(&house, "test");
    let today = cx.now().date();
    let founding =
        Founding::read("320581001001001", "花园浜第一网格", &today.to_string(), "", today).unwrap();
    service::found(&cx, &"320581001001".parse().unwrap(), &founding)
        .await
        .unwrap();
    house.db.close().await;
}

/// Two households of three persons.
const GOOD: [[&str; 6]; 4] = [
    ["网格编码", "地址", "姓名", "出生年份", "手机号", "户代表"],
    [
        "320581001001001",
        "花园浜3幢2单元501",
        "王芳",
        "1950-03-02",
        "13812340001",
        "是",
    ],
    [
        "320581001001001",
        "花园浜三栋二单元五零一室",
        "王小明",
        "2015",
        "",
        "",
    ],
    ["320581001001001", "花园浜3幢2单元502", "李国强", "1940", "", "是"],
];

fn csv(rows: &[[&str; 6]]) -> String {
    rows.iter().map(|row| row.join(",") + "\r\n").collect()
}

/// The same as a workbook, every cell a text.
fn workbook(rows: &[[&str; 6]]) -> Vec<u8> {
    const RELATED: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
    const SHEET: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let cells: String = rows
        .iter()
        .zip(1..)
        .map(|(row, n)| {
            let cells: String = row
                .iter()
                .zip('A'..)
                .map(|(text, column)| {
                    format!(r#"<c r="{column}{n}" t="inlineStr"><is><t>{text}</t></is></c>"#)
                })
                .collect();
            format!(r#"<row r="{n}">{cells}</row>"#)
        })
        .collect();
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [
        (
            "[Content_Types].xml",
            format!(
                r#"<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>"#
            ),
        ),
        (
            "_rels/.rels",
            format!(
                r#"<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="a" Type="{RELATED}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                r#"<workbook xmlns="{SHEET}" xmlns:r="{RELATED}"><sheets><sheet name="名册" sheetId="1" r:id="a"/></sheets></workbook>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                r#"<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="a" Type="{RELATED}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!(r#"<worksheet xmlns="{SHEET}"><sheetData>{cells}</sheetData></worksheet>"#),
        ),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn import(place: &Place, name: &str, content: impl AsRef<[u8]>, rest: &[&str]) -> Said {
    let file = place.file(name, content);
    let mut arguments = vec!["import", "people", file.to_str().unwrap()];
    arguments.extend(rest);
    place.linli(&arguments)
}

#[tokio::test]
async fn people_are_shown_imported_once_and_alike_from_every_kind_of_file() {
    for place in Place::both().await {
        organised(&place).await;
        let shown = import(&place, "people.csv", csv(&GOOD), &["--dry-run"]);
        assert!(
            shown.err.contains("第 3 行") && shown.err.contains("是同一户"),
            "{}",
            shown.err
        );
        let shown = shown.ok();
        assert!(
            shown.contains("没有写入") && shown.contains("室 2、户 2、人 3"),
            "{shown}"
        );
        assert_eq!(place.count(PERSONS).await + place.count(ROOMS).await, 0);

        let done = import(&place, "people.xlsx", workbook(&GOOD), &[]).ok();
        assert!(
            done.trim().lines().count() == 1 && done.contains("已导入") && done.contains("室 2、户 2、人 3"),
            "{done}"
        );
        let text = csv(&GOOD);
        let (gb18030, _, _) = encoding_rs::GB18030.encode(&text);
        for (name, content) in [
            ("again.xlsx", workbook(&GOOD)),
            ("again.csv", text.clone().into_bytes()),
            ("gb18030.csv", gb18030.to_vec()),
        ] {
            let again = import(&place, name, content, &[]).ok();
            assert!(
                again.contains("户 0、人 0") && again.contains("不变 3 人"),
                "{name}: {again}"
            );
        }
        assert_eq!((place.count(PERSONS).await, place.count(ROOMS).await), (3, 2));
        assert_eq!(
            place
                .count("select count(*) from person where name = '王小明'")
                .await,
            1
        );
        place.end().await;
    }
}

#[tokio::test]
async fn faulty_lines_are_named_in_every_kind_of_file_and_nothing_of_it_is_stored() {
    let mut rows = GOOD.to_vec();
    rows[2][3] = "2090";
    rows.push(["320581001001001", "花园浜9幢", "张3", "1960", "138", "也许"]);
    rows.push(["320581001001009", "花园浜9幢101", "张三", "1960", "", "是"]);
    for place in Place::both().await {
        organised(&place).await;
        let text = csv(&rows);
        let (gb18030, _, _) = encoding_rs::GB18030.encode(&text);
        for (name, content) in [
            ("faulty.csv", text.clone().into_bytes()),
            ("faulty.xlsx", workbook(&rows)),
            ("gb18030.csv", gb18030.to_vec()),
        ] {
            for rest in [&["--dry-run"][..], &[]] {
                let text = import(&place, name, &content, rest).fails(1, "什么也没有写入");
                for told in [
                    "第 3 行",
                    "出生年份在将来",
                    "第 5 行",
                    "姓名",
                    "手机号",
                    "户代表",
                    "第 6 行",
                    "网格编码",
                ] {
                    assert!(
                        text.contains(told),
                        "{name} {rest:?}: {told} is missing in {text}"
                    );
                }
                assert!(
                    !text.contains("第 2 行") && !text.contains("第 4 行"),
                    "{name}: {text}"
                );
            }
        }
        for (name, content, sentence) in [
            ("empty.csv", &b""[..], "文件是空的"),
            ("header.csv", b"a,b\n1,2\n", "表头"),
            ("broken.xlsx", b"PK\x03\x04\x14\0\x06\0", "XLSX"),
            ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "XLS"),
        ] {
            import(&place, name, content, &[]).fails(1, sentence);
        }
        assert_eq!(place.count(PERSONS).await + place.count(ROOMS).await, 0);
        place.end().await;
    }
    let place = Place::sqlite();
    place
        .linli(&["import", "people", "nowhere.csv"])
        .fails(1, "nowhere.csv");
    place.linli(&["import", "people"]).fails(2, "缺少 <文件>");
}
