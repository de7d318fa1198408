//! Comparing a file with the database: what is new, renamed, moved and gone, and what does not fit together.

use std::collections::{BTreeSet, HashMap, HashSet};

use db::{Cx, DbError, Tx, on};
use shared::{Date, NodeId};

use super::file::Line;
use crate::model::{Code, Counts, Difference, Differences, Fault, NodeKind};

/// A division as the database has it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Current {
    pub id: NodeId,
    pub code: Code,
    pub name: String,
    pub path: String,
    pub parent_id: Option<NodeId>,
    pub version: i64,
    /// When its present state began.
    pub valid_from: Date,
}

/// What is to be done, by index into the file's lines and by the codes in force.
#[derive(Clone, Debug, Default)]
pub struct Steps {
    /// Lines whose code nobody bears, from the top down.
    pub new: Vec<usize>,
    pub renamed: Vec<usize>,
    /// From the top down; a line may be among the renamed too.
    pub moved: Vec<usize>,
    /// From the top down.
    pub gone: Vec<Code>,
}

/// File and database side by side.
#[derive(Debug)]
pub struct Comparison {
    pub current: HashMap<Code, Current>,
    pub steps: Steps,
    /// Where each node of the file will stand.
    pub paths: HashMap<Code, String>,
    pub differences: Differences,
    pub counts: Counts,
    pub faults: Vec<Fault>,
}

const CURRENT: &str = "select n.id, n.code, n.name, n.path, n.parent_id, n.version, v.valid_from from node n \
    join node_version v on v.node_id = n.id and v.number = n.version \
    where n.valid_to is null and n.kind not in ('grid', 'micro_grid')";

/// The divisions in force.
pub async fn load(tx: &mut Tx) -> Result<HashMap<Code, Current>, DbError> {
    let rows = on!(tx, |c| sqlx::query_as::<_, Current>(CURRENT).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|row| (row.code.clone(), row)).collect())
}

/// Compares `lines` with `current`, as changes that take effect on `effective` in the scope of `cx`.
pub fn compare(cx: &Cx, lines: &[Line], current: HashMap<Code, Current>, effective: Date) -> Comparison {
    let mut work = Work::new(lines, &current);
    work.find_gone();
    work.check_parents();
    work.sort_lines();
    work.check_dates_and_scope(cx, effective);
    let (differences, counts) = work.tell();
    let Work {
        steps,
        paths,
        mut faults,
        ..
    } = work;
    faults.sort_by_key(|fault| fault.line);
    Comparison {
        steps,
        paths,
        differences,
        counts,
        faults,
        current,
    }
}

struct Work<'a> {
    lines: &'a [Line],
    by_code: HashMap<&'a Code, usize>,
    current: &'a HashMap<Code, Current>,
    code_of: HashMap<NodeId, &'a Code>,
    gone: BTreeSet<(NodeKind, &'a Code)>,
    paths: HashMap<Code, String>,
    steps: Steps,
    faults: Vec<Fault>,
}

impl<'a> Work<'a> {
    fn new(lines: &'a [Line], current: &'a HashMap<Code, Current>) -> Self {
        Self {
            lines,
            by_code: lines
                .iter()
                .enumerate()
                .map(|(i, line)| (&line.code, i))
                .collect(),
            current,
            code_of: current.values().map(|node| (node.id, &node.code)).collect(),
            gone: BTreeSet::new(),
            paths: HashMap::new(),
            steps: Steps::default(),
            faults: Vec::new(),
        }
    }

    fn fault(&mut self, line: u64, field: &str, reason: String) {
        self.faults.push(Fault {
            line,
            field: field.to_owned(),
            reason,
        });
    }

    /// A node is gone if it stands below one of the file's roots, is of a kind that the file lists, and is not in the file.
    /// So a file of one town says nothing about the others, and one without communities nothing about communities.
    fn find_gone(&mut self) {
        let kinds: HashSet<NodeKind> = self.lines.iter().map(|line| line.code.kind()).collect();
        let roots: HashSet<&str> = self
            .lines
            .iter()
            .filter(|line| {
                line.parent
                    .as_ref()
                    .is_none_or(|parent| !self.by_code.contains_key(parent))
            })
            .filter_map(|line| self.current.get(&line.code))
            .map(|node| node.path.as_str())
            .collect();
        for node in self.current.values() {
            let below = || super::super::store::paths_above(&node.path).any(|path| roots.contains(path));
            if kinds.contains(&node.code.kind()) && !self.by_code.contains_key(&node.code) && below() {
                self.gone.insert((node.code.kind(), &node.code));
            }
        }
    }

    fn is_gone(&self, code: &Code) -> bool {
        self.gone.contains(&(code.kind(), code))
    }

    fn check_parents(&mut self) {
        let top = self.lines.iter().map(|line| line.code.kind()).min();
        for line in self.lines {
            match &line.parent {
                None if Some(line.code.kind()) != top => {
                    self.fault(
                        line.number,
                        "parent_code",
                        "缺少上级编码；只有最高一级可以不填".into(),
                    );
                }
                Some(parent) if !self.by_code.contains_key(parent) => {
                    if !self.current.contains_key(parent) {
                        self.fault(
                            line.number,
                            "parent_code",
                            format!("上级 {parent} 不在文件里，也不在现有区划里"),
                        );
                    } else if self.is_gone(parent) {
                        self.fault(
                            line.number,
                            "parent_code",
                            format!("上级 {parent} 在文件里没有，会被撤销"),
                        );
                    }
                }
                _ => {}
            }
        }
    }

