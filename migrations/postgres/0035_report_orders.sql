-- Orders of 12345 and of the superior grid platform: they come with a number and a limit of their own, and go back with what was done.

-- A platform that sends orders, by file or through the signed port.
create table report_platform (
    id uuid primary key,
    label text collate "C" not null,
    -- Orders are of this unit and those below it.
    node_id uuid not null references node (id),
    -- With which it signs: sealed, for a signature is checked with the secret itself.
    secret text collate "C" not null,
    created_at bigint not null,
    created_by uuid,
    -- The day on which it last came through the port.
    seen_on text collate "C",
    revoked_at bigint,
    revoked_by uuid
);
create index report_platform_node on report_platform (node_id, id);

-- What a platform has signed once is not taken again. Kept for as long as its time would be taken.
create table report_order_nonce (
    platform_id uuid not null references report_platform (id),
    nonce text collate "C" not null,
    at bigint not null,
    primary key (platform_id, nonce)
);
create index report_order_nonce_age on report_order_nonce (at);

create table report_order (
    id uuid primary key,
    platform_id uuid not null references report_platform (id),
    -- As the platform numbers it.
    number text collate "C" not null,
    -- Null only while it is being taken in.
    matter_id uuid references matter (id),
    -- Who called, sealed; null once it may not be kept.
    caller text collate "C",
    -- A keyed digest of what it says: whether it came with other words.
    said text collate "C" not null,
    -- Its own limit.
    due_at bigint,
    received_at bigint not null,
    updated_at bigint not null,
    -- When it was last given back with what was done.
    given_at bigint
);
create unique index report_order_number on report_order (platform_id, number);
create unique index report_order_matter on report_order (matter_id) where matter_id is not null;

-- The orders of a file between its trial and its import.
create table report_order_import (
    id uuid primary key,
    created_at bigint not null,
    created_by uuid,
    file_name text collate "C" not null,
    platform_id uuid not null references report_platform (id),
    -- Its lines, sealed; null once they were imported.
    content text collate "C",
    applied_at bigint
);
create index report_order_import_age on report_order_import (created_at);
