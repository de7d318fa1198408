-- Points of interest, and cameras.

create table poi (
    id uuid primary key,
    -- The smallest unit whose border held it when it was entered.
    node_id uuid not null references node (id),
    kind text collate "C" not null,
    name text collate "C" not null,
    -- Of the name, for the order of lists.
    pinyin text collate "C" not null,
    -- Degrees times ten million.
    lon bigint not null,
    lat bigint not null,
    -- The smallest quadtree cell around it; see the pillar `grid`, `morton`.
    cell bigint not null,
    address text collate "C" not null,
    hours text collate "C" not null,
    phone text collate "C" not null,
    -- What makes it reachable for everybody: a list of codes.
    access jsonb not null,
    remark text collate "C" not null,
    version bigint not null,
    valid_from text collate "C" not null,
    valid_to text collate "C",
    updated_at bigint not null,
    updated_by uuid
);
create index poi_node on poi (node_id, kind) where valid_to is null;
create index poi_near on poi (lat, lon) where valid_to is null;
-- Read by tiles, which count without looking at the rows.
create index poi_cell on poi (cell, lon, lat, kind) where valid_to is null;
