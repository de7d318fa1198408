//! A line of the file, right in itself.

use accounts::model::{Phone, check_name};
use orgs::model::{Code, Fault, is_formula};
use shared::{
    Date,
    datum::{Datum, on_mainland, to_stored},
};

use super::table::Row;
use crate::model::{
    Address, Born, IdentityNumber, Relation, ResidenceKind, Sex, area, building_number, door_number,
    floor_of, unit_number,
};

/// Reading stops after so many faults: by then it is the wrong file.
const MAX_FAULTS: usize = 10_000;

/// The columns, by the names that they may bear; the first is the one that messages use.
const COLUMNS: [(Column, &[&str]); 21] = [
    (Column::Grid, &["网格编码", "网格代码", "grid"]),
    (Column::Address, &["地址", "住址", "address"]),
    (Column::Estate, &["小区", "小区名称", "自然村", "estate"]),
    (Column::Building, &["幢", "栋", "楼号", "building"]),
    (Column::Unit, &["单元", "unit"]),
    (Column::Door, &["室", "室号", "房号", "door"]),
    (Column::Area, &["面积", "建筑面积", "area"]),
    (Column::Lon, &["经度", "lon", "longitude"]),
    (Column::Lat, &["纬度", "lat", "latitude"]),
    (Column::Service, &["服务用房面积", "服务用房", "service_area"]),
    (Column::Group, &["居民小组", "村民小组", "小组", "group"]),
    (Column::Name, &["姓名", "name"]),
    (Column::Sex, &["性别", "sex"]),
    (Column::Born, &["出生年份", "出生日期", "出生", "born"]),
    (Column::Phone, &["手机号", "联系电话", "电话", "phone"]),
    (Column::Identity, &["身份证号", "身份证号码", "identity"]),
    (Column::Consent, &["身份证同意", "单独同意", "consent"]),
    (Column::Kind, &["居住情况", "居住类型", "kind"]),
    (Column::Relation, &["与户代表关系", "与户主关系", "relation"]),
    (Column::Representative, &["户代表", "representative"]),
    (Column::Owner, &["产权人", "业主", "owner"]),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Grid,
    Address,
    Estate,
    Building,
    Unit,
    Door,
    Area,
    Lon,
    Lat,
    Service,
    Group,
    Name,
    Sex,
    Born,
    Phone,
    Identity,
    Consent,
    Kind,
    Relation,
    Representative,
    Owner,
}

/// The header as the page shows it.
pub const HEADER: &str = "网格编码,小区,幢,单元,室,面积,姓名,性别,出生年份,手机号,身份证号,身份证同意,居住情况,与户代表关系,户代表,产权人,居民小组,经度,纬度,服务用房面积";

/// A place, and perhaps somebody in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub number: u64,
    /// The place as the file has it.
    pub said: String,
    pub grid: Option<Code>,
    pub estate: String,
    pub building: String,
    pub unit: String,
    pub door: String,
    pub floor: Option<i64>,
    pub area: Option<i64>,
    /// Where the building stands, as it is stored: in 1e-7 degrees.
    pub place: Option<(i64, i64)>,
    /// Of the estate.
    pub service_area: Option<i64>,
    /// The household's residents' group, by its name; empty where it was left out.
    pub group: String,
    pub person: Option<Who>,
}

/// The person of a line. What is `None` was left empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    pub name: String,
    pub sex: Option<Sex>,
    pub born: Option<Born>,
    pub phone: Option<Phone>,
    pub identity: Option<IdentityNumber>,
    pub kind: Option<ResidenceKind>,
    pub relation: Option<Relation>,
    pub representative: bool,
    pub owner: bool,
}

/// Where each column stands.
struct Header([Option<usize>; COLUMNS.len()]);

impl Header {
    fn read(row: &Row) -> Result<Self, String> {
        let find = |names: &[&str]| {
            row.cells.iter().position(|cell| {
                let cell = cell.trim().trim_start_matches('\u{feff}').to_lowercase();
                names.contains(&cell.as_str())
            })
        };
        let header = Self(COLUMNS.map(|(_, names)| find(names)));
        let has = |column| header.index(column).is_some();
        if !(has(Column::Address) || (has(Column::Estate) && has(Column::Building))) {
            return Err(format!(
                "表头里要有“地址”，或者“小区”和“幢”。完整的表头是：{HEADER}"
            ));
        }
        Ok(header)
    }

