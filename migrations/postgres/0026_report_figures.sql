-- Figures of matters: what each counts for, and how many count for what, by unit and month.

-- At how many steps it was when its figures were last gathered; where that is not what it has, they are gathered anew.
alter table matter add column figured bigint not null default 0;
create index matter_unfigured on matter (id) where figured <> steps;
-- What is still to be done, by place and age.
create index matter_backlog on matter (node_id, created_at) where ended_at is null;
-- What is like another: of the same category in the same place.
create index matter_alike on matter (node_id, category, created_at);

create table matter_figure (
    matter_id uuid primary key references matter (id),
    node_id uuid not null references node (id),
    -- The place's path when it was gathered.
    path text collate "C" not null,
    -- As the matter's.
    accused_id uuid,
    -- On which day it was reported.
    day text collate "C" not null,
    -- All that it counts for: codes with a space between.
    counted text collate "C" not null,
    -- When something of it changes by itself: a time is up.
    next_at bigint
);
create index matter_figure_day on matter_figure (day, path);
create index matter_figure_place on matter_figure (node_id, path);
create index matter_figure_next on matter_figure (next_at) where next_at is not null;

-- How many matters reported in a month at and below a unit count for something; of grids and below, less.
create table matter_tally (
    path text collate "C" not null,
    what text collate "C" not null,
    -- Twelve times the year and the months before.
    month bigint not null,
    -- The community that they complain about; the id of nobody, all zeros, where they complain about none.
    accused_id uuid not null,
    n bigint not null,
    primary key (path, what, month, accused_id)
);
