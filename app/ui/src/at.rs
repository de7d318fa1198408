//! The address of a page, as the router takes it.

use std::borrow::Cow;

use leptos_router::{PartialPathMatch, PathSegment, PossibleRouteMatch};

/// An address such as `/tasks/:id`, where `:id` stands for any one segment. The router's own `path!` makes a type of every shape of
/// address and compiles its machinery anew for each: 1 KB in everybody's first download. This is one type for all.
#[derive(Clone, Copy, Debug)]
pub struct At(pub &'static str);

impl At {
    fn segments(self) -> impl Iterator<Item = &'static str> {
        self.0.split('/').filter(|segment| !segment.is_empty())
    }
}

impl PossibleRouteMatch for At {
    fn optional(&self) -> bool {
        false
    }

    fn test<'a>(&self, path: &'a str) -> Option<PartialPathMatch<'a>> {
        let (mut rest, mut params) = (path, Vec::new());
        for segment in self.segments() {
            let asked = rest.strip_prefix('/')?;
            let (said, after) = asked.split_at(asked.find('/').unwrap_or(asked.len()));
            match segment.strip_prefix(':') {
                Some(name) if !said.is_empty() => params.push((Cow::Borrowed(name), said.to_owned())),
                None if said == segment => {}
                _ => return None,
            }
            rest = after;
        }
        let matched = path.strip_suffix(rest)?;
        Some(PartialPathMatch::new(rest, params, matched))
    }

    fn generate_path(&self, path: &mut Vec<PathSegment>) {
        path.extend(self.segments().map(|segment| match segment.strip_prefix(':') {
            Some(name) => PathSegment::Param(name.into()),
            None => PathSegment::Static(segment.into()),
        }));
    }
}

#[cfg(test)]
mod tests {
    use leptos_router::path;

    use super::*;

    #[test]
    fn it_answers_as_the_routers_own() {
        let both: [(At, Box<dyn PossibleRouteMatch>); 5] = [
            (At(""), Box::new(path!(""))),
            (At("/tasks"), Box::new(path!("/tasks"))),
            (At("/tasks/:id"), Box::new(path!("/tasks/:id"))),
            (At("/admin/hours/:code"), Box::new(path!("/admin/hours/:code"))),
            (At("/map/:code/as/:day"), Box::new(path!("/map/:code/as/:day"))),
        ];
        let asked = [
            "",
            "/",
            "//",
            "tasks",
            "/task",
            "/tasks",
            "/tasks/",
            "/tasks//",
            "/tasks/1",
            "/tasks/1/",
            "/tasks/1/2",
            "/tasksx",
            "/taskś",
            "/admin/hours",
            "/admin/hours/32",
            "/admin//32",
            "/map/32/as/2025-01-01",
            "/map/32/on/2025-01-01",
            "/map/城/as/日",
        ];
        for (mine, own) in both {
            let (mut one, mut other) = (Vec::new(), Vec::new());
            mine.generate_path(&mut one);
            own.generate_path(&mut other);
            assert_eq!(one, other);
            for path in asked {
                let told = |found: Option<PartialPathMatch<'_>>| {
                    found.map(|found| {
                        let (remaining, matched) = (found.remaining().to_owned(), found.matched().to_owned());
                        (remaining, matched, found.params())
                    })
                };
                assert_eq!(told(mine.test(path)), told(own.test(path)), "{mine:?} {path}");
            }
        }
    }
}
