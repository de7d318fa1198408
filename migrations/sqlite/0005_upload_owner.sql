-- What somebody handed in is part of what they may take away.
create index upload_by_owner on upload (owner_id, created_at) where owner_id is not null;
