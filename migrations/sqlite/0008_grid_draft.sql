-- Drafts of borders: drawn by one person, approved by another, in effect from a day on.

create table grid_draft (
    id text primary key not null,
    -- The unit whose parts are drawn.
    node_id text not null references node (id),
    author_id text not null,
    state text not null check (state in ('drafted', 'proposed', 'approved', 'refused', 'withdrawn', 'in_effect')),
    version integer not null,
    -- Why, and the document that ordered it, in the author's words.
    reason text not null,
    basis text not null,
    effective_on text,
    -- The borders that it was begun from, each with the row of `area` that it was.
    base text not null,
    -- What was done to them, and how much of it counts: what comes after can be done again.
    ops text not null,
    done integer not null,
    -- What it leads to, as it was when it was handed in.
    result text,
    -- Who may approve it is told apart from who drew it.
    decided_by text,
    created_at integer not null,
    updated_at integer not null,
    check (decided_by is null or decided_by <> author_id)
);
-- One that is still being drawn for each unit and author.
create unique index grid_draft_open on grid_draft (node_id, author_id) where state = 'drafted';
create index grid_draft_by_node on grid_draft (node_id, state);
create index grid_draft_by_author on grid_draft (author_id, updated_at);
create index grid_draft_due on grid_draft (effective_on) where state = 'approved';

-- What became of a draft, who did it, and when. Without a person it was the day that came.
create table grid_draft_step (
    draft_id text not null references grid_draft (id),
    number integer not null,
    state text not null,
    user_id text,
    at integer not null,
    words text not null,
    primary key (draft_id, number)
);

-- A border comes from a map file or from a draft. A column's constraint cannot be dropped here, so the table is made anew.
create table area_anew (
    id text primary key not null,
    node_id text not null references node (id),
    valid_from text not null,
    valid_to text,
    -- A GeoJSON geometry in degrees. Text on both engines: it is never looked into by SQL, and goes out as it is.
    geometry text not null,
    -- 1e-7 degrees.
    min_lon integer not null,
    min_lat integer not null,
    max_lon integer not null,
    max_lat integer not null,
    label_lon integer not null,
    label_lat integer not null,
    -- The smallest quadtree cell that holds the border; see the pillar's `morton`.
    cell integer not null,
    square_metres integer not null,
    -- Made up for demonstration, and shown as such.
    synthetic boolean not null,
    import_id text references area_import (id),
    draft_id text references grid_draft (id),
    created_at integer not null,
    check ((import_id is null) <> (draft_id is null))
);
insert into area_anew (id, node_id, valid_from, valid_to, geometry, min_lon, min_lat, max_lon, max_lat, label_lon, label_lat, cell, square_metres, synthetic, import_id, created_at)
    select id, node_id, valid_from, valid_to, geometry, min_lon, min_lat, max_lon, max_lat, label_lon, label_lat, cell, square_metres, synthetic, import_id, created_at from area;
drop table area;
alter table area_anew rename to area;
create unique index area_of_node on area (node_id) where valid_to is null;
create index area_history on area (node_id, valid_from);
create index area_cell on area (cell) where valid_to is null;
create index area_by_import on area (import_id);
create index area_by_draft on area (draft_id);