    fn index(&self, column: Column) -> Option<usize> {
        let at = COLUMNS.iter().position(|(known, _)| *known == column)?;
        self.0[at]
    }

    fn cell<'a>(&self, row: &'a Row, column: Column) -> &'a str {
        self.index(column)
            .and_then(|at| row.cells.get(at))
            .map_or("", String::as_str)
    }
}

fn name_of(column: Column) -> &'static str {
    COLUMNS
        .iter()
        .find(|(known, _)| *known == column)
        .map_or("", |(_, names)| names[0])
}

/// The lines that are right in themselves, and what is wrong with the others. `datum` is what the places of the file are measured
/// against, if it has any.
///
/// # Errors
/// A sentence about the file as a whole.
pub fn read(rows: &[Row], today: Date, datum: Option<Datum>) -> Result<(Vec<Line>, Vec<Fault>), String> {
    let (header, body) = rows.split_first().ok_or("文件是空的。")?;
    let header = Header::read(header)?;
    let (mut lines, mut faults) = (Vec::with_capacity(body.len()), Vec::new());
    let mut unmeasured = false;
    for row in body {
        let before = faults.len();
        let mut reading = Reading {
            row,
            header: &header,
            datum,
            unmeasured: &mut unmeasured,
            faults: &mut faults,
        };
        if let Some(line) = reading.line(today)
            && faults.len() == before
        {
            lines.push(line);
        }
        if faults.len() >= MAX_FAULTS {
            break;
        }
    }
    if unmeasured {
        faults.push(Fault {
            line: 0,
            field: "坐标系".to_owned(),
            reason: "文件里有经度和纬度，请选它们用的坐标系，再传一次".to_owned(),
        });
    }
    if lines.is_empty() && faults.is_empty() {
        return Err("文件里只有表头，没有内容。".into());
    }
    Ok((lines, faults))
}

struct Reading<'a> {
    row: &'a Row,
    header: &'a Header,
    datum: Option<Datum>,
    /// Set where there is a place, and nobody said what it is measured against.
    unmeasured: &'a mut bool,
    faults: &'a mut Vec<Fault>,
}

