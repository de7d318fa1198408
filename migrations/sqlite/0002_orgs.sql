-- The organisation from province to micro-grid: as it is now, as it was on any date, and what stands beside it.

-- The current state. An abolished node keeps its row (others refer to it) and has a `valid_to`.
create table node (
    id text primary key not null,
    code text not null,
    kind text not null check (kind in ('province', 'city', 'district', 'street', 'community', 'grid', 'micro_grid')),
    name text not null,
    -- The name without 市, 街道, 社区居委会 and the like: what people type.
    short_name text not null,
    -- The codes of its ancestors from the root and its own, each followed by '/'.
    path text not null,
    parent_id text references node (id),
    pinyin text not null,
    initials text not null,
    valid_from text not null,
    valid_to text,
    -- The number of its newest row in node_version.
    version integer not null,
    updated_at integer not null
);
-- An official code is given again after its bearer is gone, so it is unique among those in force only.
create unique index node_code on node (code) where valid_to is null;
create unique index node_path on node (path) where valid_to is null;
create index node_children on node (parent_id, code);
create index node_children_by_name on node (parent_id, pinyin, code);

-- Search terms: bigrams of the name, pinyin, initials, code.
create virtual table node_fts using fts5 (terms, node_id unindexed, tokenize = 'unicode61');

-- Every state that a node was in, from a date (inclusive) to a date (exclusive).
create table node_version (
    node_id text not null references node (id),
    number integer not null,
    code text not null,
    kind text not null,
    name text not null,
    parent_id text,
    valid_from text not null,
    valid_to text,
    -- How this state began, and how it ended.
    cause text not null check (cause in ('founded', 'renamed', 'moved', 'merged', 'split')),
    ended_by text check (ended_by in ('renamed', 'moved', 'merged', 'split', 'abolished')),
    -- The document that ordered it, as it is cited.
    basis text,
    recorded_at integer not null,
    primary key (node_id, number)
);
create index node_version_children on node_version (parent_id, valid_from);
create index node_version_code on node_version (code, valid_from);

-- Which nodes took over from which.
create table node_succession (
    from_node text not null references node (id),
    to_node text not null references node (id),
    kind text not null check (kind in ('merged', 'split')),
    on_date text not null,
    primary key (from_node, to_node, on_date)
);
create index node_succession_to on node_succession (to_node);

-- What stands beside a node: party organisation, committees, groups, partners.
create table body (
    id text primary key not null,
    node_id text not null references node (id),
    kind text not null check (kind in (
        'party_committee', 'general_branch', 'party_branch', 'party_group', 'government', 'residents_committee',
        'supervision_committee', 'residents_group', 'owners_committee', 'property', 'social_org', 'unit'
    )),
    name text not null,
    -- The office, as it is made public.
    phone text,
    address text,
    valid_from text not null,
    valid_to text,
    version integer not null,
    created_at integer not null,
    updated_at integer not null
);
create index body_by_node on body (node_id, kind);

-- 第×届 of a body.
create table term (
    id text primary key not null,
    body_id text not null references body (id),
    number integer not null check (number > 0),
    valid_from text not null,
    valid_to text,
    version integer not null,
    created_at integer not null,
    updated_at integer not null
);
create unique index term_number on term (body_id, number);

-- Who is in charge, as it is made public.
create table post (
    id text primary key not null,
    node_id text not null references node (id),
    body_id text references body (id),
    term_id text references term (id),
    title text not null,
    person_name text not null,
    -- The person's account, where there is one.
    user_id text,
    -- The order in which posts are listed.
    position integer not null,
    valid_from text not null,
    valid_to text,
    version integer not null,
    created_at integer not null,
    updated_at integer not null
);
create index post_by_node on post (node_id, position);
create index post_by_body on post (body_id);
create index post_by_term on post (term_id);
create index post_by_user on post (user_id);

-- A divisions file between its preview and its application, which may happen on another server.
create table division_import (
    id text primary key not null,
    created_by text,
    created_at integer not null,
    file_name text not null,
    -- Emptied when it is applied.
    content blob,
    effective text not null,
    applied_at integer,
    result text
);
create index division_import_age on division_import (created_at);
