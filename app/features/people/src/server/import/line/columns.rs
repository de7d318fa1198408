//! The columns of the file, and where each of them stands.

use crate::server::import::table::Row;

/// The columns, by the names that they may bear; the first is the one that messages use.
pub(super) const COLUMNS: [(Column, &[&str]); 21] = [
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
pub(super) enum Column {
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
const HEADER: &str = "网格编码,小区,幢,单元,室,面积,姓名,性别,出生年份,手机号,身份证号,身份证同意,居住情况,与户代表关系,户代表,产权人,居民小组,经度,纬度,服务用房面积";

/// Where each column stands.
pub(super) struct Header([Option<usize>; COLUMNS.len()]);

impl Header {
    pub(super) fn read(row: &Row) -> Result<Self, String> {
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

    pub(super) fn cell<'a>(&self, row: &'a Row, column: Column) -> &'a str {
        self.index(column)
            .and_then(|at| row.cells.get(at))
            .map_or("", String::as_str)
    }
}

pub(super) fn name_of(column: Column) -> &'static str {
    COLUMNS
        .iter()
        .find(|(known, _)| *known == column)
        .map_or("", |(_, names)| names[0])
}
