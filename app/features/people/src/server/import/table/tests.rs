//! Files as offices and others send them.

use std::{io::Write as _, time::Instant};

use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::*;

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#;
const RELS: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="名册" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const BOOK_RELS: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;
/// The second format is a date.
const STYLES: &str = r#"<?xml version="1.0" encoding="UTF-8"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>"#;

/// A workbook whose one sheet has `rows` in it.
fn workbook_of(write_rows: impl FnOnce(&mut dyn std::io::Write)) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, text) in [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELS),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS),
        ("xl/styles.xml", STYLES),
    ] {
        zip.start_file(name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.start_file("xl/worksheets/sheet1.xml", options.large_file(true))
        .unwrap();
    zip.write_all(br#"<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#)
        .unwrap();
    write_rows(&mut zip);
    zip.write_all(b"</sheetData></worksheet>").unwrap();
    zip.finish().unwrap().into_inner()
}

const HEAD: &str = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>小区</t></is></c><c r="B1" t="inlineStr"><is><t>幢</t></is></c><c r="C1" t="inlineStr"><is><t>出生年份</t></is></c></row>"#;

#[test]
fn reads_texts_numbers_and_dates_of_a_workbook() {
    let bytes = workbook_of(|sheet| {
        sheet.write_all(HEAD.as_bytes()).unwrap();
        sheet
            .write_all(
                r#"<row r="3"><c r="A3" t="inlineStr"><is><t> 花园浜 </t></is></c><c r="B3"><v>3</v></c><c r="C3" s="1"><v>18324</v></c></row><row r="4"><c r="C4"><v>320581195003021</v></c></row><row r="5"><c r="C5"><v>1.10105194912310e17</v></c></row>"#
                    .as_bytes(),
            )
            .unwrap();
    });
    let rows = read(&bytes).unwrap();
    assert_eq!(rows[0].cells, ["小区", "幢", "出生年份"]);
    assert_eq!(
        (rows[1].number, rows[1].cells.clone()),
        (3, vec!["花园浜".into(), "3".into(), "1950-03-02".into()])
    );
    assert_eq!(rows[2].cells[2], "320581195003021");
    assert!(rows[3].cells[2].contains('e'), "{:?}", rows[3]);
}

#[test]
fn a_million_empty_rows_are_passed_over() {
    let bytes = workbook_of(|sheet| {
        sheet.write_all(HEAD.as_bytes()).unwrap();
        for row in 2..=1_048_576 {
            write!(sheet, r#"<row r="{row}"><c r="A{row}" s="0"/></row>"#).unwrap();
        }
    });
    let start = Instant::now();
    assert_eq!(read(&bytes).unwrap().len(), 1);
    // A second or two in a release, on a machine that does nothing else.
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn a_cell_far_away_takes_no_room() {
    let bytes = workbook_of(|sheet| {
        sheet.write_all(HEAD.as_bytes()).unwrap();
        sheet
            .write_all(
                br#"<row r="1048576"><c r="A1048576"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>"#,
            )
            .unwrap();
    });
    let rows = read(&bytes).unwrap();
    assert_eq!(
        (rows.len(), rows[1].number, rows[1].cells.len()),
        (2, 1_048_576, 1)
    );
}

#[test]
fn a_workbook_that_swells_is_refused_before_it_is_opened() {
    let zeros = vec![b' '; 1 << 20];
    let bytes = workbook_of(|sheet| {
        for _ in 0..450 {
            sheet.write_all(&zeros).unwrap();
        }
    });
    assert!(bytes.len() < 1 << 20, "it is small: {}", bytes.len());
    let start = Instant::now();
    assert!(read(&bytes).unwrap_err().contains("大得不正常"));
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn another_archive_under_the_name_of_a_workbook_is_refused() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let zeros = vec![0; 1 << 20];
    for part in 0..3 {
        zip.start_file(format!("bomb-{part}.bin"), SimpleFileOptions::default())
            .unwrap();
        for _ in 0..130 {
            zip.write_all(&zeros).unwrap();
        }
    }
    let bomb = zip.finish().unwrap().into_inner();
    assert!(read(&bomb).unwrap_err().contains("大得不正常"));

    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for part in 0..2100 {
        zip.start_file(format!("{part}"), SimpleFileOptions::default())
            .unwrap();
    }
    assert!(read(&zip.finish().unwrap().into_inner()).is_err());

    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("readme.txt", SimpleFileOptions::default())
        .unwrap();
    zip.write_all(b"no workbook").unwrap();
    assert!(
        read(&zip.finish().unwrap().into_inner())
            .unwrap_err()
            .contains("不是 XLSX")
    );
}

#[test]
fn a_workbook_with_a_password_says_so() {
    let mut locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    locked.resize(4096, 0);
    locked.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    locked.resize(9000, 0);
    assert!(read(&locked).unwrap_err().contains("密码"));
    let mut old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    old.resize(9000, 0);
    assert!(read(&old).unwrap_err().contains("XLS"));
}

#[test]
fn broken_files_are_refused_in_words() {
    let whole = workbook_of(|sheet| sheet.write_all(HEAD.as_bytes()).unwrap());
    for bytes in [
        &whole[..whole.len() / 2],
        b"PK\x03\x04".as_slice(),
        b"PK",
        b"\xff\xfea\0b\0",
        b"a\0b",
        b"\xff\xff\xff",
    ] {
        assert!(!read(bytes).unwrap_err().is_empty());
    }
    assert!(read(&vec![b'a'; MAX_BYTES + 1]).is_err());
}

#[test]
fn texts_come_in_two_encodings_and_with_too_many_rows_in_none() {
    let text = "小区,幢\r\n花园浜,3\r\n\r\n,\r\n";
    let (old, _, _) = encoding_rs::GB18030.encode(text);
    let marked = [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat();
    assert_eq!(read(&old).unwrap(), read(text.as_bytes()).unwrap());
    assert_eq!(read(&marked).unwrap().len(), 2);
    let later = format!("{text}花园浜,4\r\n");
    let numbers: Vec<u64> = read(later.as_bytes())
        .unwrap()
        .iter()
        .map(|row| row.number)
        .collect();
    assert_eq!(numbers, [1, 2, 5], "as an editor counts, past what is empty");
    let long = format!("小区,幢\n{}", "花园浜,3\n".repeat(MAX_ROWS + 1));
    assert!(read(long.as_bytes()).unwrap_err().contains("分成"));
    let wide = format!("小区,幢\n{}", "长".repeat(5000));
    assert!(read(wide.as_bytes()).unwrap()[1].cells[0].len() <= MAX_CELL);
}
