-- What every pillar stores through: events, jobs, leases, audit, counters, settings, uploads.

create table event (
    id uuid primary key,
    -- Given by the relay after the commit: insert order is not commit order.
    seq bigint,
    topic text collate "C" not null,
    kind text collate "C" not null,
    subject uuid,
    data jsonb not null,
    created_at bigint not null
);
create unique index event_seq on event (seq);
create index event_unnumbered on event (created_at, id) where seq is null;
create index event_age on event (created_at);

-- Who alone may do something until when; also the last number that the relay gave.
create table lease (
    name text collate "C" primary key,
    holder uuid not null,
    until_at bigint not null,
    value bigint not null
);

create table job (
    id uuid primary key,
    kind text collate "C" not null,
    payload jsonb not null,
    due_at bigint not null,
    unique_key text collate "C",
    state text collate "C" not null check (state in ('waiting', 'running', 'done', 'dead')),
    attempts bigint not null,
    lease_until bigint,
    leased_by uuid,
    last_error text collate "C",
    created_at bigint not null,
    finished_at bigint
);
create index job_due on job (due_at, id) where state in ('waiting', 'running');
create index job_state on job (state, created_at);
create unique index job_once on job (kind, unique_key) where state = 'waiting' and unique_key is not null;

-- Append-only. Ids and codes; the words lie in audit_words.
create table audit_entry (
    id uuid primary key,
    created_at bigint not null,
    user_id uuid,
    acting_for uuid,
    device_id uuid,
    system text collate "C",
    trace text collate "C" not null,
    action text collate "C" not null,
    kind text collate "C" not null,
    record_id uuid,
    -- Whose data it is about, and where in the organisation.
    subject_id uuid,
    path text collate "C",
    reason text collate "C",
    -- Given by the job that closes a batch, not by each write: the batch, the entry's number in the whole log, and
    -- the hash of the entry and of the one before it.
    batch bigint,
    number bigint,
    hash text collate "C"
);
create unique index audit_number on audit_entry (number);
create index audit_open on audit_entry (created_at, id) where batch is null;
create index audit_by_record on audit_entry (record_id, created_at);
create index audit_by_subject on audit_entry (subject_id, created_at);
create index audit_by_user on audit_entry (user_id, created_at);
create index audit_by_time on audit_entry (created_at, id);

create table audit_words (
    audit_id uuid primary key references audit_entry (id),
    words text collate "C" not null
);

create table audit_batch (
    number bigint primary key,
    -- The number of its last entry in the whole log, and how many it has.
    last bigint not null,
    entries bigint not null,
    previous_hash text collate "C" not null,
    hash text collate "C" not null,
    closed_at bigint not null
);

-- What is written stays: only the job that closes a batch may add to an entry, once.
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the audit log is append-only' using errcode = 'integrity_constraint_violation';
end $$;
create trigger audit_entry_stays before update of
    id, created_at, user_id, acting_for, device_id, system, trace, action, kind, record_id, subject_id, path, reason
    on audit_entry for each row execute function refuse_change();
create trigger audit_entry_closed_once before update of batch, number, hash on audit_entry
    for each row when (old.batch is not null or new.batch is null) execute function refuse_change();
create trigger audit_entry_kept before delete on audit_entry for each row execute function refuse_change();
create trigger audit_entry_not_emptied before truncate on audit_entry execute function refuse_change();
create trigger audit_batch_stays before update or delete on audit_batch for each row execute function refuse_change();
create trigger audit_batch_not_emptied before truncate on audit_batch execute function refuse_change();

create table counter (
    series text collate "C" not null,
    node_id uuid not null,
    year bigint not null,
    last bigint not null,
    primary key (series, node_id, year)
);

-- Settings of the deployment that are made in the product (a review number, say), not in its configuration.
create table setting (
    name text collate "C" primary key,
    value jsonb not null,
    updated_at bigint not null,
    updated_by uuid
);

create table upload (
    id uuid primary key,
    owner_id uuid,
    -- What it belongs to; an upload that belongs to nothing is swept after a day.
    record_kind text collate "C",
    record_id uuid,
    -- Where the store keeps it: random, and nothing that was sent.
    object text collate "C" not null,
    name text collate "C" not null,
    media_type text collate "C" not null,
    size bigint not null,
    -- In pixels, of an image.
    width bigint,
    height bigint,
    sha256 text collate "C" not null,
    created_at bigint not null
);
create index upload_by_record on upload (record_id);
create index upload_unclaimed on upload (created_at) where record_id is null;

-- What a device sent under an id made once, so that sending it again changes nothing.
create table idempotency (
    user_id uuid not null,
    key text collate "C" not null,
    endpoint text collate "C" not null,
    response jsonb not null,
    created_at bigint not null,
    primary key (user_id, key)
);
create index idempotency_age on idempotency (created_at);

-- How often something was tried in a window of time. The key is a keyed hash: no address or number is stored.
create table throttle (
    key text collate "C" not null,
    window_at bigint not null,
    count bigint not null,
    expires_at bigint not null,
    primary key (key, window_at)
);
create index throttle_age on throttle (expires_at);
