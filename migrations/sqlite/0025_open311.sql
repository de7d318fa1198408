-- Programs that report by Open311 with a key of their own, and the order in which what is published is asked for there.

create table report_client (
    id text primary key not null,
    -- Whose program it is.
    label text not null,
    -- Where it reports: at and below this unit.
    node_id text not null references node (id),
    -- A keyed digest; the key itself is shown once and kept nowhere.
    key_hash text not null,
    -- The end of the key, by which its owner tells it from others.
    key_end text not null,
    -- Reports in a day at most.
    per_day integer not null check (per_day > 0),
    created_at integer not null,
    created_by text,
    -- The day on which it last came.
    seen_on text,
    revoked_at integer,
    revoked_by text
);
create unique index report_client_key on report_client (key_hash);
create index report_client_node on report_client (node_id, id);

create index matter_public on matter (created_at, id) where published_at is not null;
