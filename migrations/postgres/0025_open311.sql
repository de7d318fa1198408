-- Programs that report by Open311 with a key of their own, and the order in which what is published is asked for there.

create table report_client (
    id uuid primary key,
    -- Whose program it is.
    label text collate "C" not null,
    -- Where it reports: at and below this unit.
    node_id uuid not null references node (id),
    -- A keyed digest; the key itself is shown once and kept nowhere.
    key_hash text collate "C" not null,
    -- The end of the key, by which its owner tells it from others.
    key_end text collate "C" not null,
    -- Reports in a day at most.
    per_day bigint not null check (per_day > 0),
    created_at bigint not null,
    created_by uuid,
    -- The day on which it last came.
    seen_on text collate "C",
    revoked_at bigint,
    revoked_by uuid
);
create unique index report_client_key on report_client (key_hash);
create index report_client_node on report_client (node_id, id);

create index matter_public on matter (created_at, id) where published_at is not null;
