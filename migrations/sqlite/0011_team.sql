-- The team of a grid beside those who hold a role by their account, and grids handed from one holder of a role to another.
-- Nodes are never deleted, so node_id needs no foreign key. Days are inclusive on both ends, as those of role_grant.

create table team_post (
    id text primary key not null,
    -- A grid, or a community whose post serves all its grids.
    node_id text not null,
    post text not null check (post in ('grid_lead', 'grid_worker', 'police', 'party_cadre', 'volunteer', 'building_lead', 'property')),
    -- Sealed, both.
    name text not null,
    phone text not null,
    -- Of a mobile number: a person's own, by which they are known elsewhere. An office's number is nobody's.
    phone_blind text,
    -- What for: which buildings, which hours.
    duty text not null,
    -- Whether the residents of the place are told name and number.
    shown boolean not null,
    valid_from text not null,
    valid_to text,
    version integer not null,
    entered_by text references user_account (id),
    entered_at integer not null,
    updated_by text references user_account (id),
    updated_at integer not null
);
create index team_post_node on team_post (node_id, post, valid_from);
create index team_post_blind on team_post (phone_blind) where phone_blind is not null;

create table grid_handover (
    id text primary key not null,
    node_id text not null,
    role text not null,
    -- The grant that ends with it.
    grant_id text not null references role_grant (id),
    from_user text not null references user_account (id),
    to_user text not null references user_account (id),
    on_date text not null,
    state text not null check (state in ('planned', 'done', 'withdrawn', 'failed')),
    -- What the leaving one, or whoever orders it, has to say; sealed.
    words text,
    -- Why it could not be done on its day: a code.
    fault text,
    ordered_by text references user_account (id),
    ordered_at integer not null,
    ended_at integer
);
create unique index grid_handover_planned on grid_handover (grant_id) where state = 'planned';
create index grid_handover_node on grid_handover (node_id, ordered_at);
create index grid_handover_to on grid_handover (to_user, ordered_at);
create index grid_handover_from on grid_handover (from_user, ordered_at);

-- What went with it.
create table grid_handover_task (
    handover_id text not null references grid_handover (id),
    number integer not null,
    task_id text not null references task (id),
    primary key (handover_id, number)
);
