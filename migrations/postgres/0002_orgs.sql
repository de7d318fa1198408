-- The organisation from province to micro-grid: as it is now, as it was on any date, and what stands beside it.

-- The current state. An abolished node keeps its row (others refer to it) and has a `valid_to`.
create table node (
    id uuid primary key,
    code text collate "C" not null,
    kind text collate "C" not null check (kind in ('province', 'city', 'district', 'street', 'community', 'grid', 'micro_grid')),
    name text collate "C" not null,
    -- The name without 市, 街道, 社区居委会 and the like: what people type.
    short_name text collate "C" not null,
    -- The codes of its ancestors from the root and its own, each followed by '/'.
    path text collate "C" not null,
    parent_id uuid references node (id),
    pinyin text collate "C" not null,
    initials text collate "C" not null,
    valid_from text collate "C" not null,
    valid_to text collate "C",
    -- The number of its newest row in node_version.
    version bigint not null,
    updated_at bigint not null,
    -- Search terms: bigrams of the name, pinyin, initials, code.
    tsv tsvector not null default ''
);
-- An official code is given again after its bearer is gone, so it is unique among those in force only.
create unique index node_code on node (code) where valid_to is null;
create unique index node_path on node (path) where valid_to is null;
create index node_children on node (parent_id, code);
create index node_children_by_name on node (parent_id, pinyin, code);
create index node_terms on node using gin (tsv);

-- Every state that a node was in, from a date (inclusive) to a date (exclusive).
create table node_version (
    node_id uuid not null references node (id),
    number bigint not null,
    code text collate "C" not null,
    kind text collate "C" not null,
    name text collate "C" not null,
    parent_id uuid,
    valid_from text collate "C" not null,
    valid_to text collate "C",
    -- How this state began, and how it ended.
    cause text collate "C" not null check (cause in ('founded', 'renamed', 'moved', 'merged', 'split')),
    ended_by text collate "C" check (ended_by in ('renamed', 'moved', 'merged', 'split', 'abolished')),
    -- The document that ordered it, as it is cited.
    basis text collate "C",
    recorded_at bigint not null,
    primary key (node_id, number)
);
create index node_version_children on node_version (parent_id, valid_from);
create index node_version_code on node_version (code, valid_from);

-- Which nodes took over from which.
create table node_succession (
    from_node uuid not null references node (id),
    to_node uuid not null references node (id),
    kind text collate "C" not null check (kind in ('merged', 'split')),
    on_date text collate "C" not null,
    primary key (from_node, to_node, on_date)
);
create index node_succession_to on node_succession (to_node);

-- What stands beside a node: party organisation, committees, groups, partners.
create table body (
    id uuid primary key,
    node_id uuid not null references node (id),
    kind text collate "C" not null check (kind in (
        'party_committee', 'general_branch', 'party_branch', 'party_group', 'government', 'residents_committee',
        'supervision_committee', 'residents_group', 'owners_committee', 'property', 'social_org', 'unit'
    )),
    name text collate "C" not null,
    -- The office, as it is made public.
    phone text collate "C",
    address text collate "C",
    valid_from text collate "C" not null,
    valid_to text collate "C",
    version bigint not null,
    created_at bigint not null,
    updated_at bigint not null
);
create index body_by_node on body (node_id, kind);

-- 第×届 of a body.
create table term (
    id uuid primary key,
    body_id uuid not null references body (id),
    number bigint not null check (number > 0),
    valid_from text collate "C" not null,
    valid_to text collate "C",
    version bigint not null,
    created_at bigint not null,
    updated_at bigint not null
);
create unique index term_number on term (body_id, number);

-- Who is in charge, as it is made public.
create table post (
    id uuid primary key,
    node_id uuid not null references node (id),
    body_id uuid references body (id),
    term_id uuid references term (id),
    title text collate "C" not null,
    person_name text collate "C" not null,
    -- The person's account, where there is one.
    user_id uuid,
    -- The order in which posts are listed.
    position bigint not null,
    valid_from text collate "C" not null,
    valid_to text collate "C",
    version bigint not null,
    created_at bigint not null,
    updated_at bigint not null
);
create index post_by_node on post (node_id, position);
create index post_by_body on post (body_id);
create index post_by_term on post (term_id);
create index post_by_user on post (user_id);

-- A divisions file between its preview and its application, which may happen on another server.
create table division_import (
    id uuid primary key,
    created_by uuid,
    created_at bigint not null,
    file_name text collate "C" not null,
    -- Emptied when it is applied.
    content bytea,
    effective text collate "C" not null,
    applied_at bigint,
    result jsonb
);
create index division_import_age on division_import (created_at);
