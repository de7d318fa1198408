-- The team of a grid beside those who hold a role by their account, and grids handed from one holder of a role to another.
-- Nodes are never deleted, so node_id needs no foreign key. Days are inclusive on both ends, as those of role_grant.

create table team_post (
    id uuid primary key,
    -- A grid, or a community whose post serves all its grids.
    node_id uuid not null,
    post text collate "C" not null check (post in ('grid_lead', 'grid_worker', 'police', 'party_cadre', 'volunteer', 'building_lead', 'property')),
    -- Sealed, both.
    name text collate "C" not null,
    phone text collate "C" not null,
    -- Of a mobile number: a person's own, by which they are known elsewhere. An office's number is nobody's.
    phone_blind text collate "C",
    -- What for: which buildings, which hours.
    duty text collate "C" not null,
    -- Whether the residents of the place are told name and number.
    shown boolean not null,
    valid_from text collate "C" not null,
    valid_to text collate "C",
    version bigint not null,
    entered_by uuid references user_account (id),
    entered_at bigint not null,
    updated_by uuid references user_account (id),
    updated_at bigint not null
);
create index team_post_node on team_post (node_id, post, valid_from);
create index team_post_blind on team_post (phone_blind) where phone_blind is not null;

create table grid_handover (
    id uuid primary key,
    node_id uuid not null,
    role text collate "C" not null,
    -- The grant that ends with it.
    grant_id uuid not null references role_grant (id),
    from_user uuid not null references user_account (id),
    to_user uuid not null references user_account (id),
    on_date text collate "C" not null,
    state text collate "C" not null check (state in ('planned', 'done', 'withdrawn', 'failed')),
    -- What the leaving one, or whoever orders it, has to say; sealed.
    words text collate "C",
    -- Why it could not be done on its day: a code.
    fault text collate "C",
    ordered_by uuid references user_account (id),
    ordered_at bigint not null,
    ended_at bigint
);
create unique index grid_handover_planned on grid_handover (grant_id) where state = 'planned';
create index grid_handover_node on grid_handover (node_id, ordered_at);
create index grid_handover_to on grid_handover (to_user, ordered_at);
create index grid_handover_from on grid_handover (from_user, ordered_at);

-- What went with it.
create table grid_handover_task (
    handover_id uuid not null references grid_handover (id),
    number bigint not null,
    task_id uuid not null references task (id),
    primary key (handover_id, number)
);
