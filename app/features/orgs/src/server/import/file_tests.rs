use super::*;

fn read(bytes: &[u8]) -> Result<Lines, AppError> {
    super::read(bytes, &Steps::default())
}

const HEAD: &str = "code,name,level,parent_code\n";

fn faults(text: &str) -> Vec<String> {
    read(text.as_bytes())
        .unwrap()
        .faults
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn reads_utf8_with_and_without_a_mark_and_gb18030() {
    let text = format!("{HEAD}32,江苏省,province,\n3205,苏州市,city,32\n");
    let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    let windows = text.replace('\n', "\r\n");
    let (gb, _, _) = encoding_rs::GB18030.encode(&text);
    for bytes in [text.as_bytes(), &marked, &gb, windows.as_bytes()] {
        let read = read(bytes).unwrap();
        assert!(read.faults.is_empty(), "{:?}", read.faults);
        assert_eq!(read.lines[1].name, "苏州市");
        assert_eq!(read.lines[1].number, 3);
    }
}

#[test]
fn accepts_chinese_headings_and_windows_line_ends() {
    let read = read("名称,编码,级别,上级编码\r\n江苏省,32,省,\r\n".as_bytes()).unwrap();
    assert_eq!(read.lines.len(), 1, "{:?}", read.faults);
}

#[test]
fn refuses_what_is_no_text() {
    for bytes in [&b"PK\x03\x04\x00\x00"[..], b"\xff\xfec\x00", b"code\x80\xff\xff"] {
        let read = read(bytes).unwrap();
        assert_eq!(
            (read.lines.len(), read.faults.len(), read.faults[0].line),
            (0, 1, 0)
        );
    }
    assert_eq!(
        faults(""),
        ["第 1 行：表头缺少列 code。表头应为 code,name,level,parent_code"]
    );
    assert_eq!(faults(HEAD), ["文件里没有一行区划。"]);
}

#[test]
fn names_line_field_and_reason() {
    let rows = "32,江苏省,province,\n\
        3205,=1+1,city,32\n\
        320a,苏州市,city,32\n\
        3206,南通市,town,32\n\
        3207,连云港市,district,32\n\
        3208,,city,32\n\
        3209,盐城市,city,3209\n\
        3210,扬州市,city,320581\n\
        32,江苏省,province,\n\
        3211\n\
        3212,泰州市,city,x\n\
        320581001001001,第一网格,grid,320581001001\n";
    let found = faults(&format!("{HEAD}{rows}"));
    let starts = [
        "第 3 行 name：单元格里是公式",
        "第 4 行 code：编码只能是数字：320a",
        "第 5 行 level：不认识的级别：town",
        "第 6 行 level：级别与编码不符",
        "第 7 行 name：请填名称",
        "第 8 行 parent_code：上级不能是它自己",
        "第 9 行 parent_code：上级 320581 的级别不比它高",
        "第 10 行 code：编码 32 与第 2 行重复",
        "第 11 行 name：这一行缺少这一列",
        "第 12 行 parent_code：编码只能是数字：x",
        "第 13 行 level：区划文件只到社区",
    ];
    assert_eq!(found.len(), starts.len(), "{found:#?}");
    for (found, start) in found.iter().zip(starts) {
        assert!(found.starts_with(start), "{found} / {start}");
    }
}

#[test]
fn counts_physical_lines() {
    let mut text = String::from(HEAD);
    for i in 0..5000 {
        let name = if i == 4998 { "" } else { "甲" };
        text.push_str(&format!("{},{name},city,32\n", 1000 + i));
    }
    assert_eq!(faults(&text), ["第 5000 行 name：请填名称"]);
}

#[test]
fn too_large_is_refused_at_once() {
    assert_eq!(read(&vec![b'a'; LARGEST + 1]).unwrap_err(), AppError::TooLarge);
}
