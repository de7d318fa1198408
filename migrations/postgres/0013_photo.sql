-- Photos of points of interest; those of inspections are uploads of theirs and need no table.

create table poi_photo (
    id uuid primary key,
    poi_id uuid not null references poi (id),
    -- Its bytes. Null once it was refused: what is not to be shown is not kept.
    upload_id uuid,
    state text collate "C" not null check (state in ('waiting', 'shown', 'refused')),
    -- What it shows, for those who do not see it.
    alt text collate "C" not null,
    -- Whether it came from somebody who does not keep the point.
    offered boolean not null,
    -- Why it was refused.
    why text collate "C",
    created_at bigint not null,
    -- Null once the account is no more.
    created_by uuid,
    decided_at bigint,
    decided_by uuid,
    check ((state = 'refused') = (upload_id is null)),
    check ((state = 'refused') = (why is not null))
);
create index poi_photo_point on poi_photo (poi_id, created_at, id);
create index poi_photo_waiting on poi_photo (created_at, id) where state = 'waiting';
create index poi_photo_by on poi_photo (created_by, created_at) where created_by is not null;

-- What a round found is sealed, and does not stand in the title of its task: that says which item, and leads to where it can be read.
update task set title = split_part(title, '：', 1) where kind = 'catalogue.finding' and strpos(title, '：') > 1;
update task set href = '/inspections/round?id=' || subject_id::text where kind = 'catalogue.finding';
