//! The pillar's part of the demonstration: the divisions of Jiangsu, and invented bodies and people beside a few of them.

use db::Cx;
use shared::{AppError, Date};

use crate::{
    model::{BodyForm, BodyId, BodyKind, Code, PostForm, TermForm, TermId},
    server::{bodies, import, store},
};

/// The divisions file of the demonstration, as of [`as_of`].
pub const DIVISIONS: &[u8] = include_bytes!("../demo/jiangsu-divisions.csv");

/// The day whose divisions the file holds.
pub fn as_of() -> Date {
    Date::new(2023, 6, 30).expect("a day of the calendar")
}

/// Loads it, unless it is there already. Returns how much the import changed.
///
/// # Errors
/// What the import or the services answer.
pub async fn load(cx: &Cx) -> Result<import::Counts, AppError> {
    let provinces = {
        let mut tx = cx.read().await?;
        store::children(&mut tx, None, crate::model::Order::Code, None, 1).await?
    };
    if !provinces.rows.is_empty() {
        return Ok(import::Counts::default());
    }
    let plan = import::plan_on(cx, DIVISIONS, as_of()).await?;
    let counts = import::apply(cx, plan).await?;
    for place in PLACES {
        furnish(cx, place).await?;
    }
    Ok(counts)
}

struct Place {
    code: &'static str,
    bodies: &'static [Invented],
}

struct Invented {
    kind: BodyKind,
    name: &'static str,
    /// The number of the present term, if it has terms.
    term: Option<i64>,
    /// Titles and names.
    posts: &'static [(&'static str, &'static str)],
}

const fn body(
    kind: BodyKind,
    name: &'static str,
    term: Option<i64>,
    posts: &'static [(&'static str, &'static str)],
) -> Invented {
    Invented {
        kind,
        name,
        term,
        posts,
    }
}

const PLACES: &[Place] = &[
    Place {
        code: "320581",
        bodies: &[
            body(
                BodyKind::PartyCommittee,
                "中共常熟市委员会（演示）",
                Some(14),
                &[("书记", "演示·周明远"), ("副书记", "演示·陆清和")],
            ),
            body(
                BodyKind::Government,
                "常熟市人民政府（演示）",
                None,
                &[("市长", "演示·陆清和")],
            ),
        ],
    },
    Place {
        code: "320581001",
        bodies: &[
            body(
                BodyKind::PartyCommittee,
                "中共虞山街道工作委员会（演示）",
                None,
                &[("书记", "演示·顾思源"), ("副书记", "演示·钱望舒")],
            ),
            body(
                BodyKind::Government,
                "虞山街道办事处（演示）",
                None,
                &[("主任", "演示·钱望舒"), ("网格化服务管理中心主任", "演示·孙亦安")],
            ),
        ],
    },
    Place {
        code: "320581001001",
        bodies: &[
            body(
                BodyKind::GeneralBranch,
                "花园浜社区党总支（演示）",
                Some(5),
                &[("书记", "演示·沈知行"), ("副书记", "演示·许念真")],
            ),
            body(
                BodyKind::PartyBranch,
                "花园浜社区第一党支部（演示）",
                Some(3),
                &[("书记", "演示·吴朝晖")],
            ),
            body(
                BodyKind::PartyGroup,
                "花园浜社区第一党小组（演示）",
                None,
                &[("组长", "演示·俞静好")],
            ),
            body(
                BodyKind::ResidentsCommittee,
                "花园浜社区居民委员会（演示）",
                Some(12),
                &[
                    ("主任", "演示·沈知行"),
                    ("副主任", "演示·马小筠"),
                    ("委员", "演示·邵一凡"),
                ],
            ),
            body(
                BodyKind::SupervisionCommittee,
                "花园浜社区居务监督委员会（演示）",
                Some(4),
                &[("主任", "演示·龚守正")],
            ),
            body(
                BodyKind::ResidentsGroup,
                "第一居民小组（演示）",
                None,
                &[("组长", "演示·季春生")],
            ),
            body(
                BodyKind::OwnersCommittee,
                "花园新村业主委员会（演示）",
                Some(2),
                &[("主任", "演示·郭怀谷")],
            ),
            body(
                BodyKind::Property,
                "和顺物业服务有限公司（演示）",
                None,
                &[("项目经理", "演示·蒋自立")],
            ),
            body(
                BodyKind::SocialOrg,
                "花园浜邻里互助社（演示）",
                None,
                &[("负责人", "演示·叶向阳")],
            ),
        ],
    },
    Place {
        code: "320581001002",
        bodies: &[
            body(
                BodyKind::PartyBranch,
                "四丈湾社区党支部（演示）",
                Some(6),
                &[("书记", "演示·杜若溪")],
            ),
            body(
                BodyKind::ResidentsCommittee,
                "四丈湾社区居民委员会（演示）",
                Some(12),
                &[("主任", "演示·杜若溪"), ("副主任", "演示·宗以宁")],
            ),
            body(
                BodyKind::SupervisionCommittee,
                "四丈湾社区居务监督委员会（演示）",
                Some(4),
                &[("主任", "演示·施广义")],
            ),
        ],
    },
    Place {
        code: "320581001200",
        bodies: &[
            body(
                BodyKind::GeneralBranch,
                "宝岩村党总支（演示）",
                Some(7),
                &[("书记", "演示·言立春")],
            ),
            body(
                BodyKind::ResidentsCommittee,
                "宝岩村村民委员会（演示）",
                Some(13),
                &[("主任", "演示·言立春"), ("副主任", "演示·归雨田")],
            ),
            body(
                BodyKind::SupervisionCommittee,
                "宝岩村村务监督委员会（演示）",
                Some(5),
                &[("主任", "演示·翁秋实")],
            ),
            body(
                BodyKind::Unit,
                "宝岩生态观光园（演示）",
                None,
                &[("联络人", "演示·曾怀瑾")],
            ),
        ],
    },
];

async fn furnish(cx: &Cx, place: &Place) -> Result<(), AppError> {
    let code: Code = place.code.parse().map_err(|_| AppError::NotFound)?;
    for invented in place.bodies {
        let form = BodyForm {
            kind: invented.kind,
            name: invented.name.to_owned(),
            phone: None,
            address: None,
            valid_from: as_of(),
            valid_to: None,
        };
        let id = bodies::save_body(cx, &code, None, &form).await?;
        let term = match invented.term {
            Some(number) => {
                let form = TermForm {
                    number,
                    valid_from: as_of(),
                    valid_to: None,
                };
                Some(bodies::save_term(cx, id, None, &form).await?)
            }
            None => None,
        };
        for (position, (title, person)) in (1..).zip(invented.posts) {
            bodies::save_post(cx, &code, None, &holder(id, term, title, person, position)).await?;
        }
    }
    Ok(())
}

fn holder(body: BodyId, term: Option<TermId>, title: &str, person: &str, position: i64) -> PostForm {
    PostForm {
        title: title.to_owned(),
        person_name: person.to_owned(),
        body_id: Some(body),
        term_id: term,
        position,
        valid_from: as_of(),
        valid_to: None,
    }
}
