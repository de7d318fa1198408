-- Of those who hold the post that has a matter, who has it by name: a fair share. Null: all of them, as with what was there before.
alter table matter add column holder_id text;
-- How much somebody has, and whose last one ended long ago.
create index matter_holder on matter (holder_id, ended_at) where holder_id is not null;

-- Shorter times to the answer that a unit sets for itself and those below it, for what is reported while they hold.
create table report_limit (
    id text primary key not null,
    node_id text not null references node (id),
    -- Null: any.
    category text,
    kind text,
    urgency text not null,
    -- Hours by day and night for what is sudden or urgent, else working days.
    amount integer not null check (amount > 0),
    since_at integer not null,
    until_at integer,
    created_by text
);
create index report_limit_node on report_limit (node_id, since_at);
