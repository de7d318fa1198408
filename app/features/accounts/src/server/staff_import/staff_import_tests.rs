use super::*;

const HEADER: &str = "姓名,手机号,角色,机构代码,开始日期,结束日期\n";

fn faults(body: &str) -> Vec<(u64, String)> {
    let mut report = ImportReport::default();
    read(&format!("{HEADER}{body}"), &mut report).unwrap();
    report
        .faults
        .into_iter()
        .map(|fault| (fault.line, fault.field))
        .collect()
}

#[test]
fn reads_utf8_with_a_mark_and_gb18030() {
    let text = format!("{HEADER}王芳,13812341234,专职网格员,320581001001001,2026-01-01,\n");
    let marked = [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat();
    assert_eq!(decode(&marked).unwrap(), text);
    let (old, _, _) = GB18030.encode(&text);
    assert_eq!(decode(&old).unwrap(), text);
    assert_eq!(decode(&[GB18030_MARK, &old].concat()).unwrap(), text);
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(decode(&utf16).is_err());
    assert!(decode(b"PK\x03\x04 a spreadsheet").is_err());
    assert!(decode(b"\xff\xff\xff\xff").is_err());
}

#[test]
fn names_each_fault_by_line_and_field() {
    let body = "王芳,13812341234,专职网格员,320581001001001,2026-01-01,\n\
        ,1381234,国王,abc,昨天,2026-13-01\n\
        李明,13812341235,审计员,3205,2026-02-01,2026-01-01\n\
        张三,13812341236\n";
    assert_eq!(
        faults(body),
        [
            (3, "姓名".into()),
            (3, "手机号".into()),
            (3, "角色".into()),
            (3, "机构代码".into()),
            (3, "开始日期".into()),
            (3, "结束日期".into()),
            (4, "角色".into()),
            (4, "结束日期".into()),
            (5, String::new()),
        ]
    );
}

#[test]
fn refuses_cells_that_a_spreadsheet_would_run() {
    for cell in ["=HYPERLINK(\"x\")", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd"] {
        let quoted = cell.replace('"', "\"\"");
        assert_eq!(
            faults(&format!("\"{quoted}\",13812341234,专职网格员,3205,2026-01-01,\n")),
            [(2, "姓名".to_owned())],
            "{cell}"
        );
    }
    assert!(
        faults("王芳,+86 13812341234,专职网格员,3205,2026-01-01,\n").is_empty(),
        "a number with its country is no formula"
    );
}

#[test]
fn a_wrong_header_or_an_empty_file_says_so() {
    let mut report = ImportReport::default();
    assert!(read("name,phone\nx,y\n", &mut report).is_err());
    assert!(read(HEADER, &mut report).is_err());
    assert!(read("", &mut report).is_err());
}
