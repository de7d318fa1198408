-- Orders of 12345 and of the superior grid platform: they come with a number and a limit of their own, and go back with what was done.

-- A platform that sends orders, by file or through the signed port.
create table report_platform (
    id text primary key not null,
    label text not null,
    -- Orders are of this unit and those below it.
    node_id text not null references node (id),
    -- With which it signs: sealed, for a signature is checked with the secret itself.
    secret text not null,
    created_at integer not null,
    created_by text,
    -- The day on which it last came through the port.
    seen_on text,
    revoked_at integer,
    revoked_by text
);
create index report_platform_node on report_platform (node_id, id);

-- What a platform has signed once is not taken again. Kept for as long as its time would be taken.
create table report_order_nonce (
    platform_id text not null references report_platform (id),
    nonce text not null,
    at integer not null,
    primary key (platform_id, nonce)
);
create index report_order_nonce_age on report_order_nonce (at);

create table report_order (
    id text primary key not null,
    platform_id text not null references report_platform (id),
    -- As the platform numbers it.
    number text not null,
    -- Null only while it is being taken in.
    matter_id text references matter (id),
    -- Who called, sealed; null once it may not be kept.
    caller text,
    -- A keyed digest of what it says: whether it came with other words.
    said text not null,
    -- Its own limit.
    due_at integer,
    received_at integer not null,
    updated_at integer not null,
    -- When it was last given back with what was done.
    given_at integer
);
create unique index report_order_number on report_order (platform_id, number);
create unique index report_order_matter on report_order (matter_id) where matter_id is not null;

-- The orders of a file between its trial and its import.
create table report_order_import (
    id text primary key not null,
    created_at integer not null,
    created_by text,
    file_name text not null,
    platform_id text not null references report_platform (id),
    -- Its lines, sealed; null once they were imported.
    content text,
    applied_at integer
);
create index report_order_import_age on report_order_import (created_at);
