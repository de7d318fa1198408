-- What a grid handles: versions of a list, what units below narrow of it, and the inspections that follow from it.

-- A version. Published, it holds from its day until the next one does, and never changes. Without a day it is a draft.
create table catalogue_version (
    id text primary key not null,
    node_id text not null references node (id),
    number integer not null,
    summary text not null,
    valid_from text,
    created_at integer not null,
    created_by text,
    published_at integer,
    published_by text,
    check ((valid_from is null) = (published_at is null))
);
create unique index catalogue_number on catalogue_version (node_id, number);
create unique index catalogue_day on catalogue_version (node_id, valid_from) where valid_from is not null;
create unique index catalogue_draft on catalogue_version (node_id) where valid_from is null;

create table catalogue_item (
    version_id text not null references catalogue_version (id),
    -- The same in every version.
    item_id text not null,
    position integer not null,
    facts text not null,
    -- Counts its changes in a draft; an edit names the one it was made from.
    revision integer not null,
    primary key (version_id, item_id)
);

-- A unit's own word on an item from a day on: less of it, sooner, or where. A wider one has no place here.
create table catalogue_narrowing (
    node_id text not null references node (id),
    item_id text not null,
    valid_from text not null,
    facts text not null,
    updated_at integer not null,
    updated_by text,
    primary key (node_id, item_id, valid_from)
);

-- How often an item was needed on a day; by whom is not kept.
create table catalogue_use (
    node_id text not null references node (id),
    item_id text not null,
    day text not null,
    started integer not null,
    primary key (node_id, item_id, day)
);
create index catalogue_use_day on catalogue_use (item_id, day);

-- An inspection that is arranged at a unit for the grids below it.
create table inspection_plan (
    id text primary key not null,
    node_id text not null references node (id),
    item_id text not null,
    every text not null check (every in ('week', 'month', 'quarter', 'half', 'year')),
    valid_from text not null,
    -- The first day on which it is no longer arranged.
    valid_to text,
    -- It goes on until then although nobody needed it, for a reason that somebody gave.
    kept_until text,
    kept_why text,
    ended_why text,
    created_at integer not null,
    created_by text
);
create unique index inspection_plan_once on inspection_plan (node_id, item_id) where valid_to is null;

-- One round in one grid.
create table inspection (
    id text primary key not null,
    plan_id text not null references inspection_plan (id),
    grid_id text not null references node (id),
    period text not null,
    valid_from text not null,
    -- Its last day.
    valid_until text not null,
    state text not null check (state in ('open', 'done', 'missed', 'cancelled')),
    found boolean not null,
    -- What was found; sealed.
    words text,
    opened_at integer not null,
    ended_at integer,
    ended_by text,
    check ((state = 'open') = (ended_at is null))
);
create unique index inspection_once on inspection (plan_id, grid_id, period);
create index inspection_grid on inspection (grid_id, state, valid_until);
