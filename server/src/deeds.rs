//! What everything that is noted in the audit log is called. Each pillar has the words for its own.

use accounts::server::audit::Deeds;

/// Each pillar adds its own.
pub const DEEDS: Deeds = Deeds(&[
    db::audit::DEEDS,
    accounts::server::DEEDS,
    catalogue::server::DEEDS,
    grid::server::DEEDS,
    mediation::server::DEEDS,
    orgs::server::DEEDS,
    people::server::DEEDS,
    poi::server::DEEDS,
    reports::server::DEEDS,
    surveys::server::DEEDS,
    tasks::server::DEEDS,
    teams::server::DEEDS,
]);

#[cfg(test)]
mod tests {
    use std::{
        collections::{BTreeMap, BTreeSet},
        fs,
        path::Path,
    };

    use super::*;

    /// What looks like an action and is a job.
    const JOBS: [&str; 6] = [
        "accounts.staff.turn",
        "core.audit.close",
        "core.throttle.sweep",
        "core.upload.erase",
        "notices.push.sweep",
        "reports.figures.moved",
    ];
    /// Verbs of events, which tell what has happened; others end with -ed.
    const PAST: [&str; 5] = ["bound", "done", "given_away", "read", "sent"];

    fn sources(folder: &Path, seen: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let (path, name) = (entry.path(), entry.file_name().display().to_string());
            if name.contains("tests") || name == "deeds.rs" {
                continue;
            }
            if path.is_dir() {
                sources(&path, seen);
            } else if name.ends_with(".rs") {
                seen.push(fs::read_to_string(&path).unwrap());
            }
        }
    }

    /// `pillar.noun.verb`
    fn is_code(pillars: &BTreeSet<String>, text: &str) -> bool {
        let parts: Vec<&str> = text.split('.').collect();
        let plain = |part: &&str| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        };
        parts.len() == 3 && pillars.contains(parts[0]) && parts.iter().all(plain)
    }

    /// Whether it has the form of something that is done, not of an event that tells of it.
    fn is_done(code: &str) -> bool {
        let verb = code.rsplit('.').next().unwrap_or(code);
        !verb.ends_with("ed") && !PAST.contains(&verb) && !JOBS.contains(&code)
    }

    #[test]
    fn whatever_is_noted_is_called_something() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut pillars: BTreeSet<String> = fs::read_dir(root.join("app/features"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().display().to_string())
            .collect();
        pillars.insert("core".to_owned());
        let mut seen = Vec::new();
        for folder in ["app/db/src", "app/features", "app/src", "server/src"] {
            sources(&root.join(folder), &mut seen);
        }
        let (mut literals, mut noted) = (BTreeSet::new(), BTreeSet::new());
        for source in &seen {
            literals.extend(source.split('"'));
            // What is named where it is noted is an action, whatever it looks like.
            let named = source.split("Audit::new(").skip(1);
            noted.extend(named.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next()));
        }
        noted.extend(
            literals
                .iter()
                .copied()
                .filter(|text| is_code(&pillars, text) && is_done(text)),
        );
        assert!(noted.len() > 100, "{}", noted.len());

        let mut called: BTreeMap<&str, &str> = BTreeMap::new();
        for (code, words) in DEEDS.0.iter().copied().flatten() {
            assert!(!words.is_empty(), "{code}");
            assert!(called.insert(code, words).is_none(), "{code} stands twice");
        }
        let without: Vec<&str> = noted
            .into_iter()
            .filter(|code| !called.contains_key(code))
            .collect();
        assert!(without.is_empty(), "in no pillar's DEEDS: {without:?}");
        let idle: Vec<&str> = called
            .into_keys()
            .filter(|code| !literals.contains(code))
            .collect();
        assert!(idle.is_empty(), "noted nowhere: {idle:?}");
    }
}
