//! A city's people, made up, as the files that an office would send: 常熟's grids, in each of them one estate of a few buildings,
//! in each flat three persons.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::house;

/// Rows of one file.
pub const ROWS: usize = 100_000;
/// In each household.
const PERSONS: usize = 3;
const UNITS: usize = 2;
const FLOORS: usize = 7;
const DOORS: usize = 2;

const HEADER: &str = "网格编码,地址,面积,姓名,性别,出生年份,手机号,居住情况,与户代表关系,户代表,产权人\n";
const ESTATES: [&str; 30] = [
    "东桥", "西桥", "南湖", "北塘", "水北", "水南", "山前", "山后", "河东", "河西", "长亭", "梅园", "竹苑",
    "兰亭", "菊坊", "松风", "柏林", "桃园", "李园", "杏林", "枫桥", "柳岸", "荷塘", "莲池", "星湖", "月湾",
    "云栖", "霞浦", "春晖", "秋水",
];
const FAMILIES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪石顾钱";
const GIVEN: &str =
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红玲芬芝云莲真环雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉";

/// The codes of the grids of the demonstration.
///
/// # Errors
/// The file of borders is not there.
fn grids() -> Result<Vec<String>> {
    let file = house::root().join("app/features/grid/demo/changshu-demo-grids.geojson");
    let borders: serde_json::Value = serde_json::from_slice(&fs::read(&file)?)?;
    let features = borders["features"].as_array().context("没有找到网格边界")?;
    let codes = features
        .iter()
        .map(|feature| &feature["properties"])
        .filter(|properties| properties["level"] == "grid")
        .filter_map(|properties| properties["code"].as_str().map(ToOwned::to_owned))
        .collect::<Vec<_>>();
    Ok(codes)
}

/// Writes files of [`ROWS`] rows each until so many persons are in them; gives the files in order.
///
/// # Errors
/// A file cannot be written.
pub fn write(folder: &Path, persons: usize, rows: usize) -> Result<Vec<PathBuf>> {
    let grids = grids()?;
    let households = persons.div_ceil(PERSONS);
    let a_grid = households.div_ceil(grids.len());
    let (mut files, mut text, mut held, mut n) = (Vec::new(), HEADER.to_owned(), 0, 0);
    for household in 0..households {
        let grid = &grids[household / a_grid];
        // A household is never cut in two.
        for member in 0..PERSONS {
            person(&mut text, grid, household % a_grid, member, n)?;
            n += 1;
        }
        held += PERSONS;
        if held + PERSONS > rows || household + 1 == households {
            let file = folder.join(format!("people-{:02}.csv", files.len() + 1));
            fs::write(&file, &text)?;
            files.push(file);
            text.truncate(HEADER.len());
            held = 0;
        }
    }
    Ok(files)
}

/// A person of the household at this place in the grid.
fn person(text: &mut String, grid: &str, place: usize, member: usize, n: usize) -> Result<()> {
    let pick = |list: &str, at: usize| {
        let many = list.chars().count();
        list.chars().nth(at % many).unwrap_or('王')
    };
    let (door, rest) = (place % DOORS + 1, place / DOORS);
    let (floor, rest) = (rest % FLOORS + 1, rest / FLOORS);
    let (unit, building) = (rest % UNITS + 1, rest / UNITS + 1);
    // The last figures of a grid's code tell it from its neighbours in the community.
    let number: usize = grid
        .get(grid.len().saturating_sub(3)..)
        .unwrap_or_default()
        .parse()?;
    let estate = ESTATES[number % ESTATES.len()];
    let more = if number >= ESTATES.len() { "新" } else { "" };
    // Multipliers without a common factor with the lists' lengths spread the names over all of them.
    let family = pick(FAMILIES, (n / PERSONS) * 7);
    let given = [pick(GIVEN, n * 11), pick(GIVEN, n / 5 + member * 17)];
    let born = if member == 2 { 1996 + n % 30 } else { 1936 + n % 60 };
    let phone = if born < 2010 {
        format!("154{n:08}")
    } else {
        String::new()
    };
    let relation = ["本人", "配偶", "子女"][member];
    let first = if member == 0 { "是" } else { "" };
    let sex = if n.is_multiple_of(2) { "男" } else { "女" };
    let kind = ["户籍常住", "常住", "户籍常住", "暂住"][(n / PERSONS) % 4];
    writeln!(
        text,
        "{grid},{estate}{more}里{building}幢{unit}单元{floor}{door:02},{},{family}{}{},{sex},{born},{phone},{kind},{relation},{first},{first}",
        80 + n / PERSONS % 60,
        given[0],
        given[1],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_city_is_written_in_files_of_whole_households() {
        let folder = tempfile::tempdir().unwrap();
        let files = write(folder.path(), 3_000, 1_000).unwrap();
        let texts: Vec<String> = files
            .iter()
            .map(|file| fs::read_to_string(file).unwrap())
            .collect();
        let rows: usize = texts.iter().map(|text| text.lines().count() - 1).sum();
        assert_eq!(rows, 3_000);
        assert!(texts.iter().all(|text| text.starts_with(HEADER)));
        assert!(texts.iter().all(|text| (text.lines().count() - 1) % PERSONS == 0));
    }
}
