-- Points of interest, and cameras.

create table poi (
    id text primary key not null,
    -- The smallest unit whose border held it when it was entered.
    node_id text not null references node (id),
    kind text not null,
    name text not null,
    -- Of the name, for the order of lists.
    pinyin text not null,
    -- Degrees times ten million.
    lon integer not null,
    lat integer not null,
    -- The smallest quadtree cell around it; see the pillar `grid`, `morton`.
    cell integer not null,
    address text not null,
    hours text not null,
    phone text not null,
    -- What makes it reachable for everybody: a list of codes.
    access text not null,
    remark text not null,
    version integer not null,
    valid_from text not null,
    valid_to text,
    updated_at integer not null,
    updated_by text
);
create index poi_node on poi (node_id, kind) where valid_to is null;
create index poi_near on poi (lat, lon) where valid_to is null;
-- Read by tiles, which count without looking at the rows.
create index poi_cell on poi (cell, lon, lat, kind) where valid_to is null;
