//! Who may hear of what. A topic that is not of the grammar is nobody's.

use db::event::Topic;
use shared::{Actor, AppError, Permission};

/// Whether `actor` may hear of `topic`; asked when a stream opens, and again as long as it lasts.
///
/// # Errors
/// [`AppError::Unauthenticated`], [`AppError::Forbidden`] or, for another person's, [`AppError::NotFound`].
pub fn may_listen(actor: Option<&Actor>, topic: &str) -> Result<(), AppError> {
    let read = Topic::read(topic);
    if matches!(read, Some(Topic::Public | Topic::Track(_))) {
        return Ok(());
    }
    let actor = actor.ok_or(AppError::Unauthenticated)?;
    let (holds, otherwise) = match read {
        Some(Topic::User(user)) => (user == actor.user, AppError::NotFound),
        Some(Topic::Path(path)) => (
            actor.scope_of(Permission::StaffView).covers(path),
            AppError::NotFound,
        ),
        Some(Topic::Jobs) => (actor.may(Permission::JobsManage), AppError::Forbidden),
        Some(Topic::Public | Topic::Track(_) | Topic::Inner) | None => (false, AppError::NotFound),
    };
    if holds { Ok(()) } else { Err(otherwise) }
}

/// Whether what `topic` tells of is for anybody who knows it, so that nobody need be asked again who they are.
pub fn is_public(topic: &str) -> bool {
    matches!(Topic::read(topic), Some(Topic::Public | Topic::Track(_)))
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use db::event::topic::PUBLIC;
    use shared::{DeviceId, Grant, NodeId, Role, SessionId, UserId};

    use super::*;

    fn actor(role: Role) -> Actor {
        let id = uuid::Uuid::from_u128(7);
        let grant = Grant {
            role,
            node: NodeId(id),
            code: String::new(),
            node_name: String::new(),
            path: "32/3205/".into(),
            until: None,
            delegated: false,
        };
        Actor {
            user: UserId(id),
            name: String::new(),
            session: SessionId(id),
            device: DeviceId(id),
            second_factor: true,
            grants: vec![grant],
            acting_for: None,
        }
    }

    #[test]
    fn a_topic_is_heard_by_those_whom_it_concerns() {
        let worker = actor(Role::GridWorker);
        let own = format!("user/{}", worker.user);
        for topic in PUBLIC {
            assert_eq!(may_listen(None, topic), Ok(()), "{topic}");
        }
        // Whoever has the address of a matter without an account hears that something happened to it, and nothing else.
        assert_eq!(may_listen(None, "track/4f2a9c"), Ok(()));
        assert_eq!(may_listen(None, &own), Err(AppError::Unauthenticated));
        assert_eq!(may_listen(Some(&worker), &own), Ok(()));
        assert_eq!(
            may_listen(Some(&worker), "user/0192aaaa-0000-7000-8000-000000000000"),
            Err(AppError::NotFound)
        );
        assert_eq!(may_listen(Some(&worker), "path/32/3205/320581/"), Ok(()));
        assert_eq!(
            may_listen(Some(&worker), "path/32/3201/"),
            Err(AppError::NotFound)
        );
        assert_eq!(may_listen(Some(&worker), "jobs"), Err(AppError::Forbidden));
        let admin = actor(Role::SystemAdmin);
        assert_eq!(may_listen(Some(&admin), "jobs"), Ok(()));
        for nobodys in ["anything", "accounts", "settings", "map", "node/320581"] {
            assert_eq!(
                may_listen(Some(&admin), nobodys),
                Err(AppError::NotFound),
                "{nobodys}"
            );
        }
    }

    /// What the sources name as a topic, written out: `topic: "grid"`, `format!("path/{…}")`, `Follows::Topic("poi")`.
    fn named(source: &str) -> Vec<&str> {
        const BEFORE: &[&str] = &[
            "topic: \"",
            "topic: format!(\"",
            "Topic(\"",
            "use_events(vec![\"",
            "format!(\"path/",
            "format!(\"user/",
            "_TOPIC: &str = \"",
        ];
        let found = BEFORE.iter().flat_map(|before| {
            // What is looked for may begin inside the literal: back to its quote.
            let at = before.rfind('"').map_or(0, |quote| quote + 1);
            source.match_indices(before).map(move |(from, _)| from + at)
        });
        found
            .filter_map(|from| source[from..].split('"').next())
            .collect()
    }

    fn sources(folder: &Path, seen: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let (path, name) = (entry.path(), entry.file_name().display().to_string());
            if name.contains("tests") {
                continue;
            }
            if path.is_dir() {
                sources(&path, seen);
            } else if name.ends_with(".rs") {
                seen.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
            }
        }
    }

    #[test]
    fn whatever_is_told_or_listened_for_can_be_heard() {
        let mut seen = Vec::new();
        let features = Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/features");
        sources(&features, &mut seen);
        let mut topics = 0;
        for (file, source) in &seen {
            for literal in named(source) {
                topics += 1;
                // What stands in braces is an id or a path of the kind that goes before it.
                let known = match literal.split_once('/') {
                    Some(("path" | "user" | "track", rest)) => rest.starts_with('{'),
                    _ => Topic::read(literal).is_some(),
                };
                assert!(known, "{file}: “{literal}”");
            }
        }
        assert!(topics > 30, "{topics}");
    }

    #[test]
    fn the_browser_knows_which_are_public() {
        let leader = include_str!("../../../app/js/src/events/leader.ts");
        let list = leader
            .split_once("const PUBLIC = [")
            .and_then(|(_, rest)| rest.split_once(']'))
            .map(|(list, _)| list.replace('"', ""))
            .unwrap();
        assert_eq!(list.split(", ").collect::<Vec<_>>(), PUBLIC);
    }
}
