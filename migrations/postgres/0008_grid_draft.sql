-- Drafts of borders: drawn by one person, approved by another, in effect from a day on.

create table grid_draft (
    id uuid primary key,
    -- The unit whose parts are drawn.
    node_id uuid not null references node (id),
    author_id uuid not null,
    state text collate "C" not null check (state in ('drafted', 'proposed', 'approved', 'refused', 'withdrawn', 'in_effect')),
    version bigint not null,
    -- Why, and the document that ordered it, in the author's words.
    reason text collate "C" not null,
    basis text collate "C" not null,
    effective_on text collate "C",
    -- The borders that it was begun from, each with the row of `area` that it was.
    base jsonb not null,
    -- What was done to them, and how much of it counts: what comes after can be done again.
    ops jsonb not null,
    done bigint not null,
    -- What it leads to, as it was when it was handed in.
    result jsonb,
    -- Who may approve it is told apart from who drew it.
    decided_by uuid,
    created_at bigint not null,
    updated_at bigint not null,
    check (decided_by is null or decided_by <> author_id)
);
-- One that is still being drawn for each unit and author.
create unique index grid_draft_open on grid_draft (node_id, author_id) where state = 'drafted';
create index grid_draft_by_node on grid_draft (node_id, state);
create index grid_draft_by_author on grid_draft (author_id, updated_at);
create index grid_draft_due on grid_draft (effective_on) where state = 'approved';

-- What became of a draft, who did it, and when. Without a person it was the day that came.
create table grid_draft_step (
    draft_id uuid not null references grid_draft (id),
    number bigint not null,
    state text collate "C" not null,
    user_id uuid,
    at bigint not null,
    words text collate "C" not null,
    primary key (draft_id, number)
);

-- A border comes from a map file or from a draft.
alter table area alter column import_id drop not null;
alter table area add column draft_id uuid references grid_draft (id);
alter table area add check ((import_id is null) <> (draft_id is null));
create index area_by_draft on area (draft_id);