impl<'a> Reading<'a> {
    fn cell(&self, column: Column) -> &'a str {
        self.header.cell(self.row, column)
    }

    fn fault(&mut self, column: Column, reason: impl Into<String>) {
        self.faults.push(Fault {
            line: self.row.number,
            field: name_of(column).to_owned(),
            reason: reason.into(),
        });
    }

    /// A choice by its label; nothing if the cell is empty.
    fn choice<T>(&mut self, column: Column, told: impl Fn(&str) -> Option<T>, labels: &[&str]) -> Option<T> {
        let cell = self.cell(column);
        if cell.is_empty() {
            return None;
        }
        let found = told(cell);
        if found.is_none() {
            self.fault(
                column,
                format!("“{}”不认识，应为：{}", shown(cell), labels.join("、")),
            );
        }
        found
    }

    fn yes(&mut self, column: Column) -> bool {
        match self.cell(column) {
            "是" | "√" | "1" | "Y" | "y" | "true" => true,
            "" | "否" | "0" | "N" | "n" | "false" => false,
            other => {
                self.fault(column, format!("“{}”不认识，请填“是”或“否”", shown(other)));
                false
            }
        }
    }

    fn line(&mut self, today: Date) -> Option<Line> {
        for (column, _) in COLUMNS {
            let cell = self.cell(column);
            // A number with its country is no formula.
            if is_formula(cell)
                && !(column == Column::Phone && cell[1..].chars().all(|c| c.is_ascii_digit() || c == ' '))
            {
                self.fault(column, "单元格里是公式（以 =、+、-、@ 开头），请改成文字");
            } else if cell.chars().count() > 100 {
                self.fault(column, "太长了，不应超过 100 个字");
            } else if cell.chars().any(char::is_control) {
                self.fault(column, "里面有换行或看不见的字符，请去掉");
            }
        }
        let grid = self.grid();
        let place = self.place();
        let floor_area = self.area(Column::Area);
        let service_area = self.area(Column::Service);
        let on_map = self.on_map();
        let person = if self.cell(Column::Name).is_empty() {
            self.nobody()
        } else {
            self.who(today)
        };
        let (estate, building, unit, door) = place?;
        let said = [
            Column::Address,
            Column::Estate,
            Column::Building,
            Column::Unit,
            Column::Door,
        ];
        Some(Line {
            number: self.row.number,
            said: said.map(|column| self.cell(column)).join(" "),
            grid,
            estate,
            floor: floor_of(&door),
            building,
            unit,
            door,
            area: floor_area,
            place: on_map,
            service_area,
            group: self.cell(Column::Group).to_owned(),
            person,
        })
    }

    fn area(&mut self, column: Column) -> Option<i64> {
        area(self.cell(column)).unwrap_or_else(|reason| {
            self.fault(column, reason.trim_end_matches('。'));
            None
        })
    }

    /// Where the building stands, in the datum that is stored.
    fn on_map(&mut self) -> Option<(i64, i64)> {
        let (lon, lat) = (self.cell(Column::Lon), self.cell(Column::Lat));
        match (lon.is_empty(), lat.is_empty()) {
            (true, true) => return None,
            (false, true) => {
                self.fault(Column::Lat, "有经度，却没有纬度");
                return None;
            }
            (true, false) => {
                self.fault(Column::Lon, "有纬度，却没有经度");
                return None;
            }
            (false, false) => {}
        }
        let number = |cell: &str| cell.parse::<f64>().ok().filter(|n| n.abs() <= 180.0);
        let (Some(x), Some(y)) = (number(lon), number(lat)) else {
            let reason = format!(
                "“{}”和“{}”不是经度和纬度的度数，如 120.7402 和 31.6411",
                shown(lon),
                shown(lat)
            );
            self.fault(Column::Lon, reason);
            return None;
        };
        if (73.0..=136.0).contains(&y) && (3.0..=54.0).contains(&x) {
            self.fault(Column::Lon, "经度和纬度写反了");
            return None;
        }
        let Some(datum) = self.datum else {
            *self.unmeasured = true;
            return None;
        };
        let (x, y) = to_stored(datum, x, y);
        #[expect(clippy::cast_possible_truncation, reason = "within 180 degrees")]
        let place = ((x * 1e7).round() as i64, (y * 1e7).round() as i64);
        if !on_mainland(place.0, place.1) {
            self.fault(
                Column::Lon,
                "这个位置不在境内（经度 73 到 136，纬度 3 到 54），请核对",
            );
            return None;
        }
        Some(place)
    }

    fn grid(&mut self) -> Option<Code> {
        let cell = self.cell(Column::Grid);
        if cell.is_empty() {
            return None;
        }
        let code = cell.parse::<Code>().ok().filter(|code| code.as_str().len() >= 15);
        if code.is_none() {
            self.fault(
                Column::Grid,
                format!("网格编码应为 15 位（微网格 17 位）数字，这里是“{}”", shown(cell)),
            );
        }
        code
    }

    /// From columns of their own, or from an address as people write it; what a column says goes before.
    fn place(&mut self) -> Option<(String, String, String, String)> {
        let address = Address::read(self.cell(Column::Address));
        let estate = match self.cell(Column::Estate) {
            "" => address.estate.clone(),
            cell => cell.to_owned(),
        };
        let (where_estate, where_building) = if self.cell(Column::Address).is_empty() {
            (Column::Estate, Column::Building)
        } else {
            (Column::Address, Column::Address)
        };
        if estate.is_empty() {
            self.fault(where_estate, "没有写小区（或村、路名）");
        } else if let Some(reason) = orgs::model::name_fault(&estate) {
            self.fault(where_estate, reason.trim_end_matches('。'));
        } else if estate.chars().count() > 40 {
            self.fault(where_estate, "小区名不应超过 40 个字");
        }
        let building = match self.cell(Column::Building) {
            "" => address.building.clone(),
            cell => building_number(cell),
        };
        if building.is_none() {
            let cell = self.cell(Column::Building);
            let reason = if cell.is_empty() {
                "没有写第几幢（独门独院的写门牌号）".to_owned()
            } else {
                format!("“{}”看不出是第几幢", shown(cell))
            };
            self.fault(where_building, reason);
        }
        let unit = match self.cell(Column::Unit) {
            "" => Some(address.unit.clone().unwrap_or_default()),
            cell => unit_number(cell),
        };
        if unit.is_none() {
            self.fault(
                Column::Unit,
                format!("“{}”看不出是几单元", shown(self.cell(Column::Unit))),
            );
        }
        let door = match self.cell(Column::Door) {
            "" => Some(address.door.clone().unwrap_or_default()),
            cell => door_number(cell),
        };
        if door.is_none() {
            self.fault(
                Column::Door,
                format!("“{}”看不出是几室", shown(self.cell(Column::Door))),
            );
        }
        Some((estate, building?, unit?, door?))
    }

    /// A line about a room only must not hold half a person.
    fn nobody(&mut self) -> Option<Who> {
        let personal = [
            Column::Sex,
            Column::Born,
            Column::Phone,
            Column::Identity,
            Column::Relation,
        ];
        if let Some(column) = personal.into_iter().find(|column| !self.cell(*column).is_empty()) {
            self.fault(Column::Name, format!("有{}，却没有姓名", name_of(column)));
        }
        None
    }

    fn who(&mut self, today: Date) -> Option<Who> {
        let name = check_name("", self.cell(Column::Name));
        if let Err(error) = &name {
            self.fault(Column::Name, error.message().trim_end_matches('。'));
        }
        let sex = self.choice(Column::Sex, Sex::told, &["男", "女"]);
        let labels: Vec<&str> = ResidenceKind::ALL.iter().map(|kind| kind.label()).collect();
        let kind = self.choice(Column::Kind, ResidenceKind::told, &labels);
        let labels: Vec<&str> = Relation::ALL.iter().map(|relation| relation.label()).collect();
        let relation = self.choice(Column::Relation, Relation::told, &labels);
        let identity = self.identity(today);
        let born = match self.cell(Column::Born) {
            "" => identity
                .as_ref()
                .and_then(IdentityNumber::birthday)
                .map(Born::Day),
            cell => match Born::read(cell, today) {
                Ok(born) => Some(born),
                Err(reason) => {
                    self.fault(Column::Born, reason.trim_end_matches('。'));
                    None
                }
            },
        };
        if let (Some(born), Some(day)) = (born, identity.as_ref().and_then(IdentityNumber::birthday))
            && born.year() != day.year()
        {
            self.fault(Column::Born, "与身份证号里的出生日期不一致");
        }
        let phone = match self.cell(Column::Phone) {
            "" => None,
            cell => match Phone::parse("", cell) {
                Ok(phone) => Some(phone),
                Err(error) => {
                    self.fault(Column::Phone, error.message().trim_end_matches('。'));
                    None
                }
            },
        };
        let representative = self.yes(Column::Representative);
        let owner = self.yes(Column::Owner);
        let adult = born.and_then(Born::adult_from).is_some_and(|from| from <= today);
        if representative && born.is_some() && !adult {
            self.fault(Column::Representative, "户代表要年满 18 周岁");
        }
        Some(Who {
            sex: sex.or(identity.as_ref().map(IdentityNumber::sex)),
            name: name.unwrap_or_default(),
            born,
            phone,
            identity,
            kind,
            relation,
            representative,
            owner,
        })
    }

    fn identity(&mut self, today: Date) -> Option<IdentityNumber> {
        let cell = self.cell(Column::Identity);
        if cell.is_empty() {
            return None;
        }
        if cell.contains(['e', 'E']) && cell.contains('.') {
            self.fault(
                Column::Identity,
                "这一格在表格里是数字，末几位已经丢了。请把这一列设成文本，重新填写",
            );
            return None;
        }
        let number = match IdentityNumber::read(cell, today) {
            Ok(number) => number,
            Err(reason) => {
                self.fault(Column::Identity, reason.trim_end_matches('。'));
                return None;
            }
        };
        if !self.yes(Column::Consent) {
            self.fault(
                Column::Consent,
                "身份证号要本人（未满 14 周岁的由监护人）单独同意才能登记，同意的请填“是”",
            );
        }
        Some(number)
    }
}

/// The beginning of a cell, for a message.
fn shown(cell: &str) -> String {
    cell.chars().take(20).collect()
}

#[cfg(test)]
mod tests {
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
}