    /// The code of a node's parent once the file is applied.
    fn parent_of(&self, code: &Code) -> Option<&'a Code> {
        if let Some(i) = self.by_code.get(code) {
            return self.lines[*i].parent.as_ref();
        }
        let parent = self.current.get(code)?.parent_id?;
        self.code_of.get(&parent).copied()
    }

    /// A node's path once the file is applied. Parents are of a higher kind, so this ends.
    fn path_of(&mut self, code: &Code) -> String {
        if let Some(path) = self.paths.get(code) {
            return path.clone();
        }
        let above = match self.parent_of(code) {
            Some(parent) => self.path_of(parent),
            None => String::new(),
        };
        let path = format!("{above}{code}/");
        self.paths.insert(code.clone(), path.clone());
        path
    }

    fn sort_lines(&mut self) {
        let mut order: Vec<usize> = (0..self.lines.len()).collect();
        order.sort_by(|a, b| {
            let (a, b) = (&self.lines[*a].code, &self.lines[*b].code);
            (a.kind(), a).cmp(&(b.kind(), b))
        });
        for i in order {
            let line = &self.lines[i];
            self.path_of(&line.code);
            let Some(node) = self.current.get(&line.code) else {
                self.steps.new.push(i);
                continue;
            };
            if node.name != line.name {
                self.steps.renamed.push(i);
            }
            let parent_now = node.parent_id.and_then(|id| self.code_of.get(&id).copied());
            if parent_now != line.parent.as_ref() {
                self.steps.moved.push(i);
            }
        }
        self.steps.gone = self.gone.iter().map(|(_, code)| (*code).clone()).collect();
    }

    fn check_dates_and_scope(&mut self, cx: &Cx, effective: Date) {
        let mut found = Vec::new();
        let changed = self
            .steps
            .renamed
            .iter()
            .chain(&self.steps.moved)
            .map(|i| (self.lines[*i].number, &self.lines[*i].code));
        let gone = self.steps.gone.iter().map(|code| (0, code));
        for (line, code) in changed.chain(gone) {
            let Some(node) = self.current.get(code) else {
                continue;
            };
            if effective < node.valid_from {
                found.push((
                    line,
                    "",
                    format!(
                        "{}（{code}）现在的状态从 {} 起有效，不能在那之前改它",
                        node.name, node.valid_from
                    ),
                ));
            }
            if !cx.scope.covers(&node.path) {
                found.push((line, "code", format!("{}（{code}）不在您负责的范围内", node.name)));
            }
        }
        for i in self.steps.new.iter().chain(&self.steps.moved) {
            let line = &self.lines[*i];
            if self
                .paths
                .get(&line.code)
                .is_some_and(|path| !cx.scope.covers(path))
            {
                found.push((
                    line.number,
                    "code",
                    format!("{}（{}）不在您负责的范围内", line.name, line.code),
                ));
            }
        }
        for (line, field, reason) in found {
            self.fault(line, field, reason);
        }
    }

    fn tell(&self) -> (Differences, Counts) {
        let place =
            |parent: Option<&Code>| parent.map_or_else(|| "（无上级）".to_owned(), |code| self.name_of(code));
        let line = |i: &usize| &self.lines[*i];
        let difference = |code: &Code, before: String, after: String| Difference {
            code: code.clone(),
            kind: code.kind(),
            before,
            after,
        };
        let name_now = |code: &Code| {
            self.current
                .get(code)
                .map(|node| node.name.clone())
                .unwrap_or_default()
        };
        let differences = Differences {
            new: self
                .steps
                .new
                .iter()
                .map(line)
                .map(|l| difference(&l.code, String::new(), l.name.clone()))
                .collect(),
            renamed: self
                .steps
                .renamed
                .iter()
                .map(line)
                .map(|l| difference(&l.code, name_now(&l.code), l.name.clone()))
                .collect(),
            moved: self
                .steps
                .moved
                .iter()
                .map(line)
                .map(|l| {
                    let now = self.current.get(&l.code).and_then(|node| node.parent_id);
                    let before = now.and_then(|id| self.code_of.get(&id).copied());
                    let told = |parent: Option<&Code>| format!("{} · {}", l.name, place(parent));
                    difference(&l.code, told(before), told(l.parent.as_ref()))
                })
                .collect(),
            gone: self
                .steps
                .gone
                .iter()
                .map(|code| difference(code, name_now(code), String::new()))
                .collect(),
        };
        let touched: HashSet<usize> = self
            .steps
            .renamed
            .iter()
            .chain(&self.steps.moved)
            .copied()
            .collect();
        let counts = Counts {
            new: self.steps.new.len(),
            renamed: self.steps.renamed.len(),
            moved: self.steps.moved.len(),
            gone: self.steps.gone.len(),
            unchanged: self.lines.len() - self.steps.new.len() - touched.len(),
        };
        (differences, counts)
    }

    fn name_of(&self, code: &Code) -> String {
        match (self.by_code.get(code), self.current.get(code)) {
            (Some(i), _) => self.lines[*i].name.clone(),
            (None, Some(node)) => node.name.clone(),
            (None, None) => code.to_string(),
        }
    }
}
