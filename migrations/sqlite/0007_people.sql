-- Places and people: estates, buildings and rooms under a grid, who lives in them, and the roll.
--
-- phone, identity, care, words and content hold sealed text (field encryption); *_blind are keyed hashes for equality search.
-- What changes with time has a row from a day (inclusive) to a day (exclusive). Nodes are never deleted, so node_id needs no
-- foreign key; nor does what is written in bulk by one program only.

create table estate (
    id text primary key not null,
    -- The community or village.
    node_id text not null,
    name text not null,
    -- What spellings of the name have in common; see `model::estate_key`.
    key text not null,
    pinyin text not null,
    initials text not null,
    -- 服务用房, in hundredths of a square metre.
    service_area integer,
    version integer not null,
    created_at integer not null,
    updated_at integer not null
);
create unique index estate_key on estate (node_id, key);

create table building (
    id text primary key not null,
    estate_id text not null references estate (id),
    -- The grid, or micro-grid, that answers for it.
    node_id text not null,
    -- `3` for 3幢, `12号` for a house.
    number text not null,
    -- 1e-7 degrees.
    lon integer,
    lat integer,
    -- A GeoJSON polygon, where it was drawn.
    shape text,
    version integer not null,
    created_at integer not null,
    updated_at integer not null
);
create unique index building_number on building (estate_id, number);
create index building_by_node on building (node_id);
create index building_by_place on building (lon, lat) where lon is not null;

create table room (
    id text primary key not null,
    building_id text not null,
    -- Empty where there is none: a building without units, a house without doors.
    unit text not null,
    door text not null,
    floor integer,
    -- In hundredths of a square metre.
    area integer,
    version integer not null,
    updated_at integer not null
);
create unique index room_door on room (building_id, unit, door);

create table household (
    id text primary key not null,
    room_id text not null,
    -- As its newest span says; kept here for lists of today.
    node_id text not null,
    valid_from text not null,
    valid_to text,
    -- When one of them last said that it is so.
    confirmed_at integer,
    confirmed_by text,
    version integer not null,
    created_at integer not null,
    updated_at integer not null
);
create index household_by_room on household (room_id);
create index household_by_node on household (node_id, id) where valid_to is null;

-- To which grid and residents' group a household belonged, without a gap as long as it was one.
create table household_span (
    household_id text not null,
    valid_from text not null,
    valid_to text,
    node_id text not null,
    -- The body of the residents' group.
    group_id text,
    primary key (household_id, valid_from)
);
create index household_span_node on household_span (node_id, valid_from);
create index household_span_group on household_span (group_id) where group_id is not null;

create table person (
    id text primary key not null,
    name text not null,
    pinyin text not null,
    initials text not null,
    sex text check (sex in ('male', 'female')),
    birth_year integer,
    -- From which day on the person is certainly of age.
    adult_from text,
    phone text,
    phone_blind text,
    identity text,
    identity_blind text,
    care text,
    -- The person's account.
    user_id text,
    -- The grid that answers for the person: of the household, or of a room owned. None once somebody has gone: then nobody
    -- sees the record any more, but the roll of the past counts it.
    node_id text,
    -- How the record came to be.
    source text not null check (source in ('import', 'registration', 'worker', 'demo')),
    confirmed_at integer,
    version integer not null,
    created_at integer not null,
    updated_at integer not null
);
create index person_by_node on person (node_id, pinyin, id);
create index person_by_name on person (pinyin, id);
create index person_phone on person (phone_blind) where phone_blind is not null;
create unique index person_identity on person (identity_blind) where identity_blind is not null;
create unique index person_user on person (user_id) where user_id is not null;

-- Search terms: see `server::search`. The index finds a person's row in it, which FTS5 by itself would look for in all rows.
create virtual table person_fts using fts5 (terms, person_id unindexed, tokenize = 'unicode61', detail = none, columnsize = 0);
create index person_fts_person on person_fts_content (c1);

-- Who belonged to which household from when to when.
create table residence (
    id text primary key not null,
    person_id text not null,
    household_id text not null,
    kind text not null check (kind in ('registered', 'living', 'temporary', 'away')),
    relation text,
    valid_from text not null,
    valid_to text,
    ended_by text check (ended_by in ('moved', 'died', 'mistake', 'changed'))
);
create index residence_household on residence (household_id, valid_from);
create index residence_person on residence (person_id, valid_from);
create unique index residence_current on residence (person_id) where valid_to is null;

-- 户代表
create table representation (
    id text primary key not null,
    household_id text not null,
    person_id text not null,
    valid_from text not null,
    valid_to text
);
create index representation_household on representation (household_id, valid_from);
create index representation_person on representation (person_id);
create unique index representation_current on representation (household_id) where valid_to is null;

create table ownership (
    id text primary key not null,
    room_id text not null,
    person_id text not null,
    valid_from text not null,
    valid_to text
);
create unique index ownership_current on ownership (room_id, person_id) where valid_to is null;
create index ownership_person on ownership (person_id);

-- 居民代表
create table deputy (
    id text primary key not null,
    -- The community.
    node_id text not null,
    person_id text not null,
    -- The term of its residents' committee, and the group that elected.
    term_id text,
    group_id text,
    valid_from text not null,
    valid_to text
);
create index deputy_by_node on deputy (node_id, valid_from);
create unique index deputy_current on deputy (node_id, person_id) where valid_to is null;

create table party_member (
    id text primary key not null,
    person_id text not null,
    -- The branch.
    body_id text not null,
    standing text not null check (standing in ('full', 'probationary')),
    valid_from text not null,
    valid_to text
);
create index party_member_branch on party_member (body_id, valid_from);
create unique index party_member_current on party_member (person_id) where valid_to is null;

-- Consents for what is sensitive. What rests on a duty needs none; see `model::DataKind`.
create table person_consent (
    id text primary key not null,
    person_id text not null,
    kind text not null check (kind in ('identity', 'care', 'party_shown')),
    basis text not null check (basis in ('consent', 'guardian')),
    version text not null,
    -- Who wrote it down, if not the person.
    given_by text,
    given_at integer not null,
    withdrawn_at integer
);
create unique index person_consent_current on person_consent (person_id, kind) where withdrawn_at is null;

-- What a resident says is wrong about the household, for the grid worker.
create table household_correction (
    id text primary key not null,
    household_id text not null,
    person_id text not null,
    words text not null,
    created_at integer not null,
    handled_at integer,
    handled_by text
);
create index household_correction_open on household_correction (household_id) where handled_at is null;

-- A file between its preview and its application, which may happen on another server. It is full of personal data, so its
-- parts are sealed, and gone once it is applied or a day has passed.
create table people_import (
    -- Another one once its sender has stopped whoever applies it; the parts stay with the file.
    id text primary key not null,
    file_id text not null,
    created_by text,
    created_at integer not null,
    file_name text not null,
    applied_at integer,
    result text
);
create index people_import_age on people_import (created_at);

create table people_import_part (
    id text primary key not null,
    file_id text not null,
    position integer not null,
    content text not null
);
create index people_import_part_of on people_import_part (file_id, position);

-- The path of each grid as the search terms of its people were made with: the organisation may move it meanwhile.
create table people_place (
    node_id text primary key not null,
    path text not null
);

-- The last event of other pillars that was followed.
create table people_followed (
    name text primary key not null,
    seq integer not null
);
