-- Borders of the organisation's units, as they are and as they were, and the map files that they came in.

-- A map file between its preview and its application, which may happen on another server.
create table area_import (
    id uuid primary key,
    -- Null: the command line or the demonstration.
    created_by uuid,
    created_at bigint not null,
    file_name text collate "C" not null,
    -- Emptied when it is applied.
    content bytea,
    -- What the file's coordinates were measured against; stored is CGCS2000/WGS 84.
    datum text collate "C" not null check (datum in ('cgcs2000', 'wgs84', 'gcj02', 'bd09')),
    status text collate "C" not null check (status in ('waiting', 'applied')),
    -- The keys of the problems that an administrator accepted.
    accepted jsonb not null,
    applied_by uuid,
    applied_at bigint,
    result jsonb
);
create index area_import_age on area_import (created_at);

-- A unit's border from a date (inclusive) to a date (exclusive).
create table area (
    id uuid primary key,
    node_id uuid not null references node (id),
    valid_from text collate "C" not null,
    valid_to text collate "C",
    -- A GeoJSON geometry in degrees. Text on both engines: it is never looked into by SQL, and goes out as it is.
    geometry text collate "C" not null,
    -- 1e-7 degrees.
    min_lon bigint not null,
    min_lat bigint not null,
    max_lon bigint not null,
    max_lat bigint not null,
    label_lon bigint not null,
    label_lat bigint not null,
    -- The smallest quadtree cell that holds the border; see the pillar's `morton`.
    cell bigint not null,
    square_metres bigint not null,
    -- Made up for demonstration, and shown as such.
    synthetic boolean not null,
    import_id uuid not null references area_import (id),
    created_at bigint not null
);
create unique index area_of_node on area (node_id) where valid_to is null;
create index area_history on area (node_id, valid_from);
create index area_cell on area (cell) where valid_to is null;
create index area_by_import on area (import_id);
