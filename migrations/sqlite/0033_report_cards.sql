-- What the cards of the home page ask for, which everybody opens first.

-- What somebody reported and has not ended.
create index matter_running on matter (reporter_id, id) where ended_at is null and reporter_id is not null;
-- What lies with a post.
create index matter_held on matter (unit_id, holder_role, id) where ended_at is null;
-- What waits to be taken, and to be asked about. Two indexes and not one by state: whoever walks through what has not ended in the order
-- of its ids would be led to it, and have to sort.
create index matter_reported on matter (id) where state = 'reported';
create index matter_answered on matter (id) where state = 'answered';
