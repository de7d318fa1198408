-- Who acted is named, and who has an account can be told apart from who has only a number.

-- The account that wrote or confirmed in the resident's name; null is the resident.
alter table household_correction add column written_by uuid;
alter table household_entry add column written_by uuid;
alter table person add column confirmed_by uuid;
alter table person add column stated_by uuid;

-- The account of whoever holds a post, as long as it was known by the number: it goes with the account, also once that has no number.
alter table team_post add column user_id uuid references user_account (id);
create index team_post_user on team_post (user_id) where user_id is not null;
