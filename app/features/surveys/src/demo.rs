//! The pillar's part of the demonstration: a running 意见征集, one that is done, and a 问卷 with its figures, in the first community of
//! 虞山街道. Nobody stands behind them: neither tasks nor notices come of it.

use db::{Cx, Tx, access, execute, on};
use orgs::{model::Code, server::store as units};
use shared::{AppError, NodeId, UserId};

use crate::model::{Ask, Kind, Per, ProposalId, Question, State, SurveyId, Verdict};

const COMMUNITY: &str = "320581001001";

const SURVEY: &str = "insert into survey (id, code, kind, node_id, title, words, per, questions, state, from_on, to_on, outcome, \
    opened_by, answered, created_at, updated_at, ended_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, null, $13, $14, \
    $14, $15)";
const PROPOSAL: &str = "insert into survey_proposal (id, survey_id, number, published, verdict, reasons, created_at) \
    values ($1, $2, $3, $4, $5, $6, $7)";
const SUPPORT: &str = "insert into survey_support (proposal_id, user_id) values ($1, $2)";
const COUNT: &str = "insert into survey_count (survey_id, question, choice, many) values ($1, $2, $3, $4)";

struct Tale {
    kind: Kind,
    title: &'static str,
    words: &'static str,
    questions: Vec<Question>,
    state: State,
    /// Days from today.
    from: i64,
    to: i64,
    outcome: Option<&'static str>,
    answered: i64,
}

/// What was proposed, by how many supported, and its answer.
type Proposed = (&'static str, usize, Option<(Verdict, &'static str)>);

const RUNNING: [Proposed; 3] = [
    ("演示·东门口的路灯太暗，希望换亮一点的。", 9, None),
    ("演示·快递柜旁边想加一个遮雨棚。", 6, None),
    (
        "演示·把健身器材移到树荫下面。",
        3,
        Some((
            Verdict::Declined,
            "树荫下面是消防通道，不能放器材。会在器材旁边加装遮阳棚。",
        )),
    ),
];
const ENDED: [Proposed; 2] = [
    (
        "演示·周末晚上也开放活动室。",
        12,
        Some((Verdict::Adopted, "从下个月起，周六、周日开放到晚上八点。")),
    ),
    (
        "演示·活动室里放一台钢琴。",
        5,
        Some((
            Verdict::Declined,
            "放琴的地方不够，楼上也住着人。音乐可以去街道文化站。",
        )),
    ),
];

/// Loads it, unless there are surveys already. Needs the organisation. Returns how many came.
///
/// # Errors
/// What the database answers.
pub async fn load(cx: &Cx) -> Result<usize, AppError> {
    let mut tx = cx.write().await?;
    let any: i64 = on!(tx, |c| sqlx::query_scalar("select count(*) from survey")
        .fetch_one(c)
        .await)?;
    let code: Code = COMMUNITY.parse().map_err(|_| AppError::NotFound)?;
    let (Some(node), 0) = (units::by_code(&mut tx, &code).await?, any) else {
        return Ok(0);
    };
    let ended = Tale {
        kind: Kind::Proposals,
        title: "演示·社区活动室怎么用",
        words: "活动室装修好了，想听听大家打算怎么用。意见会逐条答复。",
        questions: Vec::new(),
        state: State::Done,
        from: -60,
        to: -40,
        outcome: Some("收到 2 条意见，采纳 1 条。活动室周末开放到晚上八点。"),
        answered: 0,
    };
    let id = survey(&mut tx, node.id, &ended).await?;
    propose(&mut tx, id, &ENDED).await?;
    let asked = Tale {
        kind: Kind::Questions,
        title: "演示·电动车充电桩放在哪里",
        words: "打算加装 20 个充电桩，想知道大家的需要。结果用来定位置，不记是谁答的。",
        questions: vec![
            question("放在哪里好", Ask::One, &["东门", "西门", "3 幢后面"]),
            question("什么时候充电", Ask::Several, &["白天", "晚上", "周末"]),
            question("家里有几辆电动车", Ask::Number, &[]),
        ],
        state: State::Done,
        from: -30,
        to: -16,
        outcome: Some("选东门的人最多，充电桩先装在东门，西门明年再装。"),
        answered: 86,
    };
    let id = survey(&mut tx, node.id, &asked).await?;
    for (at, choice, many) in [
        (0_i64, 0_i64, 48_i64),
        (0, 1, 33),
        (0, 2, 5),
        (1, 0, 20),
        (1, 1, 70),
        (1, 2, 34),
        (2, 0, 80),
        (2, 1, 97),
    ] {
        execute!(tx, COUNT, id, at, choice, many)?;
    }
    let running = Tale {
        kind: Kind::Proposals,
        title: "演示·小区环境怎么改",
        words: "明年的老旧小区改造，先听大家说。每一条都会答复采纳或者不采纳，并写明理由。",
        questions: Vec::new(),
        state: State::Running,
        from: -5,
        to: 25,
        outcome: None,
        answered: 0,
    };
    let id = survey(&mut tx, node.id, &running).await?;
    propose(&mut tx, id, &RUNNING).await?;
    tx.commit().await?;
    Ok(3)
}

fn question(title: &str, ask: Ask, choices: &[&str]) -> Question {
    Question {
        title: title.into(),
        ask,
        choices: choices.iter().map(|one| (*one).to_owned()).collect(),
        needed: false,
    }
}

async fn survey(tx: &mut Tx, node: NodeId, tale: &Tale) -> Result<SurveyId, AppError> {
    let id: SurveyId = tx.id();
    let code = access::random_trace();
    let questions = serde_json::to_string(&tale.questions).map_err(|error| db::internal(&error))?;
    let today = tx.now().date();
    let (from, to) = (today.plus_days(tale.from), today.plus_days(tale.to));
    let (begun, over) = (from.start(), to.plus_days(2).start());
    let ended = (tale.state != State::Running).then_some(over);
    execute!(
        tx,
        SURVEY,
        id,
        code.as_str(),
        tale.kind,
        node,
        tale.title,
        tale.words,
        Per::Person,
        questions.as_str(),
        tale.state,
        from,
        to,
        tale.outcome,
        tale.answered,
        begun,
        ended
    )?;
    Ok(id)
}

async fn propose(tx: &mut Tx, survey: SurveyId, all: &[Proposed]) -> Result<(), AppError> {
    let now = tx.now();
    for (number, (words, supports, answer)) in (1_i64..).zip(all) {
        let id: ProposalId = tx.id();
        let verdict = answer.map(|(verdict, _)| verdict);
        let reasons = answer.map(|(_, reasons)| reasons);
        execute!(tx, PROPOSAL, id, survey, number, *words, verdict, reasons, now)?;
        for _ in 0..*supports {
            let user: UserId = tx.id();
            execute!(tx, SUPPORT, id, user)?;
        }
    }
    Ok(())
}
